"""Passages: a document cut at sentence ends into parts that an encoder reads whole."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from groundwire.core.protocols import Tokens
from groundwire.core.schema import Document, Heading, Piece, TableSpan
from groundwire.retrievers.sentences import iterate_sentences

CONTEXT_TOKENS = 60
# Tokens that an encoder adds itself (begin and end), and one for the break after the context.
_SPECIAL_TOKENS = 3
# Longest stretch that is counted at once, in characters a token; no prose comes near it.
_CHARACTERS = 10
_BATCH = 1024
# Sections longer than this many sentences are balanced in parts of this length.
_RUN = 512

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Section:
    """A stretch under one heading and on one page."""

    start: int
    end: int
    path: tuple[Heading, ...]
    page: int | None


@dataclass(frozen=True, slots=True)
class _Limits:
    """Lengths in tokens: what a passage aims at, the most it may have, and its context's most."""

    aim: int
    most: int
    context: int


def split_document(document: Document, tokens: Tokens, passage_tokens: int = 180) -> list[Piece]:
    """Pieces that cover ``document.text`` in order, without gap or overlap.

    A piece aims at ``passage_tokens``, ends at a sentence end where it can, crosses neither a
    heading nor a page, and fits into ``tokens.max_tokens`` together with its context. A text of
    nothing but white space has no pieces. Time is linear in the length of the text.
    """
    limits = _limits(tokens.max_tokens, passage_tokens)
    contexts = _Contexts(document, tokens, limits.context)
    return [
        contexts.piece(section, span)
        for section, sizes in _runs(document, tokens, limits)
        for span in _pack(sizes, limits)
    ]


def _limits(max_tokens: int, passage_tokens: int) -> _Limits:
    context = min(CONTEXT_TOKENS, max_tokens // 4)
    most = max(1, max_tokens - context - _SPECIAL_TOKENS)
    return _Limits(aim=min(passage_tokens, most), most=most, context=context)


# --- sections --------------------------------------------------------------------------------


def _sections(document: Document) -> Iterator[_Section]:
    """The document by heading and page; white space between two belongs to the one before it."""
    text, waiting = document.text, 0
    held: _Section | None = None
    for section in _cut_sections(document):
        if not text[section.start : section.end].strip():
            continue
        if held is None:
            waiting = 0
        else:
            yield _Section(waiting, section.start, held.path, held.page)
            waiting = section.start
        held = section
    if held is not None:
        yield _Section(waiting, len(text), held.path, held.page)


def _cut_sections(document: Document) -> Iterator[_Section]:
    length = len(document.text)
    headings = {heading.start: heading for heading in document.headings}
    pages: dict[int, int | None] = {page.end: None for page in document.pages}
    pages |= {page.start: page.number for page in document.pages}
    cuts = sorted(cut for cut in {0, *headings, *pages} if cut < length)
    path: tuple[Heading, ...] = ()
    page: int | None = None
    for start, end in pairwise([*cuts, length]):
        if start in headings:
            new = headings[start]
            path = (*(old for old in path if old.level < new.level), new)
        page = pages.get(start, page)
        yield _Section(start, end, path, page)


# --- sentences and their lengths -------------------------------------------------------------


def _runs(
    document: Document, tokens: Tokens, limits: _Limits
) -> Iterator[tuple[_Section, list[tuple[_Span, int]]]]:
    """Each section with its sentences and their tokens, long sections in several runs."""
    current: _Section | None = None
    run: list[tuple[_Span, int]] = []
    filled = 0
    for section, span, size in _measured(document, tokens, limits):
        full = len(run) >= _RUN and filled and size
        if current is not None and (section is not current or full):
            yield current, run
            run, filled = [], 0
        current = section
        filled += size
        run.append((span, size))
    if current is not None:
        yield current, run


def _measured(
    document: Document, tokens: Tokens, limits: _Limits
) -> Iterator[tuple[_Section, _Span, int]]:
    text = document.text
    units = _units(document, limits.aim * _CHARACTERS)
    while batch := list(islice(units, _BATCH)):
        sizes = tokens.count_tokens([text[start:end] for _, (start, end) in batch])
        for (section, span), size in zip(batch, sizes, strict=True):
            for (start, end), counted in _fitting(text, span, size, (tokens, limits.aim)):
                # Some tokenizers read a long word as one unknown token: length counts as well.
                least = len(text[start:end].strip()) // _CHARACTERS
                yield section, (start, end), max(counted, least)


def _units(document: Document, longest: int) -> Iterator[tuple[_Section, _Span]]:
    """Sentences with the white space after them, none over ``longest`` characters."""
    text = document.text
    for section in _sections(document):
        start = section.start
        starts = (begin for begin, _ in iterate_sentences(text, section.start, section.end))
        next(starts, None)
        for stop in starts:
            yield from ((section, span) for span in _cut(text, (start, stop), longest))
            start = stop
        yield from ((section, span) for span in _cut(text, (start, section.end), longest))


def _fitting(
    text: str, span: _Span, size: int, measure: tuple[Tokens, int]
) -> Iterator[tuple[_Span, int]]:
    """``span`` cut until every part has at most the tokens of ``measure``, with their tokens."""
    tokens, most = measure
    todo = [(span, size)]
    while todo:
        (start, end), size = todo.pop()
        if size <= most or end - start <= 1:
            yield (start, end), size
            continue
        length = min(end - start - 1, (end - start) // math.ceil(size / most) + 1)
        parts = list(_cut(text, (start, end), max(1, length)))
        sizes = tokens.count_tokens([text[left:right] for left, right in parts])
        todo.extend(reversed(list(zip(parts, sizes, strict=True))))


def _cut(text: str, span: _Span, longest: int) -> Iterator[_Span]:
    """``span`` in parts of at most ``longest`` characters, cut between words if there are any."""
    start, end = span
    while end - start > longest:
        stop = start + longest
        gap = max(text.rfind(mark, start + longest // 2, stop) for mark in " \n\t\u3000")
        stop = gap + 1 if gap >= 0 else _before_marks(text, start, stop)
        yield start, stop
        start = stop
    yield start, end


def _before_marks(text: str, start: int, stop: int) -> int:
    """``stop``, moved back so that no combining mark is parted from its letter."""
    moved = stop
    while moved > start + 1 and unicodedata.combining(text[moved]):
        moved -= 1
    return moved


# --- packing ---------------------------------------------------------------------------------


def _pack(sizes: Sequence[tuple[_Span, int]], limits: _Limits) -> list[_Span]:
    """Neighbouring sentences together, in spans of nearly equal length of at most the aim."""
    spans: list[tuple[int, int, int]] = []
    rest = sum(size for _, size in sizes)
    start, length = sizes[0][0][0], 0
    aim = _even(rest, limits.aim)
    for (left, _), size in sizes:
        over = length + size
        if length and size and (over > limits.aim or over - aim > aim - length):
            spans.append((start, left, length))
            rest -= length
            start, length, aim = left, 0, _even(rest, limits.aim)
        length += size
    spans.append((start, sizes[-1][0][1], length))
    return _without_scrap(spans, limits)


def _even(total: int, most: int) -> float:
    return total / max(1, math.ceil(total / most))


def _without_scrap(spans: list[tuple[int, int, int]], limits: _Limits) -> list[_Span]:
    if len(spans) > 1:
        (start, _, before), (_, end, last) = spans[-2:]
        if last * 3 < limits.aim and before + last <= limits.most:
            spans[-2:] = [(start, end, before + last)]
    return [(start, end) for start, end, _ in spans]


# --- context ---------------------------------------------------------------------------------


class _Contexts:
    """What is indexed with a piece: title, heading path, and the header of a table gone before."""

    def __init__(self, document: Document, tokens: Tokens, most: int) -> None:
        self._document = document
        self._tokens = tokens
        self._most = most
        self._tables = [table for table in document.tables if table.header]
        self._starts = [table.start for table in self._tables]
        self._known: dict[tuple[str, ...], str] = {}

    def piece(self, section: _Section, span: _Span) -> Piece:
        """The piece of ``section`` that stands at ``span``."""
        start, end = span
        above = [heading.title for heading in section.path if heading.start != start]
        if above[:1] == [self._document.title]:
            del above[0]
        parts = (self._document.title, " > ".join(above), self._header(start))
        context = self._known.get(parts)
        if context is None:
            context = self._known[parts] = self._joined([part for part in parts if part])
        heading = " > ".join(heading.title for heading in section.path) or None
        return Piece(start=start, end=end, heading=heading, page=section.page, context=context)

    def _header(self, start: int) -> str:
        """The header row of the table that ``start`` is in, if it is written above ``start``."""
        index = bisect_right(self._starts, start) - 1
        if index < 0:
            return ""
        table: TableSpan = self._tables[index]
        above = table.start < start < table.end
        return table.header if above and self._written(table) else ""

    def _written(self, table: TableSpan) -> bool:
        return self._document.text.startswith(table.header, table.start)

    def _joined(self, parts: list[str]) -> str:
        sizes = self._tokens.count_tokens(parts)
        if sum(sizes) > self._most:
            share = self._most // len(parts)
            parts = [
                part if size <= share else self._trimmed(part, share)
                for part, size in zip(parts, sizes, strict=True)
            ]
        return "\n".join(part for part in parts if part)

    def _trimmed(self, part: str, most: int) -> str:
        """The longest beginning of ``part``, in whole words, that the share allows; may be ''."""
        part = part[: most * _CHARACTERS]
        while part and (size := self._tokens.count_tokens([part])[0]) > most:
            length = min(len(part) - 1, len(part) * most // size)
            gap = part.rfind(" ", 0, length + 1)
            part = part[: gap if gap > 0 else length].rstrip()
        return part
