"""Whether a stated risk is kept: calibrated on half of the groups, looked at on the other half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundwire.agents import Calibration
from groundwire.eval.calibrating import calibrate, fit_support, reliability
from groundwire.eval.scored_cases import ScoredCase, Supported, split

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
    that nothing of the other half is known. Raises UsageError as ``calibrate`` does.
    """
    worth, found = [], []
    for number in range(splits):
        own, others = split(cases, seed=seed + number)
        worth.append(reliability(others, fit_support(own, task="")))
        calibration = calibrate(own, task="", seed=seed + number).calibration
        found.append([_look(others, calibration, risk) for risk in risks])
    return RiskCheck(
        splits=splits,
        error=float(np.mean([one.error for one in worth])),
        area=float(np.mean([one.area for one in worth])),
        risks=tuple(
            RiskKept(
                risk=risk,
                certified=len(_seen(found, place)),
                exceeded=sum(share > risk for share, _ in _seen(found, place)),
                answered=sum(part for _, part in _seen(found, place)) / splits,
            )
            for place, risk in enumerate(risks)
        ),
    )


Looked = tuple[float, float] | None


def _seen(found: Sequence[Sequence[Looked]], place: int) -> list[tuple[float, float]]:
    """What was seen of a risk in the splits that certified a threshold for it."""
    return [looked for one in found if (looked := one[place])]


def _look(cases: Sequence[ScoredCase], calibration: Calibration, risk: float) -> Looked:
    """The share of wrong answers and of questions answered; None without a threshold."""
    certified = calibration.certified(risk)
    if certified is None:
        return None
    wrong, answered = Supported(cases, calibration).counts(certified.threshold)
    return float(wrong.sum() / max(1, answered.sum())), float(answered.sum() / len(cases))
