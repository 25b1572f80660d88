"""Answers, steps and hits as they look in a terminal of 80 columns."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from groundwire.app.cli_answering import answer_result
from groundwire.app.cli_answers import (
    describe,
    number_citations,
    show_answer,
    show_event,
    show_hits,
)
from groundwire.app.cli_console import open_console
from groundwire.core.schema import (
    Answer,
    Citation,
    Event,
    Evidence,
    Hit,
    Passage,
    Query,
    Sentence,
    Status,
    Verdict,
)

PASSAGE = Passage(
    document_id="d1",
    source="/library/a very long folder name/" + "x" * 80 + ".pdf",
    title="The annual report of the society for crossing rivers without bridges",
    start=0,
    end=20,
    text="## Boats\n\n" + "The boats are painted every other spring. " * 20,
    page=3,
    heading="The annual report of the society for crossing rivers without bridges > Boats",
)
CITATION = Citation(
    document_id="d1",
    source=PASSAGE.source,
    title=PASSAGE.title,
    start=10,
    end=51,
    quote="The boats are painted\nevery other spring.",
    page=3,
    heading=PASSAGE.heading,
)
OTHER = replace(
    CITATION, title="Notes", page=None, heading=None, start=60, end=70, quote="In blue."
)
SENTENCE = Sentence(
    text="The boats are painted\nevery other spring.",
    citations=(CITATION,),
    verdict=Verdict.SUPPORTED,
    support=0.9,
)
ANSWER = Answer(
    question="When are the boats painted?",
    status=Status.ANSWERED,
    text="The boats are painted every other spring. In blue.",
    short_answer="every other spring",
    sentences=(SENTENCE, replace(SENTENCE, text="In blue.", citations=(OTHER, CITATION))),
)


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Console:
    """A console of 80 columns whose text can be read back."""
    monkeypatch.setenv("COLUMNS", "80")
    return open_console(io.StringIO())


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_answer_has_numbered_sources(window: Console) -> None:
    show_answer(window, ANSWER)
    text = shown(window)
    assert "every other spring. [1] In blue. [2][1]" in text
    assert "\nevery other spring\n" in text  # the short answer, by itself
    assert "[1] The annual report of the society" in text
    assert "page 3, Boats" in " ".join(text.split())
    assert "[2] Notes\n" in text
    assert "    “The boats are painted every other spring.”\n" in text
    assert f"    {PASSAGE.source}\n" in text  # whole, for copying, however long


def test_no_line_but_a_path_is_wider_than_the_window_or_ends_in_blanks(window: Console) -> None:
    hit = Hit(passage=PASSAGE, score=0.03, scores={"dense": 0.5, "lexical": 7.25})
    show_answer(window, ANSWER)
    show_answer(window, replace(ANSWER, status=Status.ABSTAINED, evidence=(evidence(),)))
    show_hits(window, [hit])
    lines = [line for line in shown(window).splitlines() if PASSAGE.source not in line]
    assert max(map(len, lines)) <= 80
    assert not [line for line in lines if line != line.rstrip()]


def evidence() -> Evidence:
    return Evidence(passage=PASSAGE, score=0.5)


def test_what_is_not_supported_is_marked(window: Console) -> None:
    doubtful = replace(SENTENCE, verdict=Verdict.UNSUPPORTED)
    partial = replace(ANSWER, status=Status.PARTIAL, sentences=(doubtful,), reason="Time ran out.")
    show_answer(window, partial)
    assert "[1] (unsupported)" in shown(window)
    assert "Time ran out." in shown(window)


def test_an_answer_without_sentences_is_its_text(window: Console) -> None:
    show_answer(window, replace(ANSWER, sentences=(), short_answer=None))
    assert ANSWER.text in shown(window)
    assert "Sources" not in shown(window)


def test_an_abstention_shows_why_and_what_is_near(window: Console) -> None:
    abstained = Answer(question="Why?", status=Status.ABSTAINED, reason="Not in there.")
    show_answer(window, abstained)
    assert shown(window) == "\nNo answer. Not in there.\n"
    show_answer(window, replace(abstained, evidence=(evidence(),) * 9))
    assert " ".join(shown(window).split()).count("page 3") == 3


def test_a_failed_answer_is_an_error_and_nothing_else_is() -> None:
    said: list[str] = []
    results = {
        status: answer_result(replace(ANSWER, status=status, reason="It broke."), said.append)
        for status in Status
    }
    assert {status: result.code for status, result in results.items()} == {
        Status.ANSWERED: 0,
        Status.PARTIAL: 0,
        Status.ABSTAINED: 0,
        Status.FAILED: 1,
    }
    assert said == ["Error: It broke."]
    assert results[Status.FAILED].data["reason"] == "It broke."


def test_hits_have_a_rank_a_place_and_scores(window: Console) -> None:
    show_hits(window, [Hit(passage=PASSAGE, score=0.03125, scores={"dense": 0.5, "lexical": 7.25})])
    text = shown(window)
    assert text.startswith(" 1. The annual report")
    assert "0.0312  dense 0.500  lexical 7.250" in text
    assert len(re.findall("painted", text)) < 20  # an excerpt, not all of it


def test_equal_citations_share_a_number() -> None:
    assert number_citations(ANSWER.sentences) == {CITATION: 1, OTHER: 2}


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ({"queries": (Query(text="boats?"), Query(text="paint\x1b?"))}, "boats?; paint\\x1b?"),
        (
            {"hits": [Hit(passage=replace(PASSAGE, title="Boats"), score=1.0)]},
            "1 passage found, first Boats",
        ),
        (
            {"evidence": [replace(evidence(), passage=replace(PASSAGE, title="Boats"))] * 2},
            "2 passages kept, first Boats",
        ),
        ({"sentences": [replace(SENTENCE, verdict=Verdict.UNCHECKED)]}, "1 sentence drafted"),
        (
            {"sentences": [SENTENCE, SENTENCE, replace(SENTENCE, verdict=Verdict.UNSUPPORTED)]},
            "2 supported, 1 unsupported",
        ),
        ({"answer": ANSWER, "evidence": [evidence()]}, "answered"),
        ({"queries": (), "hits": [], "sentences": (), "unknown": 5, "evidence": "none"}, ""),
    ],
)
def test_a_step_says_what_it_found(data: dict[str, object], note: str) -> None:
    assert describe(Event(step="any", seconds=0.1, data=data)) == note


def test_a_step_is_one_line(window: Console) -> None:
    query = Query(text="a question that goes on and on " * 20)
    show_event(window, Event(step="rewrite", seconds=1.234, data={"queries": (query,)}))
    [line] = shown(window).splitlines()
    assert line.startswith("  1.23 s  rewrite   a question")
    assert line.endswith("…")
    assert len(line) <= 80
