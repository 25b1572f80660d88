"""What a question costs, as a measure to compare systems by."""

from __future__ import annotations

from dataclasses import dataclass

from groundwire.core.schema import Status
from groundwire.eval.measure import Unscored
from groundwire.eval.schema import Case


@dataclass(frozen=True, slots=True)
class Seconds:
    """The time that a question took; fewer are better. One that failed has none."""

    def __str__(self) -> str:
        return "Seconds"

    def row(self, case: Case) -> tuple[float, ...] | Unscored:
        """The seconds of a case, alone in a row."""
        failed = case.status == Status.FAILED
        return Unscored("a question that failed was not answered") if failed else (case.seconds,)


SECONDS = Seconds()
