"""The catalogue of measures, and the two ways they are used: outcomes to cases, cases to means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import numpy as np

from groundwire.core.errors import UsageError
from groundwire.core.protocols import Entailment
from groundwire.core.schema import Status, Usage
from groundwire.eval.abstention_measures import ABSTENTION_MEASURES
from groundwire.eval.answer_measures import ANSWER_MEASURES, is_answerable
from groundwire.eval.citation_measures import CITED_GOLD, QUOTE_EXACT, entailment_measures
from groundwire.eval.measure import Measure, Score, Unscored, WholeMeasure
from groundwire.eval.retrieval_measures import (
    COMPUTED_BY,
    NEEDS_CUTOFF,
    RetrievalMeasure,
    score_rankings,
)
from groundwire.eval.schema import Case, Estimate, Outcome
from groundwire.eval.statistics import estimate_means, estimate_whole

FAILED, RETRIEVED = "failed", "retrieved"
NO_CASES = Unscored("no question could be scored")
WHOLE_MEASURES: tuple[WholeMeasure, ...] = ABSTENTION_MEASURES
# What every run is scored by, in the order that reports show.
STANDARD = (
    *("R@2", "R@5", "R@10", "R@20", "AllR@5", "nDCG@10", "RR", "AP"),
    *("EM", "F1", "HasAnsF1", "NoAnsF1", "AnswerContained", "ROUGE-L", "AnswerRecall"),
    *("QuoteExact", "CitedGold", "CitationRecall", "CitationPrecision", "Faithfulness"),
)
RANKED = re.compile(rf"({'|'.join(COMPUTED_BY)})(?:@([1-9]\d*))?")


def standard_measures(
    *, entailment: Entailment | None = None, judges: Sequence[Measure] = ()
) -> list[Measure]:
    """What every run is scored by, in the order that reports show; ``judges`` come last.

    Without an ``entailment`` model what needs one is unscored, and says so.
    """
    others = {str(measure): measure for measure in _without_rank(entailment)}
    return [*(_with_rank(name) or others[name] for name in STANDARD), *judges]


def parse_measure(
    name: str, *, entailment: Entailment | None = None, judges: Sequence[Measure] = ()
) -> Measure | WholeMeasure:
    """The measure that prints as ``name``. Raises UsageError for any other name."""
    others: list[Measure | WholeMeasure] = [*_without_rank(entailment), *judges, *WHOLE_MEASURES]
    known = {str(measure): measure for measure in others}
    found = _with_rank(name) or known.get(name)
    if found is None:
        raise UsageError(f"{name!r} is not a measure.", _advise(name, [*STANDARD, *known]))
    return found


def _without_rank(entailment: Entailment | None) -> list[Measure]:
    return [*ANSWER_MEASURES, QUOTE_EXACT, CITED_GOLD, *entailment_measures(entailment)]


def _with_rank(name: str) -> RetrievalMeasure | None:
    parts = RANKED.fullmatch(name)
    if parts is None or (parts[2] is None and parts[1] in NEEDS_CUTOFF):
        return None
    return RetrievalMeasure(parts[1], int(parts[2]) if parts[2] else None)


def _advise(name: str, known: Sequence[str]) -> str:
    if name in NEEDS_CUTOFF:
        return f"It needs a rank to look down to, such as {name}@5."
    _, at, rank = name.partition("@")
    same_rank = [
        f"{kind}@{rank}" for kind in COMPUTED_BY if at and RANKED.fullmatch(f"{kind}@{rank}")
    ]
    by_lower_case = {one.lower(): one for one in (*known, *same_rank)}
    (nearest,) = difflib.get_close_matches(name.lower(), by_lower_case, n=1, cutoff=0.0)
    return f"The nearest name is {by_lower_case[nearest]}."


# --- outcomes to cases -----------------------------------------------------------------------


def score_outcomes(
    outcomes: Sequence[Outcome], measures: Sequence[Measure]
) -> tuple[list[Case], dict[str, str]]:
    """The case of each outcome, in their order, and why measures are unscored, by their names.

    The reason is that of the first outcome without a score. Outcomes that failed are given to no
    measure, and their cases have no scores.
    """
    names = [str(measure) for measure in measures]
    whole = [outcome for outcome in outcomes if _failure(outcome) is None]
    columns = _score(whole, measures)
    reasons: dict[str, str] = {}
    for name, column in zip(names, columns, strict=True):
        unscored = next((score for score in column if isinstance(score, Unscored)), None)
        if unscored:
            reasons[name] = unscored.reason
    scores = iter([_scored(names, row) for row in zip(*columns, strict=True)] or [{}] * len(whole))
    cases = [
        _as_case(outcome, next(scores) if _failure(outcome) is None else {}) for outcome in outcomes
    ]
    return cases, reasons


def _failure(outcome: Outcome) -> str | None:
    """Why an outcome counts as failed; None if it does not."""
    if outcome.error is None and outcome.answer and outcome.answer.status is Status.FAILED:
        return outcome.answer.reason or "the run failed and did not say why"
    return outcome.error


def _score(outcomes: Sequence[Outcome], measures: Sequence[Measure]) -> list[list[Score]]:
    """One list a measure; measures of rankings are computed together, which is quicker."""
    together = [measure for measure in measures if isinstance(measure, RetrievalMeasure)]
    rankings = iter(score_rankings(outcomes, together))
    return [
        next(rankings) if isinstance(measure, RetrievalMeasure) else measure.score(outcomes)
        for measure in measures
    ]


def _scored(names: Sequence[str], row: Sequence[Score]) -> dict[str, float]:
    pairs = zip(names, row, strict=True)
    return {name: score for name, score in pairs if not isinstance(score, Unscored)}


def _as_case(outcome: Outcome, scores: dict[str, float]) -> Case:
    question, answer, failure = outcome.question, outcome.answer, _failure(outcome)
    status = answer.status.value if answer else RETRIEVED
    usage = answer.usage if answer else Usage()
    return Case(
        id=question.id,
        question=question.text,
        status=status if failure is None else FAILED,
        short_answer=answer.short_answer if answer else None,
        ranking=outcome.ranking,
        measures=scores,
        seconds=outcome.seconds,
        error=failure,
        text=answer.text if answer else "",
        support=outcome.support,
        kind=question.kind,
        answerable=question.answerable,
        answers=question.answers,
        relevant=tuple(question.relevant),
        usage={
            "passages_read": outcome.passages_read,
            "llm_calls": usage.llm_calls,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cost_usd": usage.cost_usd,
        },
        trace=outcome.trace,
    )


# --- cases to means --------------------------------------------------------------------------

# Where only the unanswerable have a known answer, which is none, these would be the share of
# abstaining under another name.
OF_SHORT_ANSWERS = ("EM", "F1", "AnswerContained")
NO_SHORT_ANSWERS = "no short answers are known to the questions that have one; see NoAnsF1"


def summarise(
    cases: Sequence[Case],
    measures: Sequence[Measure],
    wholes: Sequence[WholeMeasure],
    *,
    seed: int = 0,
) -> tuple[dict[str, Estimate], dict[str, str]]:
    """The value of each measure by its name with its interval, and why others have none.

    A mean is over the cases that were scored. Why none was is best known when cases are scored:
    here it is only said that none was.
    """
    names = [str(measure) for measure in measures]
    reasons = {name: NO_SHORT_ANSWERS for name in OF_SHORT_ANSWERS if _is_half_known(cases, name)}
    means = _estimate_means(cases, [name for name in names if name not in reasons], seed)
    estimates = {name: means[name] for name in names if name in means}
    reasons |= {name: NO_CASES.reason for name in names if name not in {*means, *reasons}}
    whole_cases = [case for case in cases if case.status != FAILED]
    for measure in wholes:
        found = _estimate_whole(whole_cases, measure, seed)
        if isinstance(found, Unscored):
            reasons[str(measure)] = found.reason
        else:
            estimates[str(measure)] = found
    return estimates, reasons


def _is_half_known(cases: Sequence[Case], name: str) -> bool:
    """Whether the mean would be of the unanswerable alone, though others were asked as well."""
    answerable = [case for case in cases if case.status != FAILED and is_answerable(case)]
    unscored = bool(answerable) and not any(name in case.measures for case in answerable)
    return unscored and any(name in case.measures for case in cases)


def _estimate_means(cases: Sequence[Case], names: Sequence[str], seed: int) -> dict[str, Estimate]:
    """Measures that scored the same cases are resampled together, which is quicker."""
    alike: dict[tuple[int, ...], list[str]] = {}
    for name in names:
        scored = tuple(place for place, case in enumerate(cases) if name in case.measures)
        alike.setdefault(scored, []).append(name)
    found: dict[str, Estimate] = {}
    for scored, group in alike.items():
        if scored:
            table = np.array([[cases[place].measures[name] for name in group] for place in scored])
            found.update(zip(group, estimate_means(table, seed=seed), strict=True))
    return found


def _estimate_whole(cases: Sequence[Case], measure: WholeMeasure, seed: int) -> Estimate | Unscored:
    taken = [measure.row(case) for case in cases]
    rows = [row for row in taken if not isinstance(row, Unscored)]
    if not rows:
        return next((one for one in taken if isinstance(one, Unscored)), NO_CASES)
    return estimate_whole(np.array(rows), measure.value, seed=seed) or Unscored(measure.undefined)
