"""What the numbers in an answer stand for, and whether it still stands in the library."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from groundwire.core.schema import Answer, Citation, Evidence, Passage, Status

NEAREST = 5
"""Passages shown beside an answer that was not found."""
WHOLE = 20_000
"""Characters up to which a document is shown whole."""
AROUND = 1_500
"""Characters shown first on either side of a quote in a longer document."""


class Standing(StrEnum):
    """Whether a quote can still be seen in its document."""

    HERE = "here"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A quote and the text around it; ``cut_...`` says that the document goes on."""

    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool


def numbered(answer: Answer) -> tuple[Citation, ...]:
    """What number 1, 2, ... of an answer point at, in the order in which they are first cited."""
    cited = (citation for sentence in answer.sentences for citation in sentence.citations)
    return tuple(dict.fromkeys(cited))


def numbers_of(answer: Answer) -> dict[Citation, int]:
    """The number of each citation of an answer."""
    return {citation: number for number, citation in enumerate(numbered(answer), 1)}


def openable(answer: Answer) -> tuple[Citation, ...]:
    """What a person can open from an answer: its citations, or else the nearest passages."""
    if answer.status in {Status.ANSWERED, Status.PARTIAL}:
        return numbered(answer)
    return tuple(quoting(evidence) for evidence in answer.evidence[:NEAREST])


def quoting(evidence: Evidence) -> Citation:
    """A whole passage as a citation of itself."""
    passage = evidence.passage
    return Citation(
        document_id=passage.document_id,
        source=passage.source,
        title=passage.title,
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        page=passage.page,
        heading=passage.heading,
    )


def located(page: int | None, heading: str | None) -> str:
    """Page and heading in words; empty when a document has neither."""
    parts = [f"page {page}"] if page is not None else []
    return " · ".join([*parts, heading] if heading else parts)


def place_of(where: Citation | Passage) -> str:
    """Page and heading in words; a heading path that begins with the title goes on after it."""
    path = f"{where.heading or ''} > "
    return located(where.page, path.removeprefix(f"{where.title} > ").removesuffix(" > "))


def described(citation: Citation | Passage) -> str:
    """Title, page and heading in one line."""
    where = place_of(citation)
    return f"{citation.title} · {where}" if where else citation.title


def standing(citation: Citation, found: str | None, sources: Container[str]) -> Standing:
    """Check the ledger rule once more before a quote is shown: ``text[start:end] == quote``.

    ``found`` is what the library now holds at the citation's document and offsets, ``sources``
    are the paths at which documents stand now.
    """
    if found == citation.quote:
        return Standing.HERE
    return Standing.CHANGED if citation.source in sources else Standing.GONE


def explain_standing(what: Standing) -> str:
    """One line for a quote that cannot be shown in its place; empty when it can."""
    return {
        Standing.HERE: "",
        Standing.CHANGED: "The document has changed since. This is the quote as it was.",
        Standing.GONE: "The document is no longer in the library. This is the quote as it was.",
    }[what]


def window(text: str, start: int, end: int, *, around: int = AROUND) -> Window:
    """``text[start:end]`` with at least ``around`` characters on either side, cut at a blank.

    A document of up to WHOLE characters is given whole.
    """
    if len(text) <= WHOLE:
        first, last = 0, len(text)
    else:
        first, last = _back(text, max(0, start - around)), _on(text, min(len(text), end + around))
    return Window(
        before=text[first:start],
        quote=text[start:end],
        after=text[end:last],
        cut_before=first > 0,
        cut_after=last < len(text),
    )


# A word is not longer than this; a text without blanks (Chinese, Japanese) is cut where it falls.
_LONGEST_WORD = 40


def _back(text: str, first: int) -> int:
    for position in range(first, max(0, first - _LONGEST_WORD), -1):
        if text[position - 1].isspace():
            return position
    return 0 if first <= _LONGEST_WORD else first


def _on(text: str, last: int) -> int:
    for position in range(last, min(len(text), last + _LONGEST_WORD)):
        if text[position].isspace():
            return position
    return len(text) if last + _LONGEST_WORD >= len(text) else last
