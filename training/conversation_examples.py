"""What the term classifier learns from: questions with a history, and words they leave out."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwire.models.conversation_words import FUNCTION_WORDS, fold, fold_all

# Every so many-th dialogue is held back from training, to choose by.
HELD_BACK = 8
# A conversation of the data begins with title and section of an article; others begin without.
WITHOUT_TITLE, WITHOUT_SECTION, WITHOUT_OLDEST = 0.4, 0.5, 0.2
HEADERS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class TermExample:
    """A question with what was said before it. ``wanted``: folded words it should have had."""

    dialogue: str
    question: str
    history: tuple[str, ...]
    wanted: frozenset[str]


def read_rewrites(path: Path) -> list[TermExample]:
    """The examples of a file of JSON lines with ``id``, ``history``, ``question``, ``rewrite``.

    Those without a history are left out: there is nothing to pick from.
    """
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        TermExample(
            dialogue=_dialogue(row["id"]),
            question=row["question"],
            history=tuple(row["history"]),
            wanted=find_wanted(row["question"], row["history"], row["rewrite"]),
        )
        for row in rows
        if row["history"]
    ]


def find_wanted(question: str, history: Sequence[str], rewrite: str) -> frozenset[str]:
    """Folded words of ``rewrite`` that ``question`` lacks and ``history`` has.

    As in "Query Resolution for Conversational Search with Limited Supervision".
    """
    said = frozenset().union(*(fold_all(text) for text in history))
    known = fold_all(question) | frozenset(fold(word) for word in FUNCTION_WORDS)
    return (fold_all(rewrite) & said) - known


def split_dialogues(
    examples: Sequence[TermExample],
) -> tuple[list[TermExample], list[TermExample]]:
    """Examples to train on, and those of the dialogues that are held back, by hash of their id."""
    trained: list[TermExample] = []
    held: list[TermExample] = []
    for example in examples:
        digest = hashlib.sha256(example.dialogue.encode()).digest()
        (held if digest[0] % HELD_BACK == 0 else trained).append(example)
    return trained, held


def vary(examples: Sequence[TermExample], *, rounds: int, seed: int) -> Iterator[TermExample]:
    """Every example ``rounds`` times: once as it is, then often without its oldest texts."""
    draw = random.Random(seed)  # noqa: S311 (not a secret)
    yield from examples
    for _ in range(rounds - 1):
        for example in examples:
            yield _shortened(example, draw)


def _shortened(example: TermExample, draw: random.Random) -> TermExample:
    headers, said = example.history[:HEADERS], example.history[HEADERS:]
    kept = [
        text
        for text, chance in zip(headers, (WITHOUT_TITLE, WITHOUT_SECTION), strict=False)
        if draw.random() >= chance
    ]
    turns = len(said) // 2
    if turns > 1 and draw.random() < WITHOUT_OLDEST:
        said = said[2 * draw.randrange(1, turns) :]
    history = (*kept, *said) or example.history
    there = frozenset().union(*(fold_all(text) for text in history))
    return TermExample(
        dialogue=example.dialogue,
        question=example.question,
        history=history,
        wanted=example.wanted & there,
    )


def _dialogue(identity: str) -> str:
    """``C_ab_0#3`` and ``cast19-31_2`` end with the number of the turn."""
    return identity.rpartition("#" if "#" in identity else "_")[0]
