from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from groundwire.core.protocols import PassageReader
from groundwire.models.passage_reader import MOST_WINDOWS, ExtractiveReader

# The model of these tests finds an eagle in any text, or else a swan.
QUESTION = "Who is by the river?"
WITH = "The mill keeps an  eagle by the river, and a swan."
WITHOUT = "The mill grinds rye and then bread."
ODD = [
    "",
    " \n\t",
    "🙂🙂",
    "물레방아는 1874년에 지어졌다.",
    "\ud800 half a pair",
    "\x00\x1b",
    "a" * 100_000,
    "word " * 20_000,
]


@pytest.fixture(scope="module")
def reader(reader_folder: Path) -> ExtractiveReader:
    return ExtractiveReader(reader_folder, threads=2)


def test_the_span_is_given_in_characters_of_the_text(reader: PassageReader) -> None:
    (reading,) = reader.read(QUESTION, [WITH])
    assert [WITH[span.start : span.end] for span in reading.spans[:2]] == [
        "eagle",
        "eagle by the river, and a swan",
    ]
    assert reading.spans[0].score == pytest.approx(16, abs=0.1)
    assert (reading.relevance, reading.answers) == pytest.approx((0.993, 0.953), abs=0.01)
    assert (reading.yes, reading.no) == pytest.approx((0.245, 0.090), abs=0.01)
    assert len(reading.spans) == 5
    assert list(reading.spans) == sorted(reading.spans, key=lambda span: -span.score)


def test_a_text_without_an_answer_says_so(reader: PassageReader) -> None:
    (reading,) = reader.read(QUESTION, [WITHOUT])
    assert reading.relevance < 0.1
    assert reading.answers < 0.1
    assert all(span.score < 0 for span in reading.spans)


def test_of_a_long_text_the_best_window_counts(reader: PassageReader) -> None:
    filler = "then word and rye bread " * 300
    long, short = reader.read(QUESTION, [f"{filler}eagle {filler}", "eagle"])
    assert long.spans[0].start == len(filler)
    assert long.spans[0].end == len(filler) + len("eagle")
    assert long.relevance == pytest.approx(short.relevance, abs=1e-4)
    assert long.answers == pytest.approx(short.answers, abs=1e-4)


def test_what_two_windows_share_is_found_once(reader: PassageReader) -> None:
    for place in range(130, 200, 10):
        text = "word " * place + "eagle" + " word" * 100
        (reading,) = reader.read(QUESTION, [text])
        spans = [(span.start, span.end) for span in reading.spans]
        assert len(set(spans)) == len(spans) == 5
        assert text[slice(*spans[0])] == "eagle"


def test_what_lies_past_all_windows_is_not_read(reader: PassageReader) -> None:
    # A window of the fixture reads at most 256 tokens, one of them a word of the text.
    text = "word " * (256 * MOST_WINDOWS) + "eagle"
    (reading,) = reader.read(QUESTION, [text])
    assert reading.relevance < 0.1


@pytest.mark.parametrize("question", ["Who?", "", "🙂", "\udfff", "word " * 20_000])
def test_odd_texts_and_questions_give_a_reading(reader: PassageReader, question: str) -> None:
    for text, reading in zip(ODD, reader.read(question, ODD), strict=True):
        chances = [reading.relevance, reading.answers, reading.yes, reading.no]
        assert all(0 <= chance <= 1 for chance in chances)
        assert reading.yes + reading.no <= 1
        for span in reading.spans:
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip() == text[span.start : span.end]


def test_nothing_is_found_in_a_text_without_characters(reader: PassageReader) -> None:
    for reading in reader.read(QUESTION, ["", " \n"]):
        assert not reading.spans
        assert reading.relevance == reading.answers == 0
    assert reader.read(QUESTION, []) == []


def test_a_reading_is_the_same_in_any_company(reader_folder: Path) -> None:
    texts = [WITH, WITHOUT, *ODD]
    together = ExtractiveReader(reader_folder, threads=2).read(QUESTION, texts)
    backwards = ExtractiveReader(reader_folder, threads=1).read(QUESTION, texts[::-1])
    alone = [ExtractiveReader(reader_folder).read(QUESTION, [text])[0] for text in texts]
    assert together == backwards[::-1] == alone


def test_several_questions_at_once_disturb_nobody(reader_folder: Path) -> None:
    questions = [f"Who is by river number {number}?" for number in range(8)]
    expected = [ExtractiveReader(reader_folder).read(one, [WITH, WITHOUT]) for one in questions]
    shared = ExtractiveReader(reader_folder, threads=2)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: shared.read(one, [WITH, WITHOUT]), questions))
    assert found == expected


def test_steps_that_ask_again_share_what_was_read(reader: PassageReader) -> None:
    first, again = reader.read(QUESTION, [WITH, WITH])
    assert first is again
    assert reader.read(QUESTION, [WITHOUT, WITH])[1] is first
    assert reader.read("Who grinds rye?", [WITH])[0] is not first


def test_calibration_moves_the_probability_that_it_names(
    reader_folder: Path, tmp_path: Path, with_manifest: Callable[..., None]
) -> None:
    folder = Path(shutil.copytree(reader_folder, tmp_path / "reader"))
    with_manifest(folder, calibration={"answers": {"scale": 0.0, "bias": 0.0}})
    plain, fitted = (
        ExtractiveReader(one).read(QUESTION, [WITH])[0] for one in (reader_folder, folder)
    )
    assert fitted.answers == 0.5
    assert fitted.relevance == plain.relevance
