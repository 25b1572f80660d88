"""Systems ranked over several tasks by their ranks, since scores of two tasks have no one scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from groundwire.core.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class RankedSystem:
    """A system's place among all, 1 for the best, shared by equals.

    ``mean_rank`` is the mean of its ranks on each of the ``tasks`` that count.
    """

    place: int
    system: str
    mean_rank: float
    tasks: int


def rank_systems(
    scores: Mapping[str, Mapping[str, float]], *, higher_is_better: bool = True
) -> list[RankedSystem]:
    """The systems, best first, from the scores of each task by system.

    Borda's count: ranks are summed over tasks, equal scores sharing theirs, and the smallest sum
    wins ("What are the best systems? New perspectives on NLP Benchmarking"). Only tasks that have
    a score of every system count; raises UsageError where there is none.
    """
    systems = sorted({system for found in scores.values() for system in found})
    shared = [found for found in scores.values() if found.keys() == set(systems)]
    if not systems or not shared:
        raise UsageError(
            "No task was run by all of these systems.",
            "Run each system on the same tasks, or rank fewer systems.",
        )
    table = np.array([[found[system] for system in systems] for found in shared])
    means = rankdata(-table if higher_is_better else table, axis=1).mean(axis=0)
    places = rankdata(means, method="min")
    return [
        RankedSystem(
            place=int(places[one]),
            system=systems[one],
            mean_rank=float(means[one]),
            tasks=len(shared),
        )
        for one in np.argsort(means, kind="stable")
    ]
