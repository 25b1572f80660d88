"""The cases of a run that a person looks into first, with their traces laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundwire.eval.run_view import leading_measure
from groundwire.eval.schema import Case

SHOWN = 20
"""Cases that a report shows."""
_FAILED = "failed"
# A score that is not there counts as worse than none that is: nothing is known to be wrong.
_UNSCORED = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Quoted:
    """A quote that a sentence rests on, and where it stands."""

    place: str
    quote: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """A sentence that was drafted, with what the verifier said of it."""

    text: str
    verdict: str
    support: float | None
    quotes: tuple[Quoted, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """A passage and its rank from 1, None if it was not found; ``gold`` if it should be."""

    id: str
    rank: int | None
    score: float | None
    gold: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """How a case came about, as far as it was kept. ``steps`` holds seconds by name."""

    queries: tuple[tuple[str, str], ...]
    sentences: tuple[Drafted, ...]
    gold: tuple[Ranked, ...]
    evidence: tuple[Ranked, ...]
    reason: str
    steps: Mapping[str, float]


def worst_cases(cases: Sequence[Case], *, n: int = SHOWN) -> list[Case]:
    """The ``n`` worst: failed ones, then by the leading measure, the confidently wrong first."""
    leading = leading_measure(name for case in cases for name in case.measures) or ""

    def badness(case: Case) -> tuple[bool, float, float]:
        score = case.measures.get(leading, _UNSCORED)
        return case.status != _FAILED, score, -(case.support or 0.0)

    return sorted(cases, key=badness)[:n]


def read_trace(case: Case) -> Trace:
    """The trace of ``case``; what it lacks, or holds in another form, is empty."""
    trace = case.trace
    steps = trace.get("steps")
    known = steps if isinstance(steps, Mapping) else {}
    spent = {str(name): _number(known, name) for name in known}
    return Trace(
        queries=tuple((_text(row, "text"), _text(row, "kind")) for row in _rows(trace, "queries")),
        sentences=tuple(_sentence(row) for row in _rows(trace, "sentences")),
        gold=_gold(case),
        evidence=_evidence(case),
        reason=_text(trace, "reason"),
        steps={name: seconds for name, seconds in spent.items() if seconds is not None},
    )


def _gold(case: Case) -> tuple[Ranked, ...]:
    """The passages that should be found, each with the rank at which it was."""
    ranks = {id_: rank for rank, id_ in reversed(list(enumerate(case.ranking, start=1)))}
    return tuple(
        Ranked(id=id_, rank=ranks.get(id_), score=None, gold=True) for id_ in case.relevant
    )


def _evidence(case: Case) -> tuple[Ranked, ...]:
    """The passages that were found, best first."""
    scores = {_text(row, "id"): _number(row, "score") for row in _rows(case.trace, "evidence")}
    return tuple(
        Ranked(id=id_, rank=rank, score=scores.get(id_), gold=id_ in case.relevant)
        for rank, id_ in enumerate(case.ranking, start=1)
    )


def _sentence(row: Mapping[str, object]) -> Drafted:
    return Drafted(
        text=_text(row, "text"),
        verdict=_text(row, "verdict"),
        support=_number(row, "support"),
        quotes=tuple(
            Quoted(place=_place(citation), quote=_text(citation, "quote"))
            for citation in _rows(row, "citations")
        ),
    )


def _place(citation: Mapping[str, object]) -> str:
    return f"{_text(citation, 'source')}, {_text(citation, 'start')} to {_text(citation, 'end')}"


def _rows(data: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = data.get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return "" if value is None else str(value)


def _number(data: Mapping[str, object], name: str) -> float | None:
    value = data.get(name)
    return float(value) if isinstance(value, int | float) else None
