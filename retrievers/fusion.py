"""Reciprocal rank fusion. It knows nothing of passages: it joins ranked lists of keys."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def fuse_ranks(
    rankings: Sequence[Sequence[Key]], *, weights: Sequence[float] = (), k: int = 60
) -> list[tuple[Key, float]]:
    """Keys with their fused score, best first; ties keep the order of first appearance.

    A key scores the sum over rankings of weight / (k + rank), ranks counted from 1. Source:
    "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", which
    also found k = 60.
    """
    scores: dict[Key, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (k + rank)
    return sorted(scores.items(), key=lambda item: -item[1])
