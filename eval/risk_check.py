"""Whether a stated risk is kept: calibrated on half of the groups, looked at on the other half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundwire.agents import CertifiedRisk
from groundwire.core.errors import UsageError
from groundwire.eval.calibrating import Reliability, fit_halves, fit_support, reliability
from groundwire.eval.scored_cases import ScoredCase, Supported, split

# Shares of wrong answers and of questions answered; None where no threshold was certified.
Looked = tuple[float, float] | None
RISKS = (0.1, 0.2, 0.3)
SPLITS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskKept:
    """Of all splits: in how many a threshold was ``certified`` for ``risk``, and ``exceeded`` it.

    ``answered`` is the mean share of questions answered, 0 where no threshold was certified.
    """

    risk: float
    certified: int
    exceeded: int
    answered: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskCheck:
    """What ``splits`` random splits showed; ``error`` and ``area`` are means over them."""

    splits: int
    error: float
    area: float
    risks: tuple[RiskKept, ...]


def check_risks(
    cases: Sequence[ScoredCase],
    *,
    risks: Sequence[float] = RISKS,
    splits: int = SPLITS,
    seed: int = 0,
) -> RiskCheck:
    """Split ``cases`` by group again and again; calibrate on one half, look at the other.

    Calibration error and area under ROC are of a regression that was fitted on the whole half.
    For the risks that half is split once more, to fit and to certify, as ``calibrate`` does, so
    that nothing of the other half is known. A split with a part whose answers are all right or all
    wrong counts as one without a certified threshold.
    """
    found = [
        one
        for number in range(splits)
        if (one := _split_once(split(cases, seed=seed + number), risks, seed=seed + number))
    ]
    return RiskCheck(
        splits=splits,
        error=_mean([worth.error for worth, _ in found]),
        area=_mean([worth.area for worth, _ in found]),
        risks=tuple(
            _sum_up(risk, [looked[place] for _, looked in found], splits)
            for place, risk in enumerate(risks)
        ),
    )


def _split_once(
    halves: tuple[Sequence[ScoredCase], Sequence[ScoredCase]], risks: Sequence[float], *, seed: int
) -> tuple[Reliability, list[Looked]] | None:
    """What one split showed; None where a part of it is too one-sided to be fitted."""
    own, others = halves
    try:
        worth = reliability(others, fit_support(own, task=""))
        calibration = fit_halves(own, task="", seed=seed).calibration
    except UsageError:
        return None
    seen = Supported(others, calibration)
    return worth, [_look(seen, calibration.certified(risk)) for risk in risks]


def _sum_up(risk: float, looked: Sequence[Looked], splits: int) -> RiskKept:
    seen = [one for one in looked if one]
    return RiskKept(
        risk=risk,
        certified=len(seen),
        exceeded=sum(share > risk for share, _ in seen),
        answered=sum(answered for _, answered in seen) / splits,
    )


def _look(others: Supported, certified: CertifiedRisk | None) -> Looked:
    """The share of wrong answers and of questions answered; None without a threshold."""
    if certified is None:
        return None
    wrong, answered = others.counts(certified.threshold)
    return float(wrong.sum() / max(1, answered.sum())), float(answered.sum() / len(others.cases))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
