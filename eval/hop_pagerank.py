"""Personalised PageRank over what a question found and reached: an alternative to the chain score.

"HippoRAG: Neurobiologically Inspired Long-Term Memory for Large Language Models" walks a graph of
all names and passages of a library, and begins at what the question names. Here the graph is that
of one question: its candidates, and the names by which they were reached.
"""

from __future__ import annotations

from itertools import chain

import numpy as np

from groundwire.core.protocols import FloatArray
from groundwire.eval.measure import Values
from groundwire.retrievers import Hop

# All numbers were chosen on 270 train questions of HotpotQA, 2WikiMultihopQA and MuSiQue, by R@5
# after the ranker. The probability of beginning anew: of 0.1 to 0.7.
RESTART = 0.2
# Fused scores differ little from place to place: of powers from 1 to 16.
SHARPNESS = 16
# Log odds of being needed, from the logarithm of a rank: fitted by logistic regression.
SLOPE, INTERCEPT = 1.24, 1.78


def page_rank(found: Hop, *, restart: float = RESTART) -> Values:
    """The personalised PageRank of each candidate of ``found``, in their order; they sum to one.

    ``restart`` is the probability of beginning anew, above 0. Edges lead both ways between a name,
    the passages that say it and those that go by it or hold it. Likeness makes no edge: with it
    all was worse. A walk begins at what the question found, by its fused score, or names.
    """
    if not found.candidates:
        return np.zeros(0)
    edges = _edges(found)
    begins = _begins(found, len(edges))
    degrees = edges.sum(axis=0)
    steps = np.divide(edges, degrees, out=np.zeros_like(edges), where=degrees > 0)
    steps += np.outer(begins, degrees == 0)  # from where nothing leads on, a walk begins anew
    # Some hundred nodes: solved at once, there is no question of when to stop.
    walks = np.linalg.solve(np.eye(len(edges)) - (1 - restart) * steps, restart * begins)
    of_candidates = walks[: len(found.candidates)]
    return np.asarray(of_candidates / of_candidates.sum())


def rank_odds(found: Hop) -> FloatArray:
    """Log odds of shape (candidates,) that each is needed, from its PageRank alone."""
    logs = np.log(np.maximum(page_rank(found), np.finfo(np.float64).tiny))
    return np.asarray(SLOPE * logs + INTERCEPT, dtype=np.float32)


def _edges(found: Hop) -> Values:
    """A symmetric matrix of 0 and 1: candidates in their order, then names."""
    place = {one: row for row, one in enumerate(found.candidates)}
    names: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    for one, ways in chain(found.linked.items(), found.sharing.items()):
        for way in ways:
            name = names.setdefault(way.mention.name, len(place) + len(names))
            pairs += [(place[way.origin], name), (place[one], name)]
    edges = np.zeros((len(place) + len(names),) * 2)
    for first, second in pairs:
        edges[first, second] = edges[second, first] = 1.0
    return edges


def _begins(found: Hop, nodes: int) -> Values:
    """How probably a walk begins at each node."""
    fused = dict(found.found.fused)
    best = max(fused.values(), default=1.0)
    begins = np.zeros(nodes)
    for row, one in enumerate(found.candidates):
        if one in found.asked_for:
            begins[row] = 1.0
        elif one in found.direct:
            begins[row] = (fused[one] / best) ** SHARPNESS
    return np.asarray(begins / begins.sum())
