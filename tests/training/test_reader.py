"""The reader's recipe on a handful of questions: taken several times, and gone on with."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra models")

from groundwire.models.manifest import bundled_folder
from groundwire.training.loop import PROGRESS
from groundwire.training.reader import main


@pytest.fixture
def mined(tmp_path: Path) -> Path:
    """Four questions without look-alikes, as a person's first file may hold."""
    rows = []
    for number in range(4):
        text = f"The mill stands by the river. It was built in {1900 + number} by Ansel Korn."
        passage = {"kind": "passage", "id": f"own:{number}", "title": "Mill", "text": text}
        question = {
            "kind": "question",
            "source": "own",
            "question": "When was the mill built?",
            "answers": [str(1900 + number)],
            "gold": [f"own:{number}"],
            "start": text.index(str(1900 + number)),
            "negatives": [],
        }
        rows += [passage, question]
    path = tmp_path / "mined.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_questions_are_taken_as_often_as_asked_and_a_finished_run_is_gone_on_from(
    mined: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    out = tmp_path / "out"
    words = ["--mined", str(mined), "--out", str(out), "--start", str(bundled_folder("reader"))]
    main([*words, "--passes", "9", "--batches", "1"])
    (counted,) = [line for line in caplog.messages if "examples of 4 questions" in line]
    assert int(counted.split()[0]) >= 36
    assert json.loads((out / PROGRESS).read_text(encoding="utf-8")) == {"batches": 1}
    main([*words, "--passes", "9", "--batches", "2"])
    assert "Going on after 1 batches." in caplog.messages
    assert json.loads((out / PROGRESS).read_text(encoding="utf-8")) == {"batches": 2}
