"""Personalised PageRank over the candidates of a question, worked out by hand where it is small."""

from dataclasses import replace

import numpy as np
import pytest

from groundwire.eval.hop_pagerank import page_rank, rank_odds
from groundwire.retrievers import Hop, Library, hop

ASKED = "Whom did the board ask in March?"


@pytest.fixture
def found(hop_library: Library) -> Hop:
    return hop(hop_library, ASKED)


def row_of(found: Hop, words: str) -> int:
    texts = [one.passage.text for one in found.candidates.values()]
    (row,) = [row for row, text in enumerate(texts) if words in text]
    return row


def reduced(found: Hop) -> Hop:
    """The minutes, which the question found, and the person to whom they lead over one name."""
    minutes, person = (list(found.candidates)[row_of(found, one)] for one in ("board", "trained"))
    return replace(
        found,
        found=replace(found.found, fused=[(minutes, 0.03)]),
        direct=frozenset([minutes]),
        candidates={one: found.candidates[one] for one in (minutes, person)},
        linked={person: found.linked[person]},
        sharing={},
    )


def test_what_the_best_leads_to_ranks_above_what_was_found_last(found: Hop) -> None:
    ranks = page_rank(found)
    letters = [
        rank
        for rank, one in zip(ranks, found.candidates.values(), strict=True)
        if "Letter" in one.passage.text
    ]
    assert ranks[row_of(found, "trained")] > min(letters)


def test_ranks_sum_to_one_and_are_the_same_every_time(found: Hop) -> None:
    ranks = page_rank(found)
    assert ranks.shape == (len(found.candidates),)
    assert ranks.sum() == pytest.approx(1)
    assert np.array_equal(ranks, page_rank(found))


def test_two_passages_that_share_one_name_rank_as_worked_out_by_hand(found: Hop) -> None:
    # With m for the minutes, n for the name, p for the person: m = 0.2 + 0.8 n / 2,
    # n = 0.8 (m + p), p = 0.8 n / 2; so n = 4 / 9, and m and p are as 17 to 8.
    assert page_rank(reduced(found), restart=0.2) == pytest.approx([17 / 25, 8 / 25])


def test_a_walk_that_always_begins_anew_stays_where_the_question_leads(found: Hop) -> None:
    assert page_rank(reduced(found), restart=1.0) == pytest.approx([1, 0])
    unknown = list(reduced(found).candidates)[1]
    named = replace(reduced(found), asked_for=frozenset([unknown]))
    assert page_rank(named, restart=1.0) == pytest.approx([0.5, 0.5])


def test_the_better_a_rank_the_higher_its_odds(found: Hop) -> None:
    odds = rank_odds(found)[np.argsort(page_rank(found))]
    assert np.isfinite(odds).all()
    assert (np.diff(odds) >= 0).all()
    assert odds[-1] > odds[0]


def test_where_nothing_is_found_nothing_is_ranked(found: Hop) -> None:
    assert page_rank(replace(found, candidates={})).shape == (0,)
