"""From a stated risk to a threshold, and what an answer then promises."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundwire.agents import (
    Calibration,
    CertifiedRisk,
    FeatureSource,
    Tools,
    ask,
    calibration_file,
    local_tools,
    models_in_force,
    open_tools,
    read_calibration,
    shipped_calibration,
    write_calibration,
)
from groundwire.core.errors import LibraryError, ModelError
from groundwire.core.schema import Answer, Evidence, Status
from groundwire.core.settings import AnswerSettings, Settings, load_settings
from groundwire.core.wire import answer_from_json, as_json
from groundwire.models import HashEncoder, adopt_reader, load_encoder
from groundwire.models.manifest import bundled_folder
from groundwire.retrievers import add_paths, open_library, search

IN_FORCE = {"encoder": HashEncoder().name}
QUESTION = "When did the harbour of Tarnholm open?"
CALIBRATION = Calibration(
    bias=-4.0,
    weights={"nearness": 4.0, "coverage": 3.0},
    threshold=0.3,
    task="harbours",
    questions=400,
    risk=0.41,
    reader="sentences",
    risks=(
        CertifiedRisk(risk=0.2, threshold=0.9999, answered=0.1),
        CertifiedRisk(risk=0.25, threshold=0.8, answered=0.2),
        CertifiedRisk(risk=0.4, threshold=0.05, answered=0.6),
    ),
    fitted_with=IN_FORCE,
)
OTHERS = {"encoder": "another@0123456789ab"}


SHIPPED = shipped_calibration(AnswerSettings(reader="sentences"))


def settings_for(home: Path, **answer: Any) -> Settings:
    # The reader that needs no model.
    given = {"reader": "sentences", **answer}
    flags = {f"answer.{name}": value for name, value in given.items()}
    return load_settings(home=home, folder=home, environ={}, flags=flags)


async def ask_with(folder: Path, calibration: Calibration = CALIBRATION, **answer: Any) -> Answer:
    """The answer over one document that holds it."""
    document = folder / "harbour.md"
    document.write_text("The harbour of Tarnholm opened in 1921.\n", encoding="utf-8")
    settings = settings_for(folder / "home", **answer)
    with open_library(settings, encoder=HashEncoder()) as library:
        list(add_paths(library, [str(document)]))
        return await ask(QUESTION, tools=local_tools(library, calibration=calibration))


# --- from settings to a threshold ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "threshold", "risk"),
    [
        ({}, 0.3, 0.41),
        ({"risk": 0.25}, 0.8, 0.25),
        ({"risk": 0.39}, 0.8, 0.25),
        ({"risk": 0.9}, 0.05, 0.4),
        ({"risk": 0.19}, None, None),
        ({"threshold": 0.7}, 0.7, None),
        ({"threshold": 0.7, "risk": 0.25}, 0.7, None),
    ],
)
def test_the_largest_certified_risk_that_is_not_above_the_stated_one_counts(
    tmp_path: Path, answer: dict[str, float], threshold: float | None, risk: float | None
) -> None:
    found = CALIBRATION.assure(settings_for(tmp_path, **answer).answer, IN_FORCE)
    assert (found.threshold, found.risk) == (threshold, risk)
    assert (found.task, found.questions, found.confidence) == ("harbours", 400, 0.9)


async def test_an_answer_says_which_risk_it_keeps(tmp_path: Path) -> None:
    found = await ask_with(tmp_path, risk=0.4)
    assert found.status in {Status.ANSWERED, Status.PARTIAL}
    assert found.assurance is not None
    assert (found.assurance.risk, found.assurance.threshold) == (0.4, 0.05)
    assert answer_from_json(json.loads(json.dumps(as_json(found)))) == found


async def test_a_smaller_risk_answers_less(tmp_path: Path) -> None:
    found = await ask_with(tmp_path, risk=0.2)
    assert found.status is Status.ABSTAINED
    assert "threshold of 1.00" in (found.reason or "")


async def test_where_no_threshold_is_certified_nothing_is_answered_and_that_is_said(
    tmp_path: Path,
) -> None:
    found = await ask_with(tmp_path, risk=0.05)
    assert (found.status, found.sentences) == (Status.ABSTAINED, ())
    assert "No threshold is certified for a risk of 0.05 on harbours" in (found.reason or "")
    assert "groundwire calibrate" in (found.reason or "")
    assert found.evidence
    json.dumps(as_json(found), allow_nan=False)


# --- other models --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "threshold"), [({}, 0.3), ({"threshold": 0.7}, 0.7), ({"risk": 0.4}, None)]
)
@pytest.mark.parametrize("fitted_with", [OTHERS, {}, IN_FORCE | {"reader": "another@ba98"}])
def test_with_other_models_than_it_was_fitted_with_nothing_is_promised(
    tmp_path: Path, answer: dict[str, float], threshold: float | None, fitted_with: dict[str, str]
) -> None:
    fitted = replace(CALIBRATION, fitted_with=fitted_with)
    found = fitted.assure(settings_for(tmp_path, **answer).answer, IN_FORCE)
    assert (found.threshold, found.risk) == (threshold, None)
    assert found.other_models == (("reader",) if "reader" in fitted_with else ("encoder",))


@pytest.mark.parametrize(
    ("reader", "hops", "names"),
    [
        ("spans", 2, {"encoder", "chains", "reader", "entailment"}),
        ("spans", 1, {"encoder", "reader", "entailment"}),
        ("sentences", 2, {"encoder"}),
    ],
)
def test_how_often_is_searched_is_part_of_what_a_calibration_holds_for(
    tmp_path: Path, reader: str, hops: int, names: set[str]
) -> None:
    limits = {"limits.hops": hops, "answer.reader": reader}
    settings = load_settings(home=tmp_path, folder=tmp_path, environ={}, flags=limits)
    assert models_in_force(settings, HashEncoder()).keys() == names


async def test_with_other_models_an_answer_says_so_and_is_given_all_the_same(
    tmp_path: Path,
) -> None:
    found = await ask_with(tmp_path, replace(CALIBRATION, fitted_with=OTHERS))
    assert found.status in {Status.ANSWERED, Status.PARTIAL}
    assert found.assurance is not None
    assert (found.assurance.risk, found.assurance.other_models) == (None, ("encoder",))
    assert answer_from_json(json.loads(json.dumps(as_json(found)))) == found


async def test_with_other_models_no_stated_risk_is_kept_and_the_remedy_is_named(
    tmp_path: Path,
) -> None:
    found = await ask_with(tmp_path, replace(CALIBRATION, fitted_with=OTHERS), risk=0.4)
    assert (found.status, found.sentences) == (Status.ABSTAINED, ())
    assert "calibrated on harbours with other models (encoder)" in (found.reason or "")
    assert "groundwire calibrate TASK" in (found.reason or "")


@pytest.mark.parametrize("reader", ["spans", "sentences", "first-sentence"])
def test_what_ships_was_calibrated_with_the_models_that_ship(tmp_path: Path, reader: str) -> None:
    settings = settings_for(tmp_path, reader=reader)
    in_force = models_in_force(settings, load_encoder(settings.encoder))
    assert shipped_calibration(settings.answer).fitted_with == in_force


async def test_a_calibration_that_weighs_less_than_is_known_now_still_answers(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path, reader="spans")
    earlier = replace(
        CALIBRATION, weights={"entailed": 0.5, "span": 0.3}, reader="spans", fitted_with=OTHERS
    )
    write_calibration(settings.home, earlier)
    with open_tools(settings) as tools:
        assert tools.assurance.threshold == CALIBRATION.threshold
        assert (tools.assurance.risk, tools.assurance.other_models != ()) == (None, True)


def test_an_adapted_reader_is_another_model_than_the_shipped_calibration_knows(
    tmp_path: Path,
) -> None:
    own = Path(shutil.copytree(bundled_folder("reader"), tmp_path / "own"))
    manifest = (own / "manifest.json").read_text(encoding="utf-8")
    (own / "manifest.json").write_text(manifest.replace("reader-int8", "own"), encoding="utf-8")
    adopt_reader(own, tmp_path)
    settings = settings_for(tmp_path, reader="spans")
    in_force = models_in_force(settings, load_encoder(settings.encoder))
    found = read_calibration(settings).assure(settings.answer, in_force)
    assert (found.risk, found.other_models) == (None, ("reader",))


# --- the file ------------------------------------------------------------------------------------


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = write_calibration(tmp_path / "new", CALIBRATION)
    assert read_calibration(settings_for(tmp_path / "new")) == CALIBRATION
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_every_reader_has_a_file_of_its_own(tmp_path: Path) -> None:
    spans = replace(CALIBRATION, reader="spans", weights={"entailed": 1.0, "span": 1.0})
    paths = [write_calibration(tmp_path, one) for one in (CALIBRATION, spans)]
    assert [path.name for path in paths] == ["calibration-sentences.json", "calibration.json"]
    assert read_calibration(settings_for(tmp_path)) == CALIBRATION
    assert read_calibration(settings_for(tmp_path, reader="spans")) == spans


def test_without_a_file_of_ones_own_the_shipped_one_holds(tmp_path: Path) -> None:
    assert read_calibration(settings_for(tmp_path)) == SHIPPED
    assert SHIPPED.questions >= 100


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Invalid JSON"),
        (b"[]", "an object"),
        (b"\xff\xfe", "Invalid JSON"),
        (b'{"bias": 1}', "weights"),
        (json.dumps(as_json(replace(CALIBRATION, weights={}))).encode(), "no weights"),
        (json.dumps(as_json(replace(CALIBRATION, bias=math.nan))).encode(), "finite"),
        (json.dumps(as_json(replace(CALIBRATION, threshold=1.5))).encode(), "from 0 to 1"),
        (json.dumps(as_json(replace(CALIBRATION, risk=-0.1))).encode(), "from 0 to 1"),
        (json.dumps(as_json(replace(CALIBRATION, fitted_with=[]))).encode(), "fitted_with"),
        (
            json.dumps(as_json(replace(CALIBRATION, weights={"agreed": 1}))).encode(),
            "weighs agreed",
        ),
        (
            json.dumps(as_json(replace(CALIBRATION, reader="spans"))).encode(),
            "was made for .*spans",
        ),
    ],
)
def test_a_damaged_file_is_named_with_the_remedy(tmp_path: Path, content: bytes, why: str) -> None:
    path = calibration_file(tmp_path, "sentences")
    path.write_bytes(content)
    with pytest.raises(ModelError, match=why) as raised:
        open_tools(settings_for(tmp_path))
    assert str(path) in raised.value.what
    assert "groundwire calibrate TASK" in raised.value.advice


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(LibraryError, match=r"calibration-sentences\.json cannot be written"):
        write_calibration(tmp_path / "file", CALIBRATION)


def test_whatever_changes_a_support_or_threshold_changes_the_identity() -> None:
    changed = (
        replace(CALIBRATION, bias=0.0),
        replace(CALIBRATION, risks=()),
        replace(CALIBRATION, fitted_with=OTHERS),
    )
    assert len({CALIBRATION.identity, *(one.identity for one in changed)}) == 4


# --- from features to support --------------------------------------------------------------------


def test_support_is_a_probability_whatever_the_features() -> None:
    values = [
        CALIBRATION.support({"nearness": near, "coverage": 0.5, "more": 1.0})
        for near in (-1e9, -1.0, 0.0, 1.0, 1e9)
    ]
    assert values == sorted(values)
    assert 0 <= values[0] < values[-1] <= 1


async def test_a_calibration_made_with_another_verifier_fails_with_the_remedy(
    tmp_path: Path,
) -> None:
    found = await ask_with(tmp_path, replace(CALIBRATION, weights={"entailed": 1.0}))
    assert found.status is Status.FAILED
    assert "'entailed'" in (found.reason or "")
    assert "groundwire calibrate" in (found.reason or "")


def test_the_verifier_gives_the_features_that_the_shipped_calibration_needs(tools: Tools) -> None:
    assert isinstance(tools.verifier, FeatureSource)
    shipped = shipped_calibration(tools.settings.answer)
    (item,) = [
        Evidence(passage=hit.passage, score=1.0) for hit in search(tools.library, QUESTION, k=1)
    ]
    draft = tools.reader.read(QUESTION, [item])
    features = tools.verifier.features(QUESTION, draft, [item])
    assert len(features) == len(draft.sentences) > 0
    assert all(0 <= shipped.support(one) <= 1 for one in features)


def test_a_calibration_of_ones_own_is_used_without_being_asked_for(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "home", risk=0.25)
    write_calibration(settings.home, CALIBRATION)
    with open_library(settings, encoder=HashEncoder()) as library:
        assert local_tools(library).threshold == 0.8
