"""Measures of answers against gold answers and reference texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from groundwire.core.schema import Answer, Status
from groundwire.eval.measure import Score, Unscored
from groundwire.eval.schema import Case, Outcome, Question
from groundwire.eval.squad import contains_answer, exact_match, token_f1

NO_ANSWERS = Unscored("gives no answers")
NO_GOLD = Unscored("no gold answers are known")
ONLY_ANSWERABLE = Unscored("for answerable questions only")
ONLY_UNANSWERABLE = Unscored("for unanswerable questions only")
# What rouge_score keeps of a text; a reference without any cannot be compared with.
ROUGE_READS = re.compile(r"[a-z0-9]", re.IGNORECASE)


Rule = Callable[[Outcome, Answer], Score]


@dataclass(frozen=True, slots=True)
class AnswerMeasure:
    """A measure that scores each answer by itself, by ``rule``."""

    name: str
    rule: Rule = field(compare=False, repr=False)
    is_yes_no: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def higher_is_better(self) -> bool:
        """Always."""
        return True

    def score(self, outcomes: Sequence[Outcome]) -> list[Score]:
        """One score an outcome, from 0 to 1; unscored where passages alone were searched for."""
        return [
            NO_ANSWERS if one.answer is None else self.rule(one, one.answer) for one in outcomes
        ]


def is_answerable(judged: Question | Case) -> bool | None:
    """Whether there is an answer to find; None if that is not known."""
    if judged.answerable is None and judged.answers is not None:
        return bool(judged.answers)
    return judged.answerable


def _against_gold(score: Callable[[Answer, Sequence[str]], float]) -> Rule:
    """The rule of SQuAD 2.0: abstaining is right if there is no answer, and wrong if there is."""

    def rule(outcome: Outcome, answer: Answer) -> Score:
        abstained = answer.status is Status.ABSTAINED
        if is_answerable(outcome.question) is False:
            return float(abstained)
        if not outcome.question.answers:
            return NO_GOLD
        return 0.0 if abstained else score(answer, outcome.question.answers)

    return rule


def _only(rule: Rule, *, answerable: bool) -> Rule:
    """``rule`` for the answerable questions alone, or for the others alone."""
    left_out = ONLY_ANSWERABLE if answerable else ONLY_UNANSWERABLE

    def restricted(outcome: Outcome, answer: Answer) -> Score:
        known = is_answerable(outcome.question)
        if known is None:
            return NO_GOLD
        return rule(outcome, answer) if known is answerable else left_out

    return restricted


def _holds_gold(answer: Answer, golds: Sequence[str]) -> float:
    texts = (answer.text, answer.short_answer or "")
    return float(any(contains_answer(text, golds) for text in texts))


def _rouge_l(outcome: Outcome, answer: Answer) -> Score:
    question = outcome.question
    if is_answerable(question) is False:
        return ONLY_ANSWERABLE
    references = question.references or question.answers
    if not references:
        return Unscored("no reference texts are known")
    readable = [text for text in references if ROUGE_READS.search(text)]
    if not readable:
        return Unscored("ROUGE-L reads Latin letters and digits alone")
    if answer.status is Status.ABSTAINED:
        return 0.0
    return float(_rouge_scorer().score_multi(readable, answer.text)["rougeL"].fmeasure)


@cache
def _rouge_scorer() -> Any:  # noqa: ANN401 - the library has no types
    # Imported when it is needed: it brings the whole of nltk, which takes seconds.
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"])


def _share_of_wanted(outcome: Outcome, answer: Answer) -> Score:
    wanted = outcome.question.wanted
    if not wanted:
        return Unscored("no list of wanted answers")
    if answer.status is Status.ABSTAINED:
        return 0.0
    return sum(contains_answer(answer.text, spellings) for spellings in wanted) / len(wanted)


_EXACT = _against_gold(lambda answer, golds: exact_match(answer.short_answer, golds))
_F1 = _against_gold(lambda answer, golds: token_f1(answer.short_answer, golds))

ANSWER_MEASURES = (
    AnswerMeasure("EM", _EXACT, is_yes_no=True),
    AnswerMeasure("F1", _F1),
    AnswerMeasure("HasAnsEM", _only(_EXACT, answerable=True), is_yes_no=True),
    AnswerMeasure("HasAnsF1", _only(_F1, answerable=True)),
    AnswerMeasure("NoAnsF1", _only(_F1, answerable=False), is_yes_no=True),
    AnswerMeasure("AnswerContained", _against_gold(_holds_gold), is_yes_no=True),
    AnswerMeasure("ROUGE-L", _rouge_l),
    AnswerMeasure("AnswerRecall", _share_of_wanted),
)
