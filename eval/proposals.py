"""Questions proposed from a collection, and the spreadsheet in which a person corrects them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.core.schema import Passage, Usage

COLUMNS = (
    *("id", "question", "answer", "answerable", "source"),
    *("start", "end", "kind", "quote", "note"),
)
# Between answers any of which is right.
OR = " | "
UNANSWERABLE = "unanswerable"
# What a spreadsheet takes for a formula, also after white space, which it may strip, and in the
# wide forms of East Asian keyboards ("OWASP: CSV Injection").
FORMULA = re.compile(r"[\s\x00]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Characters ``start`` to ``end`` of a passage, counted within it."""

    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """What stands there."""
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A question that could be proposed; ``place`` is None where nothing answers it."""

    question: str
    kind: str
    answers: tuple[str, ...] = ()
    place: Place | None = None
    note: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether no cell of it could run as a formula, or be read back as something else."""
        cells = (self.question, *self.answers, self.place.quote if self.place else "")
        return not any(FORMULA.match(cell) for cell in cells) and not any(
            "|" in answer or not answer.strip() for answer in self.answers
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A row of the spreadsheet. ``start`` and ``end`` are in characters of the document's text.

    ``source`` is the end of the document's path that no other document of the collection has.
    What answers the question is None or empty where nothing does.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    kind: str
    source: str = ""
    start: int | None = None
    end: int | None = None
    quote: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposals:
    """What was proposed, what a person should know of it, and what the language model cost."""

    questions: tuple[Proposal, ...]
    notices: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)


def as_proposals(candidates: Sequence[Candidate], sources: Sequence[str]) -> tuple[Proposal, ...]:
    """The rows of ``candidates``; ``sources`` are the paths of all documents there are."""
    names = {
        source: short_source(source, sources)
        for source in {one.place.passage.source for one in candidates if one.place}
    }
    return tuple(
        _proposal(f"q{number:03}", candidate, names)
        for number, candidate in enumerate(candidates, start=1)
    )


def short_source(source: str, sources: Sequence[str]) -> str:
    """The shortest end of the path ``source`` that no other of ``sources`` ends with."""
    parts = source.split("/")
    for count in range(1, len(parts)):
        end = "/".join(parts[-count:])
        fitting = [one for one in sources if one == end or one.endswith(f"/{end}")]
        if len(fitting) == 1 and not FORMULA.match(end):
            return end
    return source


def write_proposals(path: Path, proposals: Sequence[Proposal]) -> None:
    """Write the spreadsheet: CSV in UTF-8 with the mark by which spreadsheets know it.

    Raises UsageError if the file exists, which is never written over, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(map(_cells, proposals))
    except FileExistsError as error:
        raise UsageError(f"{path} exists already.", "Name another file.") from error
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written ({error.strerror}).", "Name another file."
        ) from error


def _proposal(key: str, candidate: Candidate, names: dict[str, str]) -> Proposal:
    place = candidate.place
    if place is None:
        return Proposal(
            id=key,
            question=candidate.question,
            answers=(),
            answerable=False,
            kind=candidate.kind,
            note=candidate.note,
        )
    return Proposal(
        id=key,
        question=candidate.question,
        answers=candidate.answers,
        answerable=True,
        kind=candidate.kind,
        source=names[place.passage.source],
        start=place.passage.start + place.start,
        end=place.passage.start + place.end,
        quote=place.quote,
        note=candidate.note,
    )


def _cells(one: Proposal) -> list[str | int | None]:
    answerable = "yes" if one.answerable else "no"
    where = (one.source, one.start, one.end)
    given = (one.id, one.question, OR.join(one.answers), answerable, *where)
    return [*given, one.kind, one.quote, one.note]
