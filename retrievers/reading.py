"""What a reader gives: canonical text, written block by block, with headings, pages, tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundwire.core.schema import Heading, Hyperlink, PageSpan, TableSpan
from groundwire.retrievers.grid import lay_out

# What is longer was made to look like a heading, but is none.
_LONGEST_HEADING = 200
_BLANKS = re.compile(r"[^\S\n]+")
# Control characters that mean nothing in text, and halves of surrogate pairs, which no
# encoding can store.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The content of one file, before it has a place and a name."""

    text: str
    title: str | None = None
    headings: tuple[Heading, ...] = ()
    pages: tuple[PageSpan, ...] = ()
    tables: tuple[TableSpan, ...] = ()
    links: tuple[Hyperlink, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


class Composer:
    """Writes canonical text block by block and remembers where everything stands."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._gap = 0
        self._headings: list[Heading] = []
        self._pages: list[tuple[int, int]] = []
        self._tables: list[TableSpan] = []
        self._links: list[Hyperlink] = []
        self._leading: list[tuple[str, str]] = []

    @property
    def length(self) -> int:
        """Characters written so far."""
        return self._length

    def heading(self, title: str, level: int) -> None:
        """A heading line; an empty one is left out."""
        line = " ".join(clean(title).split())
        if len(line) > _LONGEST_HEADING:
            self.paragraph(title)
        elif line:
            start = self._write(line, 2, 2)
            self._headings.append(Heading(start=start, level=level, title=line))

    def link(self, words: str, target: str) -> None:
        """``words`` of what is written next lead to ``target``; to be called in their order."""
        if plain := " ".join(clean(words).split()):
            self._leading.append((plain, clean(target)))

    def paragraph(self, text: str) -> None:
        """A paragraph; its own line breaks are kept, other white space becomes single blanks."""
        self._block(text, 2)

    def line(self, text: str) -> None:
        """A line, such as a list item, with no blank line between it and the next."""
        self._block(text, 1)

    def gap(self) -> None:
        """A blank line before what comes next."""
        self._gap = 2

    def verbatim(self, text: str) -> None:
        """Text in which blanks matter, such as source code."""
        block = clean(text).strip("\n")
        if block.strip():
            self._write(block, 2, 2)

    def table(self, rows: Sequence[Sequence[str]], *, named: bool) -> None:
        """A table, one line a row; ``named`` if its first row is known to name the columns."""
        header, lines = lay_out([[clean(cell) for cell in row] for row in rows], named=named)
        if lines:
            start = self._write("\n".join(lines), 2, 2)
            self._tables.append(TableSpan(start=start, end=self._length, header=header))

    def page(self, number: int) -> None:
        """What follows stands on page ``number``."""
        self._gap = 2
        self._pages.append((number, self._length + (self._gap if self._length else 0)))

    def finish(
        self, title: str | None = None, metadata: Mapping[str, str] | None = None
    ) -> Reading:
        """All that was written."""
        return Reading(
            text="".join(self._parts),
            title=title,
            headings=tuple(self._headings),
            pages=self._page_spans(),
            tables=tuple(self._tables),
            links=tuple(self._links),
            metadata=metadata or {},
        )

    def _block(self, text: str, gap: int) -> None:
        lines = (_BLANKS.sub(" ", line).strip() for line in clean(text).split("\n"))
        block = "\n".join(line for line in lines if line)
        if block:
            self._write(block, gap, gap)

    def _write(self, block: str, before: int, after: int) -> int:
        """Write ``block`` and return where it starts."""
        if self._length:
            gap = "\n" * max(before, self._gap)
            self._parts.append(gap)
            self._length += len(gap)
        start = self._length
        self._find_links(block)
        self._parts.append(block)
        self._length += len(block)
        self._gap = after
        return start

    def _find_links(self, block: str) -> None:
        behind = 0
        for words, target in self._leading:
            found = block.find(words, behind)
            if found >= 0:
                behind = found + len(words)
                start, end = self._length + found, self._length + behind
                self._links.append(Hyperlink(start=start, end=end, target=target))
        self._leading = []

    def _page_spans(self) -> tuple[PageSpan, ...]:
        ends = [min(start, self._length) for _, start in self._pages[1:]]
        ends += [self._length] * bool(self._pages)
        spans = zip(self._pages, ends, strict=True)
        return tuple(
            PageSpan(number=number, start=start, end=end)
            for (number, start), end in spans
            if start < end
        )


def clean(text: str) -> str:
    """``text`` without what cannot be stored, its line ends made uniform."""
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
