"""What the benchmark of speed measures of the models; how long it takes is no part of a test."""

from pathlib import Path

import pytest

from groundwire.agents.models_in_force import passage_reader
from groundwire.core.schema import Document
from groundwire.core.settings import Settings, load_settings
from groundwire.eval.model_speed import BARS, WARM, ForwardPasses, measure_asking, measure_reading
from groundwire.models.manifest import bundled_folder
from groundwire.retrievers import add_paths, open_library

QUESTIONS = [f"When was the mill at Orrin{number} built?" for number in range(WARM + 2)]
TEXT = "The water mill at Orrin was built in 1874 by the brothers Tamsin and Jory Pell."

shipped = pytest.mark.skipif(
    not bundled_folder("reader").exists(), reason="the weights are not in this checkout"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", folder=tmp_path, environ={})


def test_a_bar_is_kept_up_to_its_figure_and_not_beyond() -> None:
    bar, *_ = BARS
    assert bar.line({bar.part: {bar.size: bar.most}}).endswith("at most 1.2: kept")
    assert bar.line({bar.part: {bar.size: bar.most + 0.01}}).endswith("at most 1.2: not kept")


@shipped
def test_the_passes_that_were_needed_are_those_that_are_timed(settings: Settings) -> None:
    passes = ForwardPasses(settings)
    reader = passage_reader(settings)
    with passes.recorded():
        reader.read("Who built this mill, of all mills?", [TEXT, "Ferries leave at noon."])
    lengths = passes.lengths
    assert len(lengths) == 2
    assert lengths[0] > lengths[1] > 10
    assert passes.seconds() > 0
    assert passes.lengths == lengths
    with passes.recorded():
        reader.read("Who built this mill, of all mills?", [TEXT])
    assert passes.lengths == []


@shipped
def test_every_figure_that_has_a_bar_is_measured(settings: Settings, tmp_path: Path) -> None:
    document = Document(id="0", source="mill.txt", title="Mill", text=TEXT, media_type="txt")
    (tmp_path / "mill.txt").write_text(TEXT, encoding="utf-8")
    with open_library(settings) as library:
        list(add_paths(library, [str(tmp_path / "mill.txt")]))
    found = {
        "reading": measure_reading([document], QUESTIONS, settings),
        "asking": measure_asking(QUESTIONS, settings),
        "cold": {"ask, s": 1.0},
    }
    assert found["reading"]["passages"] == 1
    assert all("at most" in bar.line(found) for bar in BARS)
