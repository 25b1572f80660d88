"""Intervals and agreement over plain arrays. What is random is fixed by a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap, rankdata
from statsmodels.stats.inter_rater import cohens_kappa

from groundwire.eval.measure import Values
from groundwire.eval.schema import Estimate

CONFIDENCE = 0.95
RESAMPLES = 2_000
# Numbers drawn at a time: a few arrays of them take some 30 MB.
BATCH = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """Cohen's kappa with its 95 % interval, and the share of the ``n`` labels that agree.

    Kappa is None where both gave one and the same label throughout: agreeing by chance is then
    certain, and what goes beyond chance cannot be said.
    """

    kappa: float | None
    low: float | None
    high: float | None
    n: int
    observed: float


# --- intervals -------------------------------------------------------------------------------


def estimate_mean(values: Values, *, seed: int = 0) -> Estimate:
    """The mean of ``values``, of shape (n,) with n at least 1, and its 95 % bootstrap interval."""
    return estimate_means(values[:, None], seed=seed)[0]


def estimate_means(table: Values, *, seed: int = 0) -> list[Estimate]:
    """The mean of each column of ``table``, of shape (n, columns) and without NaN.

    Rows are resampled whole, so that many columns cost little more than one.
    """
    count = len(table)

    def means(places: NDArray[np.intp], **_: int) -> Values:
        drawn = np.stack([np.bincount(row, minlength=count) for row in places])
        return np.asarray((drawn @ table).T / count)

    lows, highs = _interval(means, count, seed) if count > 1 else (table[0], table[0])
    return [
        _as_estimate(column, float(low), float(high))
        for column, low, high in zip(table.T, lows, highs, strict=True)
    ]


def estimate_whole(
    rows: Values, value: Callable[[Values], float], *, seed: int = 0
) -> Estimate | None:
    """``value`` of ``rows``, of shape (n, numbers), with its interval; None if it is NaN.

    A resample in which it is not defined counts as the value itself.
    """
    found = float(value(rows))

    def values(places: NDArray[np.intp], **_: int) -> Values:
        drawn = np.array([value(rows[row]) for row in places])
        return np.where(np.isnan(drawn), found, drawn)

    if np.isnan(found):
        return None
    same = not np.ptp(rows, axis=0).any()
    low, high = (found, found) if same else map(float, _interval(values, len(rows), seed))
    return Estimate(mean=found, low=low, high=high, n=len(rows))


def _as_estimate(values: Values, low: float, high: float) -> Estimate:
    if values.min() < values.max():
        return Estimate(mean=float(values.mean()), low=low, high=high, n=len(values))
    # The mean of equal values may differ from them by its rounding.
    value = float(values[0])
    return Estimate(mean=value, low=value, high=value, n=len(values))


def _interval(statistic: Callable[..., Values], count: int, seed: int) -> tuple[Values, Values]:
    """Both ends, by percentiles ("An Introduction to the Bootstrap", chapter 13).

    ``statistic`` is given places of rows, of shape (resamples, count).
    """
    found = bootstrap(
        (np.arange(count),),
        statistic,
        n_resamples=RESAMPLES,
        batch=max(1, BATCH // count),
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=seed,
    )
    low, high = found.confidence_interval
    return low, high


# --- ranking ---------------------------------------------------------------------------------


def area_under_roc(rows: Values) -> float:
    """Of rows (score, positive or not): how often a positive one scores higher, ties half.

    NaN where one kind is missing.
    """
    positive = rows[:, 1] > 0
    count, others = int(positive.sum()), int((~positive).sum())
    if not count or not others:
        return float("nan")
    ranks = rankdata(rows[:, 0])[positive].sum()
    return float((ranks - count * (count + 1) / 2) / (count * others))


# --- agreement -------------------------------------------------------------------------------


def agreement(first: Sequence[object], second: Sequence[object]) -> Agreement:
    """How far two agree who labelled the same things; equally long, at least one label.

    The interval is the asymptotic one of statsmodels, cut off at -1 and 1.
    """
    names = {label: place for place, label in enumerate(dict.fromkeys([*first, *second]))}
    table = np.zeros((len(names), len(names)))
    for one, other in zip(first, second, strict=True):
        table[names[one], names[other]] += 1
    observed = float(np.trace(table) / len(first))
    if len(names) == 1:
        return Agreement(kappa=None, low=None, high=None, n=len(first), observed=observed)
    with np.errstate(divide="ignore", invalid="ignore"):  # in its z value, which is not asked for
        found = cohens_kappa(table)
    return Agreement(
        kappa=float(found.kappa),
        low=max(-1.0, float(found.kappa_low)),
        high=min(1.0, float(found.kappa_upp)),
        n=len(first),
        observed=observed,
    )
