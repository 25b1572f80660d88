"""What the entailment model learns from: evidence, a sentence, and what the one makes of the other.

Most pairs are made by rule from questions whose passage and answer are known; in this the idea
follows "FactCC" (Evaluating the Factual Consistency of Abstractive Text Summarization), whose
training claims are sentences changed by rule.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from groundwire.training.mined import MinedPassage, MinedQuestion
from groundwire.training.perturbing import (
    change_number,
    kind_of,
    negate,
    oppose,
    spans_like,
    swap_thing,
)
from groundwire.training.statements import as_claim


class Label(IntEnum):
    """What evidence makes of a sentence. NOT says that it does not support it, no more."""

    SUPPORTED = 0
    NEUTRAL = 1
    CONTRADICTED = 2
    NOT = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class EntailmentExample:
    """A pair of texts and its label."""

    evidence: str
    sentence: str
    label: Label


YES_NO = frozenset({"yes", "no"})
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(])")
_ASIDE = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]")
SHORTEST, LONGEST = 40, 320
# Of a hundred pairs so many show no title, and so many only the sentences around the answer.
UNTITLED, SHORTENED = 30, 30
Made = tuple[str, str, Label]


def make_examples(
    questions: Sequence[MinedQuestion], *, seed: int, hard: int = 1
) -> Iterator[EntailmentExample]:
    """Pairs of every question: as many that are supported as that are not.

    Those that differ from what holds by one thing come ``hard`` times as often as by default.
    """
    draw = random.Random(seed)  # noqa: S311 (not a secret)
    known = _answers_by_passage(questions)
    for question in questions:
        if not question.answers:
            continue
        several = question.start is None
        for evidence, sentence, label in (
            _over_several(question, draw) if several else _over_one(question, known, draw, hard)
        ):
            yield EntailmentExample(evidence=evidence, sentence=sentence, label=label)


def _answers_by_passage(questions: Iterable[MinedQuestion]) -> dict[str, list[str]]:
    known: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        for passage in question.gold:
            known[passage.text].extend(question.answers[:1])
    return known


def _over_one(
    question: MinedQuestion, known: dict[str, list[str]], draw: random.Random, hard: int
) -> Iterator[Made]:
    """One pair that holds and one that does not, about the answer or a sentence of the passage."""
    passage, answer = question.gold[0], question.answers[0]
    start = question.start or 0
    if draw.random() < 0.35:
        yield from _of_sentences(question, passage, draw, hard)
        return
    evidence = _shown(passage, start, draw)
    yield evidence, as_claim(question.text, answer, draw), Label.SUPPORTED
    by_one: list[Callable[[], Made | None]] = [
        lambda: _wrong_answer(question, evidence, known, draw),
        lambda: _wrong_answer(question, evidence, known, draw),
        lambda: _changed(evidence, as_claim(question.text, answer, draw), draw),
    ]
    ways: list[Callable[[], Made | None]] = [
        *by_one * hard,
        lambda: _elsewhere(question, draw),
        lambda: _without(question, passage, start, draw),
    ]
    yield from _first_made(ways, draw)


def _of_sentences(
    question: MinedQuestion, passage: MinedPassage, draw: random.Random, hard: int
) -> Iterator[Made]:
    """The same with a sentence of the passage for a claim, shortened where it can be."""
    pieces = [one for one in sentences(passage.text) if SHORTEST <= len(one) <= LONGEST]
    if not pieces:
        return
    piece = draw.choice(pieces)
    claim = shorten(piece, draw)
    evidence = _title(passage, draw) + passage.text
    yield evidence, claim, Label.SUPPORTED
    rest = _title(passage, draw) + " ".join(one for one in sentences(passage.text) if one != piece)
    ways: list[Callable[[], Made | None]] = [
        *[lambda: _changed(evidence, claim, draw)] * 2 * hard,
        lambda: (rest, claim, Label.NEUTRAL),
        lambda: _joined(question, evidence, claim, draw),
    ]
    yield from _first_made(ways, draw)


def _over_several(question: MinedQuestion, draw: random.Random) -> Iterator[Made]:
    """A question over several passages: all of them are the evidence; without one it is not."""
    answer = question.answers[0]
    shown = " ".join(_bearing(passage, answer) for passage in question.gold)
    partial = " ".join(_bearing(passage, answer) for passage in question.gold[1:])
    for _ in range(2):
        yield shown, as_claim(question.text, answer, draw), Label.SUPPORTED
        if answer.lower() in YES_NO:
            other = "no" if answer.lower() == "yes" else "yes"
            yield shown, as_claim(question.text, other, draw), Label.CONTRADICTED
            continue
        wrong = _another(answer, shown, question=question.text, others=(), draw=draw)
        if wrong:
            yield shown, as_claim(question.text, wrong, draw), Label.CONTRADICTED
    if partial and answer.lower() not in partial.lower():
        yield partial, as_claim(question.text, answer, draw), Label.NEUTRAL


def _bearing(passage: MinedPassage, answer: str) -> str:
    """The opening of a passage, and the first sentence that holds the answer."""
    pieces = sentences(passage.text)
    holding = [piece for piece in pieces[2:] if answer.lower() in piece.lower()]
    return " ".join([*pieces[:2], *holding[:1]])


def _first_made(ways: list[Callable[[], Made | None]], draw: random.Random) -> Iterator[Made]:
    for way in draw.sample(ways, len(ways)):
        made = way()
        if made is not None:
            yield made
            return


def _wrong_answer(
    question: MinedQuestion, evidence: str, known: dict[str, list[str]], draw: random.Random
) -> Made | None:
    others = known[question.gold[0].text]
    wrong = _another(
        question.answers[0], evidence, question=question.text, others=others, draw=draw
    )
    if not wrong:
        return None
    return evidence, as_claim(question.text, wrong, draw), Label.CONTRADICTED


def _another(
    answer: str, evidence: str, *, question: str, others: Sequence[str], draw: random.Random
) -> str:
    """Something of the same kind as ``answer`` that is not it; empty if there is none."""
    kind = kind_of(answer)
    found = {evidence[start:end] for start, end in spans_like(kind, evidence)}
    found |= {other for other in others if kind_of(other) == kind}
    own, asked = answer.lower(), question.lower()
    fitting = sorted(
        one
        for one in found
        if one.lower() not in own and own not in one.lower() and one.lower() not in asked
    )
    return draw.choice(fitting) if fitting else change_number(answer, draw) or ""


def _changed(evidence: str, claim: str, draw: random.Random) -> Made | None:
    """The claim with another name, number, opposite or negation."""
    ways: list[tuple[Callable[[], str | None], Label]] = [
        (lambda: swap_thing(claim, evidence, draw), Label.NOT),
        (lambda: swap_thing(claim, evidence, draw), Label.NOT),
        (lambda: change_number(claim, draw), Label.CONTRADICTED),
        (lambda: oppose(claim, draw), Label.CONTRADICTED),
        (lambda: negate(claim, draw), Label.CONTRADICTED),
    ]
    for way, label in draw.sample(ways, len(ways)):
        changed = way()
        if changed is not None and changed != claim:
            return evidence, changed, label
    return None


def _elsewhere(question: MinedQuestion, draw: random.Random) -> Made | None:
    """The right claim beside a passage that looks like its own."""
    if not question.negatives:
        return None
    passage = draw.choice(question.negatives)
    claim = as_claim(question.text, question.answers[0], draw)
    return _title(passage, draw) + passage.text, claim, Label.NEUTRAL


def _without(
    question: MinedQuestion, passage: MinedPassage, start: int, draw: random.Random
) -> Made | None:
    """The right claim beside its passage without the sentence that says it."""
    answer = question.answers[0]
    bearing = _around(passage.text, start, 0)
    rest = passage.text.replace(bearing, " ")
    if len(rest) < SHORTEST or answer.lower() in rest.lower():
        return None
    return _title(passage, draw) + rest, as_claim(question.text, answer, draw), Label.NEUTRAL


def _joined(question: MinedQuestion, evidence: str, claim: str, draw: random.Random) -> Made | None:
    """Half of it stands in the evidence, half elsewhere: partly supported is not supported."""
    if not question.negatives:
        return None
    pieces = [
        one
        for one in sentences(draw.choice(question.negatives).text)
        if SHORTEST <= len(one) <= LONGEST
    ]
    if not pieces:
        return None
    halves = [claim, shorten(draw.choice(pieces), draw)]
    draw.shuffle(halves)
    return evidence, " ".join(halves), Label.NEUTRAL


def _shown(passage: MinedPassage, start: int, draw: random.Random) -> str:
    """The passage, or the sentences around ``start``; mostly with its title."""
    text = passage.text
    if draw.random() * 100 < SHORTENED:
        text = _around(text, start, draw.choice([0, 1, 1]))
    return _title(passage, draw) + text


def _title(passage: MinedPassage, draw: random.Random) -> str:
    return "" if draw.random() * 100 < UNTITLED else f"{passage.title}\n"


def sentences(text: str) -> list[str]:
    """``text`` cut behind full stops that a capital follows; good enough to learn from."""
    return [piece.strip() for piece in _SENTENCE.split(text) if piece.strip()]


def _around(text: str, start: int, more: int) -> str:
    """The sentence at ``start`` with ``more`` neighbours on each side."""
    bounds = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    own = next(n for n in range(len(bounds) - 1) if start < bounds[n + 1] or n == len(bounds) - 2)
    return text[bounds[max(0, own - more)] : bounds[min(len(bounds) - 1, own + 1 + more)]].strip()


def shorten(sentence: str, draw: random.Random) -> str:
    """The sentence without asides and, now and then, without its opening or its last clause."""
    text = _ASIDE.sub("", sentence)
    clauses = text.split(", ")
    if len(clauses) > 2 and draw.random() < 0.5:
        kept = ", ".join(clauses[:-1])
        text = f"{kept.rstrip('.')}."
    elif len(clauses) == 2 and len(clauses[0].split()) < 6 and draw.random() < 0.5:
        text = clauses[1][:1].upper() + clauses[1][1:]
    return text if len(text) >= SHORTEST else sentence
