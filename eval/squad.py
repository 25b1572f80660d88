"""Scores of short answers as SQuAD 2.0 defines and normalises them.

Source: "Know What You Don't Know: Unanswerable Questions for SQuAD", and its evaluation script.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise_answer(text: str) -> str:
    """Lower case, then no punctuation, then no English articles, then single spaces."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def exact_match(answer: str | None, golds: Sequence[str]) -> float:
    """1 if the answer equals a gold answer, both normalised, else 0; no gold is as the empty one.

    Gold answers of which nothing is left do not count, here and in all that follows.
    """
    said = normalise_answer(answer or "")
    return float(said in (_normalise(golds) or ("",)))


def token_f1(answer: str | None, golds: Sequence[str]) -> float:
    """Best F1 of the words over the gold answers, from 0 to 1; no gold is as the empty one."""
    said = normalise_answer(answer or "").split()
    return max(_overlap(said, gold.split()) for gold in _normalise(golds) or ("",))


def contains_answer(text: str, golds: Sequence[str]) -> bool:
    """Whether a gold answer stands in ``text`` word for word, once both are normalised."""
    words = f" {normalise_answer(text)} "
    return any(f" {gold} " in words for gold in _normalise(golds))


def _normalise(golds: Sequence[str]) -> list[str]:
    return [gold for gold in map(normalise_answer, golds) if gold]


def _overlap(said: list[str], wanted: list[str]) -> float:
    if not said or not wanted:
        return float(said == wanted)
    shared = sum((Counter(said) & Counter(wanted)).values())
    return 2 * shared / (len(said) + len(wanted))
