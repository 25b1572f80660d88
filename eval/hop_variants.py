"""The local engine with one part of search in hops removed, or exchanged for another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from groundwire.agents import Tools
from groundwire.agents.hop_searcher import OneHopSearcher, choose_hits
from groundwire.core.protocols import FloatArray
from groundwire.core.schema import Hit
from groundwire.eval.hop_pagerank import rank_odds
from groundwire.eval.systems import DEFAULT, System
from groundwire.retrievers import Hop, Library, Scope, hop

# Without a score so many of the candidates that are ranked are reached ones: of 3, 5, 8, 10 and 14
# the best on 270 train questions.
REACHED = 3
Judge = Callable[[Library, Hop], FloatArray]


@dataclass(frozen=True, kw_only=True)
class VariantSearcher:
    """Search in hops whose candidates another judge scores: log odds of shape (candidates,)."""

    library: Library
    judge: Judge

    def search(self, question: str, *, k: int, scope: Scope) -> list[Hit]:
        """At most ``k`` passages, best first, as ``HopSearcher`` gives them."""
        found = hop(self.library, question, scope, first=k)
        return choose_hits(found, self.judge(self.library, found), k=k)


def by_page_rank(_: Library, found: Hop) -> FloatArray:
    """Personalised PageRank."""
    return rank_odds(found)


def unscored(_: Library, found: Hop, *, k: int) -> FloatArray:
    """The same odds for the first ``k`` candidates, less for all others: the ranker decides.

    Of the first three are reached, in the order in which they were, and the others found.
    """
    reached = [row for row, one in enumerate(found.candidates) if one not in found.direct]
    direct = [row for row, one in enumerate(found.candidates) if one in found.direct]
    odds = np.full(len(found.candidates), -1.0, dtype=np.float32)
    odds[[*direct[: k - len(reached[:REACHED])], *reached[:REACHED]]] = 0.0
    return odds


def _without_links(tools: Tools) -> Tools:
    return replace(tools, searcher=OneHopSearcher(tools.library))


def _without_score(tools: Tools) -> Tools:
    return _searching(tools, partial(unscored, k=tools.settings.answer.evidence))


def _with_page_rank(tools: Tools) -> Tools:
    return _searching(tools, by_page_rank)


def _without_steps(tools: Tools) -> Tools:
    return replace(tools, step_reader=None)


def _searching(tools: Tools, judge: Judge) -> Tools:
    return replace(tools, searcher=VariantSearcher(library=tools.library, judge=judge))


WHOLE = System(name=DEFAULT, meaning="everything, as it answers by default.", flags={})
# The whole once more: how much two runs of the same differ in time.
AGAIN = System(name=f"{DEFAULT}-again", meaning=WHOLE.meaning, flags={})
VARIANTS = (
    System(
        name="without-links",
        meaning="search follows no names, no hyperlinks: it searches once. Comparisons are still "
        "asked in steps; descriptions are not, since nothing leads on.",
        flags={},
        refit=_without_links,
    ),
    System(
        name="without-chain-score",
        meaning="wherever a name leads on, the ranker alone orders the best found and the first "
        f"{REACHED} reached (20 together): of 3, 5, 8, 10 and 14 reached this was best on 270 "
        "train questions.",
        flags={},
        refit=_without_score,
    ),
    System(
        name="without-sub-questions",
        meaning="every question is read whole.",
        flags={},
        refit=_without_steps,
    ),
    System(
        name="one-hop",
        meaning="`limits.hops = 1`: neither search in hops nor sub-questions.",
        flags={"limits.hops": 1},
    ),
    System(
        name="page-rank",
        meaning="personalised PageRank over names in place of the chain score. How it restarts, "
        "its edges and the two numbers that make log odds of it were chosen on the same train "
        "questions.",
        flags={},
        refit=_with_page_rank,
    ),
)
