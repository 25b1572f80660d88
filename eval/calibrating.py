"""Calibration: from judged answers to a support that can be relied on, and to certified risks.

An answer is wrong where its F1 with every gold answer is under 0.5, and where the question cannot
be answered. Half of the groups (articles, files) fit the regression and all that is chosen freely;
the other half certifies, and reports what the fit is worth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from groundwire.agents import Calibration, CertifiedRisk
from groundwire.core.errors import UsageError
from groundwire.eval.abstention_measures import calibration_error
from groundwire.eval.measure import Values
from groundwire.eval.risk import fit_logistic, fixed_sequence
from groundwire.eval.scored_cases import ScoredCase, Supported, count_groups, split
from groundwire.eval.statistics import area_under_roc

CONFIDENCE = 0.9
# The risks that somebody may state: 0.01, 0.02, ... 0.50.
RISKS = tuple(round(0.01 * number, 2) for number in range(1, 51))
# Thresholds of the sequence: each answers this share of the fitting half more than the one before.
STRIDE = 0.02
FEWEST_QUESTIONS = 100
# The share of the best mean F1 that is good enough.
NEARLY = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Reliability:
    """What supports are worth: expected calibration error, and area under ROC of being right."""

    error: float
    area: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """A calibration and what it is worth on the half that it was not fitted on.

    ``groups`` is how many there were in all; 0 where the halves are of single questions.
    """

    calibration: Calibration
    held_back: Reliability
    groups: int


def calibrate(cases: Sequence[ScoredCase], *, task: str, seed: int = 0) -> Fit:
    """Fit on one half of the groups, certify and report on the other.

    The threshold without a stated risk is the lowest of the sequence whose mean F1 over all
    questions of the fitting half, with 1 for abstaining where there is no answer, comes within
    ``NEARLY`` of the best one. Where abstaining and answering are worth the same, an answer that
    stands beside its source serves people better. Raises UsageError for fewer than 100 cases, and
    where none or all are right.
    """
    if len(cases) < FEWEST_QUESTIONS:
        raise UsageError(
            f"{len(cases)} judged questions are too few to calibrate with.",
            f"Give at least {FEWEST_QUESTIONS}, each with its answers or marked unanswerable.",
        )
    return fit_halves(cases, task=task, seed=seed)


def fit_halves(cases: Sequence[ScoredCase], *, task: str, seed: int) -> Fit:
    """The same as ``calibrate``, however few ``cases`` there are."""
    fitting, held_back = split(cases, seed=seed)
    fitted = fit_support(fitting, task=task)
    _check_both_kinds(held_back)
    return Fit(
        calibration=replace(
            _certify(Supported(fitting, fitted), Supported(held_back, fitted)),
            questions=len(cases),
        ),
        held_back=reliability(held_back, fitted),
        groups=count_groups(cases),
    )


def fit_support(cases: Sequence[ScoredCase], *, task: str) -> Calibration:
    """The regression from features to being right over all drafted ``cases``, without a risk.

    Raises UsageError where none or all of them are right.
    """
    _check_both_kinds(cases)
    drafted = [(case.features, case.right) for case in cases if case.features is not None]
    names = list(drafted[0][0])
    table = np.array([[features[name] for name in names] for features, _ in drafted], dtype=float)
    bias, weights = fit_logistic(table, np.array([right for _, right in drafted], dtype=bool))
    return Calibration(
        bias=bias,
        weights=dict(zip(names, weights, strict=True)),
        threshold=0.0,
        task=task,
        questions=len(cases),
        confidence=CONFIDENCE,
    )


def reliability(cases: Sequence[ScoredCase], calibration: Calibration) -> Reliability:
    """What the supports of the drafted ``cases`` are worth."""
    rows = np.array(
        [
            (calibration.support(case.features), case.right)
            for case in cases
            if case.features is not None
        ],
        dtype=float,
    ).reshape(-1, 2)
    return Reliability(error=calibration_error(rows), area=area_under_roc(rows))


def _certify(fitting: Supported, held_back: Supported) -> Calibration:
    """The calibration with its threshold and risks: chosen on one half, tested on the other."""
    sequence = _thresholds(fitting.best)
    # Further up too few are answered to prove anything; this too is seen on the fitting half.
    start = int(np.argmin([fitting.bound(threshold) for threshold in sequence]))
    bounds = [held_back.bound(threshold) for threshold in sequence]
    worth = np.array([fitting.mean_f1(threshold) for threshold in sequence])
    chosen = int(np.flatnonzero(worth >= NEARLY * worth.max())[-1])
    places = {risk: fixed_sequence(bounds, risk, start=start) for risk in RISKS}
    return replace(
        fitting.calibration,
        threshold=sequence[chosen],
        risk=_rounded_up(bounds[chosen]),
        risks=tuple(
            CertifiedRisk(
                risk=risk,
                threshold=sequence[place],
                answered=round(float(held_back.answered(sequence[place]).mean()), 4),
            )
            for risk, place in places.items()
            if place is not None
        ),
    )


def _thresholds(support: Values) -> list[float]:
    """From the strictest down, at equal shares of the drafted answers; the last answers all."""
    shares = np.arange(1, round(1 / STRIDE)) * STRIDE
    found = np.round(np.quantile(support[support >= 0], 1 - shares), 4)
    return sorted({*map(float, found), 0.0}, reverse=True)


def _rounded_up(bound: float) -> float | None:
    """A bound in the steps that risks have: 0.231 is certified as 0.24; None for 1 and above."""
    risk = math.ceil(round(100 * bound, 6)) / 100
    return risk if risk < 1 else None


def _check_both_kinds(cases: Sequence[ScoredCase]) -> None:
    """Raise UsageError unless some of the drafted answers are right and some are wrong."""
    right = [case.right for case in cases if case.features is not None]
    if not any(right):
        raise UsageError(
            "No answer of one half of the questions is right, so nothing can be calibrated.",
            "Check the answers of the task, or give more questions.",
        )
    if all(right):
        raise UsageError(
            "Every answer of one half of the questions is right, so nothing can be calibrated.",
            "Add harder questions, and some that the documents do not answer.",
        )
