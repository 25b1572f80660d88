"""How well words of a conversation were picked: precision, recall and F1, with intervals."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from groundwire.training.conversation_examples import TermExample

# Samples of dialogues that an interval rests on, and the share of them it holds.
SAMPLES, CONFIDENCE = 2000, 0.95


@dataclass(frozen=True, kw_only=True)
class Picked:
    """An example and the logit of each of its folded words that the model read."""

    example: TermExample
    logits: dict[str, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Words picked, words wanted, and words that are both."""

    picked: int = 0
    wanted: int = 0
    right: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            picked=self.picked + other.picked,
            wanted=self.wanted + other.wanted,
            right=self.right + other.right,
        )

    @property
    def rates(self) -> dict[str, float]:
        """Precision, recall and F1 over all words together."""
        return {
            "precision": self.right / max(self.picked, 1),
            "recall": self.right / max(self.wanted, 1),
            "f1": 2 * self.right / max(self.picked + self.wanted, 1),
        }


def count_terms(one: Picked, threshold: float) -> Counts:
    """The counts of one question when words of a logit above ``threshold`` are picked."""
    picked = {word for word, logit in one.logits.items() if logit > threshold}
    wanted = one.example.wanted
    return Counts(picked=len(picked), wanted=len(wanted), right=len(picked & wanted))


def choose_threshold(picked: Sequence[Picked]) -> float:
    """The logit with the highest F1, to a tenth."""
    steps = [step / 10 for step in range(-40, 41)]
    return max(steps, key=lambda step: _sum(picked, step).rates["f1"])


def score_terms(
    picked: Sequence[Picked], threshold: float, *, seed: int
) -> dict[str, dict[str, float]]:
    """Each rate with its interval, by bootstrap over dialogues: those of one depend on another."""
    groups = groupby(sorted(picked, key=_dialogue), key=_dialogue)
    dialogues = [_sum(list(group), threshold) for _, group in groups]
    draw = random.Random(seed)  # noqa: S311 (not a secret)
    samples = [
        sum(draw.choices(dialogues, k=len(dialogues)), Counts()).rates for _ in range(SAMPLES)
    ]
    cut = round(SAMPLES * (1 - CONFIDENCE) / 2)
    scores = {}
    for name, value in sum(dialogues, Counts()).rates.items():
        ordered = sorted(sample[name] for sample in samples)
        scores[name] = {"value": value, "low": ordered[cut], "high": ordered[-cut - 1]}
    return scores


def _dialogue(one: Picked) -> str:
    return one.example.dialogue


def _sum(picked: Sequence[Picked], threshold: float) -> Counts:
    return sum((count_terms(one, threshold) for one in picked), Counts())
