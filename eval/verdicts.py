"""A comparison in words: who is better and by how much, or what it would take to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundwire.eval.cost_measures import SECONDS
from groundwire.eval.schema import Comparison
from groundwire.eval.significance import ALPHA


@dataclass(frozen=True, kw_only=True, slots=True)
class _Unit:
    """How the values of a measure are told: shares in points of a hundred, times by their size."""

    name: str
    factor: float
    decimals: int = 1

    def number(self, value: float) -> str:
        text = f"{value * self.factor:.{self.decimals}f}"
        return text.removeprefix("-") if float(text) == 0 else text

    def amount(self, value: float) -> str:
        return f"{self.number(value)} {self.name}"


def verdicts(found: Sequence[Comparison]) -> list[str]:
    """A sentence for each of the comparisons that were made together, in their order.

    The task stands in front where there are several.
    """
    many = len({comparison.task for comparison in found}) > 1
    return [
        (f"{comparison.task}: " if many else "") + explain_comparison(comparison, len(found))
        for comparison in found
    ]


def explain_comparison(comparison: Comparison, comparisons: int) -> str:
    """What a comparison says, in a sentence; it was corrected for so many ``comparisons``.

    A difference is that of the winner over the other; without a winner, of the second over the
    first.
    """
    if comparison.winner is not None:
        return _tell_winner(comparison, comparisons)
    if comparison.low == comparison.difference == comparison.high == 0:
        return (
            f"{comparison.first} and {comparison.second} do not differ in {_subject(comparison)}: "
            f"both have {_unit(comparison).amount(comparison.first_mean)} (n = {comparison.n})."
        )
    return f"{_tell_difference(comparison, comparisons)}; {_tell_reach(comparison)}."


def in_short(found: Comparison) -> str:
    """The second's value minus the first's with its interval and the corrected p, for a table."""
    unit = _unit(found)
    ends = _interval(unit, (found.low, found.high))
    return f"{unit.number(found.difference)} ({ends}), p {_compared(found.p_corrected)}"


def _tell_winner(found: Comparison, comparisons: int) -> str:
    unit = _unit(found)
    values = [(found.first_mean, found.first), (found.second_mean, found.second)]
    ends = found.low, found.high
    if found.winner == found.first:
        values.reverse()
    if found.difference < 0:
        ends = -found.high, -found.low
    (loser_mean, loser), (winner_mean, winner) = values
    is_time = found.measure == str(SECONDS)
    better, of = ("faster", "a question") if is_time else ("better", f"of {found.measure}")
    return (
        f"{winner} is {better} than {loser} by {unit.amount(abs(found.difference))} {of} "
        f"({unit.number(winner_mean)} against {unit.number(loser_mean)}, "
        f"95 % interval {_interval(unit, ends)}, {_p(found, comparisons)}, n = {found.n})."
    )


def _tell_difference(found: Comparison, comparisons: int) -> str:
    unit = _unit(found)
    return (
        f"No difference is shown between {found.first} and {found.second} in {_subject(found)}: "
        f"{unit.amount(found.difference)} "
        f"({unit.number(found.first_mean)} and {unit.number(found.second_mean)}, "
        f"95 % interval {_interval(unit, (found.low, found.high))}, {_p(found, comparisons)})"
    )


def _tell_reach(found: Comparison) -> str:
    if found.detectable is None:
        return f"n = {found.n} is too few to show any"
    shown = f"n = {found.n} could have shown {_unit(found).amount(found.detectable)}"
    # It may be fewer than were asked: four times in five is not always.
    if found.needed is None or found.needed <= found.n:
        return shown
    return f"{shown}; the difference seen would take about {_about(found.needed)} questions"


def _subject(found: Comparison) -> str:
    return "time a question" if found.measure == str(SECONDS) else found.measure


def _unit(found: Comparison) -> _Unit:
    if found.measure != str(SECONDS):
        return _Unit(name="points", factor=100)
    longest = max(found.first_mean, found.second_mean)
    name, factor = ("s", 1) if longest >= 1 else ("ms", 1000)
    return _Unit(name=name, factor=factor, decimals=0 if longest * factor >= 100 else 1)


def _interval(unit: _Unit, ends: tuple[float, float]) -> str:
    return " to ".join(map(unit.number, ends))


def _p(found: Comparison, comparisons: int) -> str:
    after = f" after Holm over {comparisons} comparisons" if comparisons > 1 else ""
    return f"p {_compared(found.p_corrected)}{after}"


def _compared(p: float) -> str:
    if p < 0.001:
        return "< 0.001"
    rounded = f"{p:.2g}" if p >= 0.1 else f"{p:.3f}"
    # What is under the level must not read as if it were at it.
    return f"< {ALPHA}" if p < ALPHA <= float(rounded) else f"= {rounded}"


def _about(count: int) -> str:
    """Two digits of it: no more of them mean anything."""
    return f"{round(count, 2 - len(str(count))):,}" if count >= 100 else str(count)
