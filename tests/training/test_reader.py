"""The reader's recipe: what is learned of long passages, and a run over a handful of questions."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra models")

from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_tokens import encode_texts, windows
from groundwire.training.loop import PROGRESS
from groundwire.training.reader import MOST_TOKENS, encode_examples, main
from groundwire.training.reader_examples import ReaderExample
from groundwire.training.trunk import load_tokenizer


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


def example(before: int, answer: str | None) -> ReaderExample:
    """A question over a passage of some 500 tokens, ``before`` of its words before the answer."""
    words = [f"word{number % 7}" for number in range(160)]
    words[before] = "Ansel Korn"
    text = " ".join(words)
    start = text.index("Ansel Korn")
    return ReaderExample(
        question=f"Who built mill number {before}?",
        text=text,
        relevant=True,
        answers=answer is not None,
        start=start if answer else None,
        end=start + len(answer) if answer else None,
        window=before / 160,
    )


def test_an_answer_is_learned_wherever_in_a_passage_it_stands() -> None:
    examples = [example(before, "Ansel Korn") for before in range(0, 160, 3)]
    for one, (pair, (first, last)) in zip(
        examples, encode_examples(load_tokenizer(), examples), strict=True
    ):
        assert len(pair.ids) <= MOST_TOKENS
        begin, end = pair.spans[first - pair.second][0], pair.spans[last - pair.second][1]
        assert one.text[begin:end] == "Ansel Korn"


def test_what_is_learned_is_cut_as_it_is_later_read() -> None:
    tokenizer = load_tokenizer()
    one = example(150, "Ansel Korn")
    (question, text) = encode_texts(tokenizer, [one.question, one.text])
    read = list(windows(question, text, most=MOST_TOKENS))
    assert len(read) > 2
    ((pair, _),) = encode_examples(tokenizer, [one])
    assert pair.ids in [window.ids for window in read]
    # Where nothing answers, every window is one to learn from.
    others = [example(before, None) for before in range(0, 160, 4)]
    found = encode_examples(tokenizer, others)
    assert {span for _, span in found} == {(0, 0)}
    assert len({pair.spans[0] for pair, _ in found}) > 2


@pytest.mark.parametrize(("start", "end"), [(4, 5), (4, 4), (0, 0), (5, 5)])
def test_an_answer_without_a_word_is_none(start: int, end: int) -> None:
    blank = ReaderExample(
        question="Who?", text="Said Ansel Korn.", relevant=True, answers=True, start=start, end=end
    )
    ((_, span),) = encode_examples(load_tokenizer(), [blank])
    assert span == (0, 0)


def test_half_an_answer_is_none() -> None:
    whole = " ".join(["grain"] * 400)
    long = ReaderExample(
        question="What?", text=whole, relevant=True, answers=True, start=0, end=len(whole)
    )
    ((_, span),) = encode_examples(load_tokenizer(), [long])
    assert span == (0, 0)
