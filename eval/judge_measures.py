"""What a panel of judges makes of answers: the measures of each judge and of their majority.

They are named apart from the entailment model's Faithfulness, with which they are never mixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev

from groundwire.core.schema import Answer, Status
from groundwire.eval.answer_measures import NO_ANSWERS
from groundwire.eval.citation_measures import NO_SENTENCES, NOTHING_ANSWERED
from groundwire.eval.judge_panel import MAJORITY, JudgedSentence, Panel
from groundwire.eval.judging import Ruling
from groundwire.eval.measure import Score, Unscored
from groundwire.eval.schema import Outcome

Rulings = Sequence[JudgedSentence]


@dataclass(frozen=True, slots=True)
class JudgeMeasure:
    """A number of what a panel says of an answer, by ``rule``."""

    name: str
    panel: Panel = field(compare=False, repr=False)
    rule: Callable[[Rulings], Score] = field(compare=False, repr=False)
    higher_is_better: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_yes_no(self) -> bool:
        """Never: it is a share, or a deviation of shares."""
        return False

    def score(self, outcomes: Sequence[Outcome]) -> list[Score]:
        """One score an outcome, from 0 to 1; all answers are judged together."""
        answers = [_ready(outcome.answer) for outcome in outcomes]
        asked = [
            (outcome.question.id, answer)
            for outcome, answer in zip(outcomes, answers, strict=True)
            if isinstance(answer, Answer)
        ]
        judged = iter(self.panel.judge(asked))
        return [
            answer if isinstance(answer, Unscored) else self.rule(next(judged))
            for answer in answers
        ]


def judge_measures(panel: Panel) -> list[JudgeMeasure]:
    """The measures of a panel, in the order that reports show.

    ``JudgeFaithfulness[x]``: the share of sentences that judge x finds supported, as the mean over
    its repeats; of several judges also that of their majority. Of each judge further
    ``JudgeSpread[x]``, the standard deviation of that share over the repeats,
    ``JudgeUnanimous[x]``, the share of sentences on which all repeats gave one verdict, and
    ``JudgeNoVerdict[x]``, the share of askings that gave none.
    """
    found: list[JudgeMeasure] = []
    if len(panel.judges) > 1:
        found = [JudgeMeasure(f"JudgeFaithfulness[{MAJORITY}]", panel, _by_majority)]
    for judge in panel.judges:
        for name, rule, higher in _EACH:
            of_judge = _of(judge.name, rule)
            found.append(JudgeMeasure(f"{name}[{judge.name}]", panel, of_judge, higher))
    return found


def _ready(answer: Answer | None) -> Answer | Unscored:
    if answer is None:
        return NO_ANSWERS
    if answer.status is Status.ABSTAINED:
        return NOTHING_ANSWERED
    return answer if answer.sentences else NO_SENTENCES


def _of(name: str, rule: Callable[[list[Ruling]], Score]) -> Callable[[Rulings], Score]:
    return lambda sentences: rule([sentence.rulings[name] for sentence in sentences])


def _no_verdict(problems: Iterable[str]) -> Unscored:
    told = next(filter(None, problems), "")
    return Unscored(f"the judge gave no usable verdict: {told}" if told else "no verdict")


def _by_majority(sentences: Rulings) -> Score:
    votes = [vote for vote in (sentence.majority for sentence in sentences) if vote is not None]
    problems = (one.problem for sentence in sentences for one in sentence.rulings.values())
    return fmean(votes) if votes else _no_verdict(problems)


def _shares(rulings: Sequence[Ruling]) -> list[float]:
    """For each repeat that gave a verdict the share of sentences found supported."""
    repeats = zip(*(ruling.votes for ruling in rulings), strict=True)
    given = [[vote for vote in votes if vote is not None] for votes in repeats]
    return [fmean(votes) for votes in given if votes]


def _mean(rulings: Sequence[Ruling]) -> Score:
    shares = _shares(rulings)
    return fmean(shares) if shares else _no_verdict(ruling.problem for ruling in rulings)


def _spread(rulings: Sequence[Ruling]) -> Score:
    shares = _shares(rulings)
    if len(shares) < 2:
        return Unscored("a spread needs two repeats with verdicts")
    return stdev(shares)


def _unanimous(rulings: Sequence[Ruling]) -> Score:
    given = [[grade for grade in ruling.grades if grade is not None] for ruling in rulings]
    several = [grades for grades in given if len(grades) > 1]
    if not several:
        return Unscored("unanimity needs two repeats with verdicts")
    return fmean(len(set(grades)) == 1 for grades in several)


def _none_given(rulings: Sequence[Ruling]) -> Score:
    return fmean(grade is None for ruling in rulings for grade in ruling.grades)


_EACH: tuple[tuple[str, Callable[[list[Ruling]], Score], bool], ...] = (
    ("JudgeFaithfulness", _mean, True),
    ("JudgeSpread", _spread, False),
    ("JudgeUnanimous", _unanimous, True),
    ("JudgeNoVerdict", _none_given, False),
)
