from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from groundwire.core.schema import Hit, Passage
from groundwire.eval.making_cloze import gapped_sentences
from groundwire.eval.making_unanswerable import (
    NOTE,
    heading_swap_candidates,
    swap_candidates,
)
from groundwire.eval.making_words import count_words

MILL = "The great wheel of the mill was replaced on 12 June 1961 by the builder Ansel Korn."
QUAY = "The stone quay of the harbour was finished on 4 May 1903 for the sum of €90,000."
FAIR = "The spring fair in the meadow was opened by the mayor Dorothea Quandt in April 1988."


def passage(document: str, text: str, heading: str = "") -> Passage:
    return Passage(
        document_id=document,
        source=document,
        title=f"Book of {document}",
        start=0,
        end=len(text),
        text=text,
        heading=heading or None,
    )


def swapped(texts: dict[str, str], found: Sequence[str] = ()) -> list[str]:
    """The questions made of ``texts`` where every search finds the texts ``found``."""
    passages = [passage(key, text) for key, text in texts.items()]
    sentences = list(gapped_sentences(passages, count_words(passages)))
    hits = [Hit(passage=passage("found", text), score=1.0) for text in found]
    made = list(swap_candidates(sentences, lambda _: hits, np.random.default_rng(0)))
    assert all((one.kind, one.note, one.place) == ("unanswerable", NOTE, None) for one in made)
    return [one.question for one in made]


def test_a_date_takes_the_place_of_a_date_of_another_document() -> None:
    mill, quay = swapped({"mill": MILL, "quay": QUAY})
    assert mill == (
        "Which name fills the gap? The great wheel of the mill was replaced on 4 May 1903 by the "
        "builder ____."
    )
    assert quay == (
        "What amount fills the gap? The stone quay of the harbour was finished on 12 June 1961 "
        "for the sum of ____."
    )


def test_a_name_takes_the_place_of_a_name() -> None:
    (mill, fair) = swapped({"mill": MILL, "fair": FAIR})
    assert "12 June 1961" not in mill
    assert "Dorothea Quandt" in mill
    assert "Ansel Korn" in fair
    assert "Which month fills the gap?" in fair


def test_nothing_is_swapped_within_a_document() -> None:
    passages = [passage("town", MILL), passage("town", QUAY)]
    sentences = list(gapped_sentences(passages, count_words(passages)))
    assert not list(swap_candidates(sentences, lambda _: [], np.random.default_rng(0)))


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("In 4 May 1903 the great wheel of the mill was replaced by somebody.", False),
        ("The great wheel of the mill was replaced by somebody.", True),
        ("On 4 May 1903 nothing at all happened.", True),
    ],
)
def test_what_a_passage_may_answer_is_left_out(*, found: str, kept: bool) -> None:
    made = swapped({"mill": MILL, "quay": QUAY}, [found])
    assert any("great wheel" in question for question in made) is kept


BAKERY = passage(
    "bakery", "## Oven repairs\n\nThe oven is mended by the smith of the town.", "Oven repairs"
)
FERRY = passage(
    "ferry", "## Rope inspections\n\nThe rope is looked at by the keeper.", "Rope inspections"
)
SCHOOL = passage("school", "## Lunch\n\nThe yard is where the pupils eat.", "Lunch")


def headings(*passages: Passage, found: Sequence[str] = ()) -> list[str]:
    documents = {one.document_id: [one] for one in passages}
    hits = [Hit(passage=passage("found", text), score=1.0) for text in found]
    made = heading_swap_candidates(documents, lambda _: hits, np.random.default_rng(0))
    return [one.question for one in made]


def test_documents_are_asked_for_headings_of_others_each_once() -> None:
    assert headings(BAKERY, FERRY, SCHOOL) == [
        "What does “Book of bakery” say about “Rope inspections”?",
        "What does “Book of ferry” say about “Oven repairs”?",
    ]


def test_a_heading_whose_words_stand_in_the_document_is_not_asked_for() -> None:
    other = passage(
        "inn", "## Rooms and beds\n\nThe oven of the inn is not mended.", "Rooms and beds"
    )
    assert headings(BAKERY, other) == ["What does “Book of bakery” say about “Rooms and beds”?"]


def test_what_a_search_finds_is_not_asked_for() -> None:
    answer = "Book of bakery: the rope has inspections of its own."
    assert headings(BAKERY, FERRY, found=[answer]) == [
        "What does “Book of ferry” say about “Oven repairs”?"
    ]


@pytest.mark.parametrize(
    "heading", ["Lunch", "What comes next", "Can I swim here?", "Book of ferry"]
)
def test_a_heading_that_means_something_else_elsewhere_is_not_taken(heading: str) -> None:
    other = passage("ferry", f"## {heading}\n\nThe keeper is the one who knows of it.", heading)
    assert not [one for one in headings(SCHOOL, other) if "school" in one]
