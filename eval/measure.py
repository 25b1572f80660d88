"""What a measure is: a value that prints as it is written, and that cases are scored by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from groundwire.eval.schema import Case, Outcome

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unscored:
    """Why a measure has no value for a case."""

    reason: str


Score = float | Unscored


class Measure(Protocol):
    """Scores outcomes one by one, from 0 to 1; a run's value is the mean over the scored cases."""

    def __str__(self) -> str:
        """Its name, as it is written: ``nDCG@10``."""

    @property
    def is_yes_no(self) -> bool:
        """Whether every score is 0 or 1, so that McNemar's test applies."""

    @property
    def higher_is_better(self) -> bool:
        """Whether more of it is better."""

    def score(self, outcomes: Sequence[Outcome]) -> list[Score]:
        """One score an outcome, in their order; outcomes that failed are never given."""


@runtime_checkable
class WholeMeasure(Protocol):
    """A value of all cases together that is no mean, such as the area under a curve."""

    def __str__(self) -> str:
        """Its name, as it is written: ``AURC``."""

    @property
    def higher_is_better(self) -> bool:
        """Whether more of it is better."""

    @property
    def undefined(self) -> str:
        """Why it may have no value although there are rows."""

    def row(self, case: Case) -> tuple[float, ...] | Unscored:
        """What it needs of a case, always as many numbers; cases without are left out."""

    def value(self, rows: Values) -> float:
        """The value over ``rows``, of shape (cases, numbers); NaN where it is not defined."""
