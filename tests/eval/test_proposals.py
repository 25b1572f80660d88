from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.core.errors import UsageError
from groundwire.core.schema import Passage
from groundwire.eval.own_questions import read_own_questions
from groundwire.eval.proposals import (
    COLUMNS,
    Candidate,
    Place,
    as_proposals,
    short_source,
    write_proposals,
)

TEXT = "# Harbour\n\nThe harbour opened in 1903.\n"


def passage(source: str = "/docs/town/harbour.md", start: int = 40) -> Passage:
    return Passage(
        document_id="d",
        source=source,
        title="Harbour",
        start=start,
        end=start + len(TEXT),
        text=TEXT,
    )


PLACE = Place(passage=passage(), start=11, end=38)
ASKED = Candidate(
    question="When did the harbour, “the old one”, open?",
    kind="cloze-date",
    answers=("1903", "in 1903"),
    place=PLACE,
)
OPEN = Candidate(question="Who paid for it?", kind="unanswerable", note="Check it.")


def test_a_row_holds_the_place_in_the_document() -> None:
    asked, open_one = as_proposals([ASKED, OPEN], ["/docs/town/harbour.md"])
    assert asked.quote == "The harbour opened in 1903."
    assert (asked.id, asked.source, asked.start, asked.end) == ("q001", "harbour.md", 51, 78)
    assert open_one.id == "q002"
    assert (open_one.answerable, open_one.answers, open_one.start) == (False, (), None)


def test_what_is_written_is_read_as_a_task(tmp_path: Path) -> None:
    path = tmp_path / "questions.csv"
    write_proposals(path, as_proposals([ASKED, OPEN], ["/docs/town/harbour.md"]))
    asked, open_one = (one.question for one in read_own_questions(path))
    assert (asked.id, asked.text, asked.answers) == ("q001", ASKED.question, ASKED.answers)
    assert (asked.answerable, asked.kind) == (True, "cloze-date")
    (span,) = asked.spans
    assert (span.source, span.start, span.end) == ("harbour.md", 51, 78)
    assert (open_one.answerable, open_one.answers, open_one.spans) == (False, (), ())


def test_a_spreadsheet_knows_the_file(tmp_path: Path) -> None:
    path = tmp_path / "questions.csv"
    write_proposals(path, as_proposals([ASKED, OPEN], []))
    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,question,answer,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, first, second = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert first[2:4] == ["1903 | in 1903", "yes"]
    assert second[2:] == ["", "no", "", "", "", "unanswerable", "", "Check it."]


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "questions.csv"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="exists already"):
        write_proposals(path, [])
    assert path.read_text(encoding="utf-8") == "mine"
    with pytest.raises(UsageError, match="cannot be written"):
        write_proposals(tmp_path / "nowhere" / "questions.csv", [])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " +", "\uff1d", "\r"])
def test_what_could_run_as_a_formula_is_not_plain(start: str) -> None:
    assert ASKED.is_plain
    assert not Candidate(question=f"{start}1+1?", kind="k").is_plain
    assert not Candidate(question="Q?", kind="k", answers=("good", f"{start}5 %")).is_plain
    hostile = Passage(
        document_id="d", source="s", title="t", start=0, end=9, text=f"{start}HYPER()"
    )
    place = Place(passage=hostile, start=0, end=8)
    assert not Candidate(question="Q?", kind="k", answers=("good",), place=place).is_plain


@pytest.mark.parametrize("answer", ["a | b", "a|b", "", " "])
def test_what_would_be_read_as_other_answers_is_not_plain(answer: str) -> None:
    assert not Candidate(question="Q?", kind="k", answers=(answer,)).is_plain


def test_a_source_is_as_short_as_it_can_be() -> None:
    sources = ["/docs/a/notes.md", "/docs/b/notes.md", "/docs/b/other.md", "/docs/-1.md"]
    assert [short_source(one, sources) for one in sources] == [
        "a/notes.md",
        "b/notes.md",
        "other.md",
        "docs/-1.md",  # alone it could run as a formula
    ]


@given(st.lists(st.text("ab/", min_size=1, max_size=6), min_size=1, unique=True))
def test_a_short_source_means_one_document(names: list[str]) -> None:
    sources = [f"/{name}" for name in names]
    for source in sources:
        short = short_source(source, sources)
        ends = [one for one in sources if one == short or one.endswith(f"/{short}")]
        assert source in ends
        assert len(ends) == 1 or short == source
