"""When to answer: measures of abstaining, and of how far ``support`` can be relied on.

Both come from cases alone. An answer is right where AnswerContained is 1, so any answer to a
question that cannot be answered is wrong. Whether a draft that was held back would have been right
is not known, so the risk-coverage curve and the calibration rest on the cases that were answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from groundwire.core.schema import Status
from groundwire.eval.answer_measures import NO_ANSWERS, is_answerable
from groundwire.eval.measure import Unscored, Values
from groundwire.eval.schema import Case

RIGHT = "AnswerContained"
ANSWERS = frozenset({Status.ANSWERED, Status.PARTIAL, Status.ABSTAINED})
# Bins of equal width, each of which holds its upper edge, as in "On Calibration of Modern Neural
# Networks"; ten, not fifteen, because a run has fewer cases than an image data set.
BINS = 10


@dataclass(frozen=True, slots=True)
class CaseMeasure:
    """A value of all cases together: ``of_rows`` over the rows that ``of_case`` gives.

    ``undefined`` says why it has no value where there are rows.
    """

    name: str
    of_case: Callable[[Case], tuple[float, ...] | Unscored] = field(compare=False, repr=False)
    of_rows: Callable[[Values], float] = field(compare=False, repr=False)
    undefined: str = field(default="", compare=False, repr=False)
    higher_is_better: bool = field(default=True, compare=False, repr=False)

    def __str__(self) -> str:
        return self.name

    def row(self, case: Case) -> tuple[float, ...] | Unscored:
        """The numbers it needs of ``case``, or why the case is left out."""
        return self.of_case(case)

    def value(self, rows: Values) -> float:
        """The value over ``rows`` of shape (cases, numbers); NaN where it is not defined."""
        return self.of_rows(rows) if len(rows) else float("nan")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReliabilityBin:
    """The ``n`` answers with a support over ``low`` and up to ``high``.

    ``support`` is their mean support, ``right`` the share of right ones: equal, if calibrated.
    """

    low: float
    high: float
    support: float
    right: float
    n: int


def risk_coverage_curve(cases: Sequence[Case]) -> tuple[Values, Values]:
    """Coverages, ascending, and the risk at each: what answering the surest of them costs.

    Coverage is the share among all cases that can be right or wrong, those abstained from
    included: it ends at the share that was answered. Risk is the share of wrong answers among
    them. Both have one value an answer; cases of equal support count as in random order.
    """
    rows = _rows(cases)
    total = sum(case.status in ANSWERS and RIGHT in case.measures for case in cases)
    return np.arange(1, len(rows) + 1) / max(total, 1), _risks(rows)


def reliability_bins(cases: Sequence[Case]) -> tuple[ReliabilityBin, ...]:
    """Ten bins of equal width over the support of the answered cases, without the empty ones."""
    counts, support, right = _bin(_rows(cases))
    return tuple(
        ReliabilityBin(
            low=place / BINS,
            high=(place + 1) / BINS,
            support=float(support[place] / counts[place]),
            right=float(right[place] / counts[place]),
            n=int(counts[place]),
        )
        for place in np.flatnonzero(counts).tolist()
    )


def _rows(cases: Sequence[Case]) -> Values:
    rows = [row for row in map(_relied_on, cases) if not isinstance(row, Unscored)]
    return _that_could_be_right(np.array(rows, dtype=float).reshape(-1, 3))


def _that_could_be_right(rows: Values) -> Values:
    """Support and rightness, or nothing where none of the answers could have been right.

    A task may know what cannot be answered and no short answer to the rest: there every answer
    that can be judged is wrong, which says nothing of how support and rightness go together.
    """
    return rows[:, :2] if rows[:, 2].any() else rows[:0, :2]


def _relied_on(case: Case) -> tuple[float, float, float] | Unscored:
    """Support and rightness of an answer that was given, and whether it could be right."""
    if case.status not in ANSWERS:
        return NO_ANSWERS
    if RIGHT not in case.measures:
        return Unscored(f"{RIGHT} is not scored")
    if case.status == Status.ABSTAINED:
        return Unscored("no question was answered")
    if case.support is None:
        return Unscored("gives no support")
    return case.support, case.measures[RIGHT], float(is_answerable(case) is not False)


def _risks(rows: Values) -> Values:
    """Share of wrong ones among the first 1, 2, ... of ``rows``, the surest first."""
    ordered = rows[np.argsort(-rows[:, 0])]
    starts = np.flatnonzero(np.diff(ordered[:, 0], prepend=np.inf))
    sizes = np.diff(starts, append=len(rows))
    # Within a tie each counts as the mean of all: what a random order gives on average.
    wrong = np.add.reduceat(1 - ordered[:, 1], starts) / sizes if len(rows) else sizes
    return np.asarray(np.cumsum(np.repeat(wrong, sizes)) / np.arange(1, len(rows) + 1))


def _bin(rows: Values) -> tuple[Values, Values, Values]:
    """Of each bin the number of rows, the sum of their support, and that of right ones."""
    places = np.searchsorted(np.arange(1, BINS) / BINS, rows[:, 0])
    counts, support, right = (
        np.bincount(places, weights, BINS).astype(float)
        for weights in (np.ones(len(rows)), *rows.T)
    )
    return counts, support, right


def _area_under_risks(rows: Values) -> float:
    """The mean risk along the curve, so that the coverage which it ends at does not count."""
    risks = _risks(_that_could_be_right(rows))
    return float(risks.mean()) if len(risks) else float("nan")


def _calibration_error(rows: Values) -> float:
    return calibration_error(_that_could_be_right(rows))


def calibration_error(rows: Values) -> float:
    """Mean distance of support and share of right ones, each bin by its size.

    Of rows (support, right or not), of shape (n, 2); NaN where there are none.
    """
    _, support, right = _bin(rows)
    return float(np.abs(support - right).sum() / len(rows)) if len(rows) else float("nan")


def _abstained(case: Case) -> tuple[float, float] | Unscored:
    """Whether a case was abstained from, and whether it had to be."""
    if case.status not in ANSWERS:
        return NO_ANSWERS
    answerable = is_answerable(case)
    if answerable is None:
        return Unscored("it is not known what can be answered")
    return float(case.status == Status.ABSTAINED), float(not answerable)


def _precision(rows: Values) -> float:
    return _ratio(rows, rows[:, 0].sum())


def _recall(rows: Values) -> float:
    return _ratio(rows, rows[:, 1].sum())


def _f1(rows: Values) -> float:
    return _ratio(rows, rows.sum() / 2)


def _ratio(rows: Values, total: float) -> float:
    """Right abstentions by ``total``; where all can be answered, there is nothing to measure."""
    abstained, unanswerable = rows.T
    defined = total > 0 and unanswerable.any()
    return float(abstained @ unanswerable / total) if defined else float("nan")


_NEVER_RIGHT = "no short answer is known to any question that was answered"

ABSTENTION_MEASURES = (
    CaseMeasure(
        "AbstainPrecision",
        _abstained,
        _precision,
        "nothing was abstained from, or every question can be answered",
    ),
    CaseMeasure("AbstainRecall", _abstained, _recall, "every question can be answered"),
    CaseMeasure("AbstainF1", _abstained, _f1, "every question can be answered"),
    # "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers", over the answers given.
    CaseMeasure("AURC", _relied_on, _area_under_risks, _NEVER_RIGHT, higher_is_better=False),
    # "On Calibration of Modern Neural Networks".
    CaseMeasure("ECE", _relied_on, _calibration_error, _NEVER_RIGHT, higher_is_better=False),
)
