"""Search in hops: what one search finds, and what is reached from it where that seems needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from groundwire.agents.passage_view import probability
from groundwire.core.protocols import ChainScorer, FloatArray
from groundwire.core.schema import Hit, Link, Passage
from groundwire.retrievers import Hop, Library, Scope, hop, measure_candidates, search

# The names under which a hit's scores keep its log odds of being needed, and that of one hop.
CHAIN, FUSED = "chain", "fused"
# One hop is enough unless, of its best five candidates, so many are expected to be needed, and one
# to which a name leads may be. On questions over one document that finds what one hop finds; on
# collections of topics, where little is expected to be needed, one hop is seldom left.
EXPECTED, OF_BEST, LIKELY = 1.0, 5, 0.05
# What is said of one that stands next to another in its document.
NEXT_TO = "neighbour"


class Searcher(Protocol):
    """Finds passages for a question."""

    def search(self, question: str, *, k: int, scope: Scope) -> list[Hit]:
        """At most ``k`` passages within ``scope``, best first."""


class OneHopSearcher:
    """Searches once."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def search(self, question: str, *, k: int, scope: Scope) -> list[Hit]:
        """Those of ``retrievers.search``; raises as that does."""
        return search(self._library, question, k=k, scope=scope)


class HopSearcher:
    """Searches once, reaches on, and keeps what a small model finds needed for the question."""

    def __init__(self, library: Library, scorer: ChainScorer) -> None:
        self._library = library
        self._scorer = scorer

    def search(self, question: str, *, k: int, scope: Scope) -> list[Hit]:
        """At most ``k`` passages, best first.

        Where one hop is enough they are those of ``retrievers.search``. Otherwise the score is the
        probability of being needed; among the scores its log odds stand as ``chain``, and what one
        hop gave it as ``fused``. Raises as that does.
        """
        found = hop(self._library, question, scope, first=k)
        odds = self._scorer.score(measure_candidates(self._library, found))
        return choose_hits(found, odds, k=k)


def choose_hits(found: Hop, odds: FloatArray, *, k: int) -> list[Hit]:
    """At most ``k`` candidates by their log ``odds``, or what one hop finds where that is enough.

    ``odds`` are of shape (candidates,). The hits are as ``HopSearcher.search`` describes them.
    """
    if not _leads_on(found, odds):
        return list(_direct(found))[:k]
    return [_hit(found, one, float(odds[row])) for row, one in _best(found, odds)][:k]


def _leads_on(found: Hop, odds: FloatArray) -> bool:
    needed = [probability(float(one)) for one in odds]
    led = [
        row
        for row, one in enumerate(found.candidates)
        if one in found.linked or one in found.sharing
    ]
    expected = sum(sorted(needed, reverse=True)[:OF_BEST])
    return expected >= EXPECTED and any(needed[row] >= LIKELY for row in led)


def _best(found: Hop, odds: FloatArray) -> list[tuple[int, int]]:
    """Rows and ids of the candidates, those that are needed most first."""
    order = np.argsort(-odds, kind="stable").tolist()
    ids = list(found.candidates)
    return [(row, ids[row]) for row in order]


def _direct(found: Hop) -> Iterator[Hit]:
    for one, score in found.found.fused:
        if one in found.candidates:
            yield Hit(
                passage=found.candidates[one].passage, score=score, scores=found.found.scores(one)
            )


def _hit(found: Hop, one: int, odds: float) -> Hit:
    fused = dict(found.found.fused).get(one, 0.0)
    return Hit(
        passage=found.candidates[one].passage,
        score=probability(odds),
        scores={**found.found.scores(one), FUSED: fused, CHAIN: odds},
        chain=tuple(_chain(found, one)),
    )


def _chain(found: Hop, one: int) -> Iterator[Link]:
    """How it was reached: over words of the best passage that has such, or from its neighbour."""
    if one in found.direct:
        return
    if ways := found.linked.get(one) or found.sharing.get(one):
        origin = found.candidates[ways[0].origin].passage
        mention = ways[0].mention
        start, end = origin.start + mention.start, origin.start + mention.end
        yield _link(origin, start, end, origin.text[mention.start : mention.end])
    elif one in found.neighbours:
        origin = found.candidates[found.neighbours[one]].passage
        yield _link(origin, origin.start, origin.end, NEXT_TO)


def _link(origin: Passage, start: int, end: int, via: str) -> Link:
    return Link(document_id=origin.document_id, start=start, end=end, via=via)
