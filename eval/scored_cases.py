"""What calibration rests on: drafted answers that were scored, and their supports."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from groundwire.agents import Calibration
from groundwire.eval.measure import Values
from groundwire.eval.risk import Counts, upper_bound

RIGHT_FROM = 0.5
NO_DRAFT = -1.0
# With fewer groups than this a half does not show how they differ.
FEWEST_GROUPS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoredCase:
    """What was drafted for a question, before anybody decides whether to answer.

    ``f1`` is that of the short answer, ``features`` are those of the sentence it rests on and
    ``others`` those of the further sentences; without a draft there are none. ``group`` is what
    the question is about: an article or a file.
    """

    group: str
    answerable: bool
    f1: float = 0.0
    features: Mapping[str, float] | None = None
    others: tuple[Mapping[str, float], ...] = ()

    @property
    def right(self) -> bool:
        """Whether the answer is right, if it is given."""
        return self.answerable and self.f1 >= RIGHT_FROM


def count_groups(cases: Sequence[ScoredCase]) -> int:
    """How many groups ``cases`` are split by; 0 where they are too few to show how they differ."""
    groups = len({case.group for case in cases})
    return groups if groups >= FEWEST_GROUPS else 0


def split(cases: Sequence[ScoredCase], *, seed: int) -> tuple[list[ScoredCase], list[ScoredCase]]:
    """Two halves that share no group, drawn by ``seed``; the first has half of the groups.

    Of too few groups every case becomes one of its own.
    """
    if not count_groups(cases):
        cases = [replace(case, group=str(number)) for number, case in enumerate(cases)]
    names = sorted({case.group for case in cases})
    random.Random(seed).shuffle(names)  # noqa: S311 - no secret
    first = set(names[: len(names) // 2])
    return (
        [case for case in cases if case.group in first],
        [case for case in cases if case.group not in first],
    )


@dataclass(frozen=True)
class Supported:
    """Cases with the supports that a calibration gives them, as arrays of one value a case."""

    cases: Sequence[ScoredCase]
    calibration: Calibration

    def answered(self, threshold: float) -> NDArray[np.bool_]:
        """Which questions get an answer from ``threshold`` on: one supported sentence is enough."""
        return np.asarray(self.best >= threshold)

    def counts(self, threshold: float) -> tuple[Counts, Counts]:
        """Wrong and answered ones of each group."""
        answered, size = self.answered(threshold), int(self._groups.max()) + 1
        # The short answer is not shown where its own sentence is not supported.
        wrong = answered & ~(self._right & (self._own >= threshold))
        return (
            np.bincount(self._groups[wrong], minlength=size),
            np.bincount(self._groups[answered], minlength=size),
        )

    def mean_f1(self, threshold: float) -> float:
        """Over all questions; abstaining counts 1 where there is no answer, else 0."""
        f1 = self._f1 * self._answerable * (self._own >= threshold)
        return float(np.where(self.answered(threshold), f1, ~self._answerable).mean())

    def bound(self, threshold: float) -> float:
        """With the calibration's confidence at most this share of the answers is wrong."""
        return upper_bound(*self.counts(threshold), self.calibration.confidence)

    @cached_property
    def best(self) -> Values:
        """Support of the best sentence of each case; -1 without a draft."""
        others = [[self._support(one) for one in case.others] for case in self.cases]
        return np.array(
            [max([own, *rest]) for own, rest in zip(self._own, others, strict=True)], dtype=float
        )

    @cached_property
    def _own(self) -> Values:
        return np.array([self._support(case.features) for case in self.cases], dtype=float)

    @cached_property
    def _groups(self) -> NDArray[np.intp]:
        return np.unique([case.group for case in self.cases], return_inverse=True)[1]

    @cached_property
    def _right(self) -> NDArray[np.bool_]:
        return np.array([case.right for case in self.cases], dtype=bool)

    @cached_property
    def _answerable(self) -> NDArray[np.bool_]:
        return np.array([case.answerable for case in self.cases], dtype=bool)

    @cached_property
    def _f1(self) -> Values:
        return np.array([case.f1 for case in self.cases], dtype=float)

    def _support(self, features: Mapping[str, float] | None) -> float:
        return NO_DRAFT if features is None else self.calibration.support(features)
