import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.app.page_sources import (
    AROUND,
    NEAREST,
    WHOLE,
    Standing,
    described,
    explain_standing,
    located,
    numbered,
    numbers_of,
    openable,
    standing,
    window,
)
from groundwire.core.schema import Answer, Citation, Evidence, Passage, Sentence, Status


def citation(start: int = 0, quote: str = "abc") -> Citation:
    return Citation(
        document_id="d", source="/a", title="A", start=start, end=start + len(quote), quote=quote
    )


def evidence(number: int) -> Evidence:
    passage = Passage(
        document_id="d", source="/a", title="A", start=number, end=number + 1, text="x", page=2
    )
    return Evidence(passage=passage, score=1 / (number + 1))


def test_a_place_that_is_cited_twice_has_one_number() -> None:
    one, two = citation(0), citation(5)
    answer = Answer(
        question="?",
        status=Status.ANSWERED,
        sentences=(
            Sentence(text="s", citations=(two,)),
            Sentence(text="t", citations=(one, two)),
        ),
    )
    assert numbered(answer) == (two, one)
    assert numbers_of(answer) == {two: 1, one: 2}
    assert openable(answer) == (two, one)


def test_what_was_not_answered_opens_its_nearest_passages() -> None:
    answer = Answer(
        question="?",
        status=Status.ABSTAINED,
        evidence=tuple(evidence(number) for number in range(NEAREST + 3)),
    )
    places = openable(answer)
    assert [place.start for place in places] == list(range(NEAREST))
    assert (places[0].quote, places[0].page) == ("x", 2)


@pytest.mark.parametrize(
    ("page", "heading", "words"),
    [(None, None, ""), (3, None, "page 3"), (None, "Fees", "Fees"), (3, "Fees", "page 3 · Fees")],
)
def test_where_a_quote_stands_in_words(page: int | None, heading: str | None, words: str) -> None:
    assert located(page, heading) == words


def test_a_citation_is_described_by_its_title_when_it_has_no_place() -> None:
    assert described(citation()) == "A"


def test_a_quote_that_is_not_there_any_more_is_said_to_be_so() -> None:
    there = {"/a", "/b"}
    assert standing(citation(), "abc", there) is Standing.HERE
    assert standing(citation(), "abd", there) is Standing.CHANGED
    assert standing(citation(), None, there) is Standing.CHANGED
    assert standing(citation(), None, {"/b"}) is Standing.GONE
    assert explain_standing(Standing.HERE) == ""
    assert "changed" in explain_standing(Standing.CHANGED)
    assert "no longer" in explain_standing(Standing.GONE)


def test_a_small_document_is_shown_whole() -> None:
    view = window("before quote after", 7, 12)
    assert (view.before, view.quote, view.after) == ("before ", "quote", " after")
    assert not view.cut_before
    assert not view.cut_after


@given(st.integers(0, 2 * WHOLE), st.integers(1, 500), st.integers(0, 3 * WHOLE), st.data())
def test_a_window_is_a_part_of_the_document_with_the_quote_in_it(
    start: int, length: int, around: int, data: st.DataObject
) -> None:
    blank = data.draw(st.integers(2, 100))
    text = "".join(" " if i % blank == 0 else "x" for i in range(3 * WHOLE))
    view = window(text, start, start + length, around=around)
    assert view.quote == text[start : start + length]
    first, last = start - len(view.before), start + length + len(view.after)
    assert text[first:last] == view.before + view.quote + view.after
    assert view.cut_before == (first > 0)
    assert view.cut_after == (last < len(text))
    assert len(view.before) >= min(start, max(0, around - 40))


def test_a_large_document_is_cut_between_words() -> None:
    text = "word " * WHOLE
    view = window(text, 50_000, 50_004)
    assert view.before.startswith("word ")
    assert view.after.endswith(" word")
    assert AROUND - 40 <= len(view.before) <= AROUND + 40


def test_a_text_without_blanks_is_cut_where_it_falls() -> None:
    view = window("字" * 3 * WHOLE, 30_000, 30_010, around=100)
    assert (len(view.before), len(view.after)) == (100, 100)
