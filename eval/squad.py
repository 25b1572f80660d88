"""EM and F1 of short answers as SQuAD normalises them, by its published definition."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise_answer(text: str) -> str:
    """Lower case, no punctuation, no English articles, single spaces."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def token_f1(answer: str | None, golds: Sequence[str]) -> float:
    """Best F1 over the gold answers; where there are none, 1 for no answer and 0 for any."""
    if not golds:
        return float(not answer)
    return max(_overlap(answer or "", gold) for gold in golds)


def contains_answer(text: str, golds: Sequence[str]) -> bool:
    """Whether a gold answer stands in ``text`` word for word, once both are normalised."""
    words = f" {normalise_answer(text)} "
    return any(f" {normalise_answer(gold)} " in words for gold in golds)


def _overlap(answer: str, gold: str) -> float:
    said, wanted = normalise_answer(answer).split(), normalise_answer(gold).split()
    shared = sum((Counter(said) & Counter(wanted)).values())
    if not shared:
        return float(said == wanted)
    return 2 * shared / (len(said) + len(wanted))
