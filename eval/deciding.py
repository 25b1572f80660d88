"""Which of two systems is better by what both scored, and whether that could be chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import cast

import numpy as np
from scipy.stats import norm

from groundwire.eval.measure import Values
from groundwire.eval.power import (
    detectable_mean,
    detectable_yes_no,
    needed_mean,
    needed_yes_no,
)
from groundwire.eval.schema import Estimate
from groundwire.eval.significance import (
    ALPHA,
    EXCHANGES,
    WHOLE_EXCHANGES,
    holm,
    p_of_means,
    p_of_wholes,
    p_of_yes_no,
)
from groundwire.eval.statistics import CONFIDENCE, estimate_mean, estimate_whole

MCNEMAR, PERMUTATION = "McNemar's exact test", "paired permutation test"
# The smallest p value that can be drawn is at most this part of the strictest level: nearer to
# it, the draw would decide.
FINENESS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """What two systems scored on the same n questions, n at least 2 and no value NaN.

    Both are of shape (n,), and their means are compared; or of shape (n, numbers) with a ``value``
    of all of them, which is defined for both. ``greatest`` is the greatest difference there can be.
    """

    first: Values
    second: Values
    is_yes_no: bool = False
    higher_is_better: bool = True
    greatest: float = 1.0
    value: Callable[[Values], float] | None = None

    @property
    def test(self) -> str:
        """The test that applies."""
        return MCNEMAR if self.is_yes_no else PERMUTATION

    @property
    def values(self) -> tuple[float, float]:
        """The first's value and the second's, of all questions."""
        value = self.value or np.mean
        return float(value(self.first)), float(value(self.second))


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What became of a pair; ``winner`` is 0 for its first, 1 for its second, or None."""

    p: float
    p_corrected: float
    winner: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """What the questions of a pair can show; None where that cannot be said."""

    detectable: float | None
    needed: int | None


def decide(pairs: Sequence[Pair], *, seed: int = 0) -> list[Decision]:
    """Test each of ``pairs``, correct all p values together, and name winners."""
    least = ceil(FINENESS * len(pairs) / ALPHA)
    p = [_test(pair, least, seed) for pair in pairs]
    return [
        Decision(p=one, p_corrected=corrected, winner=_better(pair) if corrected < ALPHA else None)
        for pair, one, corrected in zip(pairs, p, holm(p).tolist(), strict=True)
    ]


def estimate_difference(pair: Pair, *, seed: int = 0) -> Estimate:
    """The second's value minus the first's with its 95 % interval; questions are resampled."""
    if pair.value is None:
        return estimate_mean(pair.second - pair.first, seed=seed)
    value, width = pair.value, pair.first.shape[1]

    def difference(rows: Values) -> float:
        return value(rows[:, width:]) - value(rows[:, :width])

    found = estimate_whole(np.hstack([pair.first, pair.second]), difference, seed=seed)
    return cast("Estimate", found)  # its two values are defined, and so is this


def reach(pair: Pair, difference: Estimate, *, comparisons: int) -> Reach:
    """What the questions of ``pair`` could have shown, and what ``difference`` would take."""
    if pair.is_yes_no:
        differing = float(np.mean(pair.first != pair.second))
        needed = needed_yes_no(difference.mean, differing, comparisons=comparisons)
        detectable = detectable_yes_no(difference.n, differing, comparisons=comparisons)
    else:
        deviation = _deviation(pair, difference)
        needed = needed_mean(difference.mean, deviation, comparisons=comparisons)
        detectable = detectable_mean(difference.n, deviation, comparisons=comparisons)
    beyond = detectable is not None and detectable > pair.greatest
    return Reach(detectable=None if beyond else detectable, needed=needed)


def _test(pair: Pair, exchanges: int, seed: int) -> float:
    """The p value of a pair, fine enough for as many ``exchanges``."""
    if pair.is_yes_no:
        return p_of_yes_no(pair.first, pair.second)
    if pair.value is None:
        most = max(EXCHANGES, exchanges)
        return p_of_means(pair.first, pair.second, most=most, seed=seed)
    most = max(WHOLE_EXCHANGES, exchanges)
    return p_of_wholes(pair.first, pair.second, value=pair.value, most=most, seed=seed)


def _better(pair: Pair) -> int:
    first, second = pair.values
    return int((second > first) == pair.higher_is_better)


def _deviation(pair: Pair, difference: Estimate) -> float:
    """Of the differences of single questions: for a whole-run value, what its interval implies."""
    if pair.value is None:
        return float(np.std(pair.second - pair.first, ddof=1))
    half = float(norm.ppf((1 + CONFIDENCE) / 2))
    return float((difference.high - difference.low) / 2 / half * difference.n**0.5)
