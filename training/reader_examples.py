"""What the ranker-reader learns from: questions paired with passages, and what holds of each."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from groundwire.training.mined import MinedPassage, MinedQuestion
from groundwire.training.perturbing import perturb

YES_NO = frozenset({"yes", "no"})
# Of a hundred questions over one passage so many also come with a look-alike passage, and so many
# changed by rule, so that the passage no longer answers them.
WITH_NEGATIVE, CHANGED = 45, 40
# Almost every question can be negated, and few of those that people ask are: of the negated ones
# so many in a hundred are kept.
NEGATED = 20
_NEGATION = re.compile(r"n't\b|\b(?:not|never)\b", re.IGNORECASE)
# The hardest negatives hide what nobody labelled; those further down teach the same with less harm.
HARDEST = 4
# A question over several passages is rare among the data: it comes with each of its passages, in
# every one of these rounds with other negatives.
ROUNDS, NEGATIVES_A_ROUND = 3, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class ReaderExample:
    """A pair of texts. ``start`` and ``end`` bound the answer in ``text``; None means no span.

    ``answers`` says whether this passage alone holds the answer, ``relevant`` whether it is needed
    for it; None where that is not known. ``kind`` is span, yes or no. ``window``, from 0 to 1, says
    which of several windows of a long passage is learned.
    """

    question: str
    text: str
    relevant: bool
    answers: bool | None
    start: int | None = None
    end: int | None = None
    kind: str | None = None
    window: float = 0.0


def make_examples(questions: Iterable[MinedQuestion], *, seed: int) -> Iterator[ReaderExample]:
    """Examples of every question: with its own passages, with wrong ones, and changed."""
    draw = random.Random(seed)  # noqa: S311 (not a secret)
    for question in questions:
        for example in _of_question(question, draw):
            yield replace(example, window=draw.random())


def _of_question(question: MinedQuestion, draw: random.Random) -> Iterator[ReaderExample]:
    if question.start is not None:
        yield from _over_one_passage(question, draw)
        return
    for _ in range(ROUNDS):
        yield from _over_several(question, draw)


def _over_one_passage(question: MinedQuestion, draw: random.Random) -> Iterator[ReaderExample]:
    passage, answer = question.gold[0], question.answers[0]
    start = (question.start or 0) + len(passage.title) + 1
    right = ReaderExample(
        question=question.text,
        text=passage.whole,
        relevant=True,
        answers=True,
        start=start,
        end=start + len(answer),
        kind="span",
    )
    yield right
    chance = draw.random() * 100
    if chance < WITH_NEGATIVE and question.negatives:
        yield _wrong(question.text, draw.choice(question.negatives[:HARDEST]))
    elif chance > 100 - CHANGED:
        changed = perturb(question.text, passage.text, draw)
        if changed is not None and not _rather_not(changed, question.text, draw):
            # It is about the same things, so the passage stays one that is worth looking at.
            yield replace(right, question=changed, answers=False, start=None, end=None, kind=None)


def _rather_not(changed: str, question: str, draw: random.Random) -> bool:
    """Whether a changed question is one of the negated ones that are left out."""
    negated = len(_NEGATION.findall(changed)) > len(_NEGATION.findall(question))
    return negated and draw.random() * 100 >= NEGATED


def _over_several(question: MinedQuestion, draw: random.Random) -> Iterator[ReaderExample]:
    for passage in question.gold:
        yield _of_several(question, passage)
    for passage in draw.sample(question.negatives, min(NEGATIVES_A_ROUND, len(question.negatives))):
        yield _wrong(question.text, passage)


def _of_several(question: MinedQuestion, passage: MinedPassage) -> ReaderExample:
    """A passage that is needed; it alone may answer where it holds the answer's words."""
    answer = question.answers[0]
    if answer.lower() in YES_NO:
        return ReaderExample(
            question=question.text,
            text=passage.whole,
            relevant=True,
            answers=None,
            kind=answer.lower(),
        )
    found = re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", passage.text, re.IGNORECASE)
    offset = len(passage.title) + 1
    return ReaderExample(
        question=question.text,
        text=passage.whole,
        relevant=True,
        answers=found is not None,
        start=found.start() + offset if found else None,
        end=found.end() + offset if found else None,
        kind="span" if found else None,
    )


def _wrong(question: str, passage: MinedPassage) -> ReaderExample:
    return ReaderExample(question=question, text=passage.whole, relevant=False, answers=False)
