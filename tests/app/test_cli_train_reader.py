"""`groundwire train reader`: weights of one's own are used if they are better, and only then."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from groundwire.app.adapting import Attempt
from groundwire.app.cli_command import Surroundings, perform
from groundwire.app.cli_train_reader import TrainReader
from groundwire.core.settings import load_settings
from groundwire.models.manifest import bundled_folder
from groundwire.models.word_table import WordTable
from groundwire.training import hold_back, read_squad

BUNDLED = bundled_folder("reader")
# Points at the first token of every text, whatever is asked.
BLIND = """
blind (float[1, tokens, 384] embeddings, int64[1, tokens] types)
    => (float[1, tokens] start, float[1, tokens] end, float[1, 5] whole)
{
    start = MatMul(embeddings, nothing)
    end = Identity(start)
    whole = Identity(bounds)
}
"""
# The command line in a Python that finds no torch.
WITHOUT_TORCH = """
import sys
from importlib.machinery import PathFinder

class Without:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name == "torch" else PathFinder.find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Without
from groundwire.app.cli import main
sys.exit(main(sys.argv[1:]))
"""
Train = Callable[..., tuple[int, str, str]]


def write_questions(path: Path, *, articles: int = 12, each: int = 8) -> Path:
    """Articles about mills, one paragraph and question a mill."""
    data = []
    for article in range(articles):
        paragraphs = []
        for number in range(each):
            year = str(1700 + article * each + number)
            context = f"Mill {article}-{number} stands by the river. It was built in {year}."
            answer = {"text": year, "answer_start": context.index(year)}
            question = f"When was mill {article}-{number} built?"
            asked = {"id": year, "question": question, "answers": [answer]}
            paragraphs.append({"context": context, "qas": [asked]})
        data.append({"title": f"Valley {article}", "paragraphs": paragraphs})
    path.write_text(json.dumps({"data": data}), encoding="utf-8")
    return path


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """96 labelled questions over 12 articles; a test of readers gives each one look-alike."""
    monkeypatch.setenv("GROUNDWIRE_ANSWER__EVIDENCE", "1")
    return write_questions(tmp_path / "my.json")


@pytest.fixture(scope="session")
def blind_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a reader that answers nothing right."""
    numpy_helper = pytest.importorskip("onnx.numpy_helper", reason="needs the extra models")
    import numpy as np
    from onnx import parser

    model = parser.parse_model(f'<ir_version: 9, opset_import: ["" : 18]> {BLIND}')
    nothing = numpy_helper.from_array(np.zeros(384, dtype=np.float32), "nothing")
    bounds = numpy_helper.from_array(np.zeros((1, 5), dtype=np.float32), "bounds")
    model.graph.initializer.extend([nothing, bounds])
    content = model.SerializeToString()
    folder = tmp_path_factory.mktemp("models") / "blind"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(content)
    entries = {
        "name": "blind",
        "dimension": 384,
        "max_tokens": 256,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "trunk": WordTable(bundled_folder("all-MiniLM-L6-v2")).trunk,
        "outputs": ["start", "end", "whole"],
    }
    (folder / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    return folder


@dataclass(frozen=True, kw_only=True)
class TrainedBefore(TrainReader):
    """The command with a training that gives the weights in a folder."""

    weights: Path

    def make_candidate(self, surroundings: Surroundings, attempt: Attempt) -> Path:  # noqa: ARG002
        """A copy of the weights, since a card is put beside them."""
        folder = attempt.folder / "candidate"
        return Path(shutil.copytree(self.weights, folder, dirs_exist_ok=True))


@pytest.fixture
def train(
    questions: Path,
    groundwire: Callable[..., Any],  # noqa: ARG001 (the encoder that needs no model)
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Train:
    """The command over prepared weights: exit code, standard output and error."""
    monkeypatch.setenv("GROUNDWIRE_ANSWER__READER", "spans")

    def run(weights: Path, **options: Any) -> tuple[int, str, str]:
        command = TrainedBefore(data=str(questions), weights=weights, **options)
        code = perform(command, Surroundings())
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def put(weights: Path, home: Path) -> Path:
    return Path(shutil.copytree(weights, home / "models" / "reader"))


def test_weights_that_are_better_are_used_and_the_figures_told(
    train: Train, blind_reader: Path, own_home: Path, groundwire: Callable[..., Any]
) -> None:
    folder = put(blind_reader, own_home)
    code, shown, said = train(BUNDLED)
    assert code == 0, said
    assert "64 questions to train on, 32 of other articles held back." in said
    assert "The adapted reader is better than the reader in use by" in shown
    assert "points of F1" in shown
    assert "95 % interval" in shown
    assert "p < 0.001, n = 32" in shown
    assert f"Delete {folder} to go back" in " ".join(shown.split())
    assert "groundwire calibrate" in shown
    assert (folder / "model.onnx").read_bytes() == (BUNDLED / "model.onnx").read_bytes()
    card = (folder / "README.md").read_text(encoding="utf-8")
    for words in ("my.json", "seed 13", "64 questions", "32 questions", "blind@", "points of F1"):
        assert words in card
    settings = groundwire("settings")
    assert f"A reader of your own lies in {folder}" in settings.out


def test_weights_that_are_not_shown_to_be_better_replace_nothing(
    train: Train, own_home: Path
) -> None:
    code, shown, _ = train(BUNDLED)
    assert code == 3
    assert "do not differ in F1" in shown
    assert "nothing is replaced" in shown
    assert not (own_home / "models").exists()


def test_worse_weights_leave_those_in_use_as_they_are(
    train: Train, blind_reader: Path, own_home: Path
) -> None:
    folder = put(BUNDLED, own_home)
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    code, out, _ = train(blind_reader, json=True)
    told = json.loads(out)
    assert code == 3
    assert told["adopted"] is False
    assert told["folder"] is None
    assert told["comparison"]["difference"] < -0.5
    assert told["comparison"]["winner"] == "the reader in use"
    assert told["weights"]["adapted"].startswith("blind@")
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_a_script_reads_what_was_adopted(
    train: Train, blind_reader: Path, own_home: Path, groundwire: Callable[..., Any]
) -> None:
    folder = put(blind_reader, own_home)
    code, out, _ = train(BUNDLED, json=True, seed=5)
    told = json.loads(out)
    assert code == 0
    assert told["adopted"] is True
    assert told["folder"] == str(folder)
    assert (told["training"], told["held_back"], told["parted_by"]) == (64, 32, "article")
    assert told["comparison"]["low"] > 0
    in_force = groundwire("settings", "--json").json["models"]
    assert in_force["reader"] == told["weights"]["adapted"]


def test_too_few_questions_are_told_with_their_numbers(
    groundwire: Callable[..., Any], tmp_path: Path
) -> None:
    path = write_questions(tmp_path / "few.json", articles=6, each=5)
    done = groundwire("train", "reader", "--data", str(path), "--json")
    assert done.code == 2
    assert "20 are left to train on, and 10 to test with" in done.json["error"]["what"]


def test_a_file_that_is_not_there_or_not_in_the_format_is_named(
    groundwire: Callable[..., Any], tmp_path: Path
) -> None:
    done = groundwire("train", "reader", "--data", "absent.json")
    assert done.code == 2
    assert "absent.json" in done.err
    (tmp_path / "table.csv").write_text("question,answer\n")
    done = groundwire("train", "reader", "--data", "table.csv")
    assert done.code == 2
    assert "table.csv cannot be read as SQuAD" in done.err


def test_damaged_weights_of_ones_own_are_named_with_the_remedy(
    groundwire: Callable[..., Any],
    questions: Path,
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GROUNDWIRE_ANSWER__READER", "spans")
    folder = put(BUNDLED, own_home)
    (folder / "manifest.json").write_text("{}")
    for words in (("train", "reader", "--data", str(questions)), ("ask", "When?")):
        done = groundwire(*words)
        assert done.code == 1
        assert str(folder / "manifest.json") in done.err
        assert f"Delete {folder} to go back" in done.err
    done = groundwire("settings")
    assert done.code == 0
    assert f"Delete {folder} to go back" in done.err


def test_without_torch_the_extra_is_named_before_anything_is_done(
    questions: Path, own_home: Path
) -> None:
    environment = {**os.environ, "GROUNDWIRE_ENCODER__MODEL": "hash"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", WITHOUT_TORCH, "train", "reader", "--data", str(questions)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 1
    assert 'pip install "groundwire[models]"' in done.stderr
    assert "look-alikes" not in done.stderr
    assert not (own_home / "models").exists()


@pytest.fixture
def attempt(questions: Path, own_home: Path) -> Attempt:
    """What the command tries by default."""
    settings = load_settings(
        home=own_home, flags={"encoder.model": "hash"}, folder=own_home, environ={}
    )
    parted = hold_back(read_squad(questions), seed=13)
    return Attempt(parted=parted, seed=13, batches=None, settings=settings)


def test_what_was_trained_before_a_break_is_not_trained_again(
    attempt: Attempt,
    groundwire: Callable[..., Any],
    questions: Path,
    blind_reader: Path,
) -> None:
    # The weights are there, as if the command had been stopped during the test.
    shutil.copytree(blind_reader, attempt.folder / "candidate")
    done = groundwire("train", "reader", "--data", str(questions), "--json")
    assert done.code == 3, done.err
    assert done.json["weights"]["adapted"].startswith("blind@")
    assert "look-alikes" not in done.err


def test_other_questions_seeds_and_lengths_are_other_attempts(attempt: Attempt) -> None:
    others = [
        Attempt(parted=attempt.parted, seed=14, batches=None, settings=attempt.settings),
        Attempt(parted=attempt.parted, seed=13, batches=9, settings=attempt.settings),
    ]
    assert len({attempt.folder, *(one.folder for one in others)}) == 3
    assert others[1].passes == 5  # 9 batches of 32 examples, of 64 questions
    assert attempt.passes == 3


def test_two_processes_do_not_train_in_one_folder(
    attempt: Attempt, groundwire: Callable[..., Any], questions: Path
) -> None:
    attempt.folder.mkdir(parents=True)
    with FileLock(attempt.folder / "lock"):
        done = groundwire("train", "reader", "--data", str(questions))
    assert done.code == 2
    assert "Another process is training" in done.err
