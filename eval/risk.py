"""Statistics of a stated risk: a regression, a bound on the share of wrong answers, a sequence.

Nothing here knows of questions or answers; all is over plain arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri, stdtrit

from groundwire.eval.measure import Values

# Newton's method converges in far fewer; the weak ridge keeps it stable on separable data.
STEPS, RIDGE = 25, 1e-3
# Digits of a weight that are kept, so that the file is fit to read.
DIGITS = 6
Counts = NDArray[np.int64]


def fit_logistic(features: Values, right: NDArray[np.bool_]) -> tuple[float, list[float]]:
    """Bias and weights of the logistic regression from ``features`` to ``right``.

    ``features`` has the shape (n, names). They are standardised before the fit; the weights are
    those of the plain features.
    """
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    scale = np.where(deviation > 0, deviation, 1.0)
    inputs = np.column_stack([np.ones(len(features)), (features - mean) / scale])
    ridge = RIDGE * np.diag([0.0, *np.ones(features.shape[1])])
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        share = 1.0 / (1.0 + np.exp(-np.clip(inputs @ weights, -30.0, 30.0)))
        gradient = inputs.T @ (right - share) - ridge @ weights
        curvature = (inputs * (share * (1 - share))[:, None]).T @ inputs + ridge
        weights += np.linalg.lstsq(curvature, gradient, rcond=None)[0]
    plain = weights[1:] / scale
    return _short(weights[0] - plain @ mean), [_short(weight) for weight in plain]


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def upper_bound(wrong: Counts, answered: Counts, confidence: float) -> float:
    """An upper bound on the share of wrong answers, from counts of each group of questions.

    The exact binomial bound ("The Use of Confidence or Fiducial Limits Illustrated in the Case of
    the Binomial"), given the number answered. Questions about one article go well or badly
    together, so what counts is the effective number of questions: theirs over the design effect,
    with the quantile of as many degrees of freedom as there are groups ("Confidence Intervals for
    Proportions with Small Expected Number of Positive Counts Estimated from Survey Data").
    With one question a group it is the plain bound, but for that quantile.
    """
    wrong, answered = wrong[answered > 0], answered[answered > 0]
    groups, total = len(answered), int(answered.sum())
    if groups < 2:
        return 1.0
    share = float(wrong.sum() / total)
    freedom = (ndtri(confidence) / stdtrit(groups - 1, confidence)) ** 2
    effective = total * freedom / design_effect(wrong, answered)
    if share == 1.0:
        return 1.0
    return float(betaincinv(share * effective + 1, (1 - share) * effective, confidence))


def design_effect(wrong: Counts, answered: Counts) -> float:
    """How much more the share of wrong ones varies over groups than over single questions.

    The variance of a ratio over groups, as a multiple of the binomial one; at least 1, and 1 where
    all or none are wrong. Every group has an answered question, and there are two or more.
    """
    groups, total = len(answered), int(answered.sum())
    share = float(wrong.sum() / total)
    if share in (0.0, 1.0):
        return 1.0
    spread = float(((wrong - share * answered) ** 2).sum()) * groups / (groups - 1)
    return max(1.0, spread / (total * share * (1 - share)))


def fixed_sequence(bounds: Sequence[float], risk: float, *, start: int) -> int | None:
    """The last place, from ``start`` on, before a bound exceeds ``risk``; None if the first does.

    "Learn then Test: Calibrating Predictive Algorithms to Achieve Risk Control": tested one after
    another in an order that does not depend on the data of the test, each hypothesis may take the
    whole error probability, as long as testing ends with the first that is not rejected.
    """
    place = None
    for number in range(start, len(bounds)):
        if bounds[number] > risk:
            break
        place = number
    return place
