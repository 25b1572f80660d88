"""Measures of rankings: ir_measures computes them, by the definitions of trec_eval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import ir_measures

from groundwire.eval.measure import Score, Unscored
from groundwire.eval.schema import Outcome

NOT_JUDGED = Unscored("not judged")
# What ir_measures computes for each name. AllR and RR with a cutoff are told from another measure.
COMPUTED_BY = {"R": "R", "AllR": "R", "P": "P", "nDCG": "nDCG", "RR": "RR", "AP": "AP"}
NEEDS_CUTOFF = frozenset({"R", "AllR", "P"})


@dataclass(frozen=True, slots=True)
class RetrievalMeasure:
    """How good a ranking is, down to rank ``cutoff`` or all of it; only for judged questions.

    ``R``: share of the relevant passages found. ``AllR``: 1 if all are. ``P``: share of relevant
    ones among the first ``cutoff``. ``nDCG``: with the grades as they stand, discounted by log2
    of the rank. ``RR``: 1 / rank of the first relevant one. ``AP``: average precision.
    """

    name: str
    cutoff: int | None = None

    def __str__(self) -> str:
        return self.name if self.cutoff is None else f"{self.name}@{self.cutoff}"

    @property
    def is_yes_no(self) -> bool:
        """True for AllR alone."""
        return self.name == "AllR"

    @property
    def higher_is_better(self) -> bool:
        """Always."""
        return True

    def score(self, outcomes: Sequence[Outcome]) -> list[Score]:
        """One score an outcome, from 0 to 1; an empty ranking scores 0."""
        return score_rankings(outcomes, [self])[0]

    def computed(self) -> ir_measures.Measure:
        """The measure of ir_measures that this one is, or is told from."""
        measure: ir_measures.Measure = getattr(ir_measures, COMPUTED_BY[self.name])
        return measure if self.cutoff is None or self.name == "RR" else measure @ self.cutoff

    def tell(self, value: float) -> float:
        """The score, from the value of the computed measure."""
        if self.name == "AllR":
            return float(value == 1)
        beyond = self.name == "RR" and self.cutoff is not None and value < 1 / self.cutoff
        return 0.0 if beyond else value


def score_rankings(
    outcomes: Sequence[Outcome], measures: Sequence[RetrievalMeasure]
) -> list[list[Score]]:
    """One list a measure, with one score an outcome: the rankings are read once for all measures.

    Questions without judgements are unscored. Of an id that a ranking repeats the first counts.
    """
    judged = [place for place, outcome in enumerate(outcomes) if outcome.question.relevant]
    values = _compute([outcomes[place] for place in judged], measures)
    columns: list[list[Score]] = []
    for measure in measures:
        column: list[Score] = [NOT_JUDGED] * len(outcomes)
        for place, value in zip(judged, values[str(measure.computed())], strict=True):
            column[place] = measure.tell(value)
        columns.append(column)
    return columns


def _compute(
    outcomes: Sequence[Outcome], measures: Sequence[RetrievalMeasure]
) -> dict[str, list[float]]:
    """Values of the measures of ir_measures by name, in the order of ``outcomes``."""
    computed = {str(one): one for one in (measure.computed() for measure in measures)}
    values = {name: [0.0] * len(outcomes) for name in computed}
    # Numbers name the questions here: those of a batch need not have different ids.
    qrels = {str(place): dict(one.question.relevant) for place, one in enumerate(outcomes)}
    # Ranks as descending scores: without ties, nothing can be put in another order.
    run = {
        str(place): dict(zip(dict.fromkeys(one.ranking), count(0.0, -1.0), strict=False))
        for place, one in enumerate(outcomes)
    }
    # The invokers are asked directly: the evaluator around them hashes the text of a measure for
    # each value, which takes four times as long as computing it.
    evaluator: Any = ir_measures.pytrec_eval.evaluator(list(computed.values()), qrels)
    column_of = {id(one): values[name] for name, one in computed.items()}
    for invoker in evaluator.invokers:
        for metric in invoker.iter_calc(run):
            column_of[id(metric.measure)][int(metric.query_id)] = metric.value
    return values
