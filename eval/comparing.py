"""Several runs against each other: every two systems by every measure, corrected for how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan

import numpy as np

from groundwire.core.errors import UsageError
from groundwire.eval.cost_measures import SECONDS, Seconds
from groundwire.eval.deciding import Decision, Pair, decide, estimate_difference, reach
from groundwire.eval.measure import Measure, Unscored, WholeMeasure
from groundwire.eval.measures import WHOLE_MEASURES, parse_measure, standard_measures
from groundwire.eval.pairing import PairedRuns, pair_runs
from groundwire.eval.schema import Case, Comparison, Run

FEWEST_QUESTIONS = 2

Comparable = Measure | WholeMeasure | Seconds
Row = tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Match:
    runs: PairedRuns
    measure: Comparable
    pair: Pair


def parse_comparable(name: str) -> Comparable:
    """What runs can be compared by under ``name``: a measure, or ``Seconds``; else UsageError."""
    return SECONDS if name == str(SECONDS) else parse_measure(name)


def compare_runs(
    runs: Sequence[Run], measures: Sequence[Comparable] | None = None, *, seed: int = 0
) -> list[Comparison]:
    """Compare every two runs of a task by each of ``measures`` that both scored; None for any.

    Seconds are compared only where they are asked for: between two runs the machine's load may
    have changed, which no test of paired questions can tell from a quicker system.

    Two runs are compared on the questions that both scored, at least two. The correction is over
    all comparisons returned. Raises UsageError for runs that cannot be compared, or where no
    measure is left.
    """
    if measures is None:
        measures = [*standard_measures(), *WHOLE_MEASURES]
    return compare_pairs(pair_runs(runs), measures, seed=seed)


def compare_pairs(
    pairs: Sequence[PairedRuns], measures: Sequence[Comparable], *, seed: int = 0
) -> list[Comparison]:
    """The same for runs whose questions are paired already."""
    matches = [
        _Match(runs=paired, measure=measure, pair=pair)
        for paired in pairs
        for measure in measures
        if (pair := _pair(paired, measure))
    ]
    if not matches:
        raise UsageError(
            f"No measure was scored on {FEWEST_QUESTIONS} questions by two of these runs.",
            "See what each was scored by: groundwire eval show RUN",
        )
    decisions = decide([match.pair for match in matches], seed=seed)
    return [
        _compare(match, decision, comparisons=len(matches), seed=seed)
        for match, decision in zip(matches, decisions, strict=True)
    ]


def _pair(runs: PairedRuns, measure: Comparable) -> Pair | None:
    both = [(_row(first, measure), _row(second, measure)) for first, second in runs.cases]
    rows = [(first, second) for first, second in both if first is not None and second is not None]
    if len(rows) < FEWEST_QUESTIONS:
        return None
    first, second = np.array(rows, dtype=float).swapaxes(0, 1)
    if isinstance(measure, Seconds):
        return Pair(first=first[:, 0], second=second[:, 0], higher_is_better=False, greatest=inf)
    if isinstance(measure, WholeMeasure):
        better, value = measure.higher_is_better, measure.value
        pair = Pair(first=first, second=second, higher_is_better=better, value=value)
        return None if any(map(isnan, pair.values)) else pair
    return Pair(
        first=first[:, 0],
        second=second[:, 0],
        is_yes_no=measure.is_yes_no,
        higher_is_better=measure.higher_is_better,
    )


def _row(case: Case, measure: Comparable) -> Row | None:
    """What ``measure`` needs of ``case``; None if it is unscored."""
    if isinstance(measure, WholeMeasure | Seconds):
        row = measure.row(case)
        return None if isinstance(row, Unscored) else row
    score = case.measures.get(str(measure))
    return None if score is None else (score,)


def _compare(match: _Match, decision: Decision, *, comparisons: int, seed: int) -> Comparison:
    runs, pair = match.runs, match.pair
    difference = estimate_difference(pair, seed=seed)
    reached = reach(pair, difference, comparisons=comparisons)
    first_mean, second_mean = pair.values
    return Comparison(
        task=runs.task,
        measure=str(match.measure),
        first=runs.first,
        second=runs.second,
        n=difference.n,
        first_mean=first_mean,
        second_mean=second_mean,
        difference=difference.mean,
        low=difference.low,
        high=difference.high,
        test=pair.test,
        p=decision.p,
        p_corrected=decision.p_corrected,
        winner=None if decision.winner is None else (runs.first, runs.second)[decision.winner],
        detectable=reached.detectable,
        needed=reached.needed,
    )
