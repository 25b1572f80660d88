"""Sentences: where they begin and end, in prose, lists, rows and record-like lines alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import nupunkt

# Sentence finding looks at this many characters at a time, so that memory stays bounded.
WINDOW = 65_536
# A line that ends before this share of its paragraph's width was ended on purpose.
_FULL_LINE = 0.8
# A row of a table is one sentence, whatever stops its cells hold, up to this length.
_LONGEST_ROW = 1_200

_LINE = re.compile(r"[^\n\r]*(?:\r\n|\n|\r|\Z)")
# Stops of scripts that put no blank after them, with the closing marks that belong to them.
_FULL_STOP = re.compile(r"[。！？｡।؟]+[」』）〉》】”’\"')\]]*")  # noqa: RUF001
_MARKER = re.compile(
    r"[ \t]*(?:[-*+•▪◦‣●○■□–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)])[ \t]+"  # noqa: RUF001
)
_MARK_ONLY = re.compile(r"\s*(?:#{1,6}|[-*+•]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s*\Z")
# A line that stands alone: heading, quotation, table row, fence.
_ALONE = re.compile(r"[ \t]*(?:#{1,6}[ \t]|>|\||```|~~~|={3,}|-{3,})")
_FIELD = re.compile(r"[ \t]*[^\W_][\w .&/()-]{0,40}:[ \t]+\S")
# A row of a table: cells between bars, or pairs of name and value.
_NAME = r"(?:(?![.!?] )[^:;\n]){1,120}"
_ROW = re.compile(
    rf"[ \t]*(?:\||[^|\n]{{0,200}} \| |{_NAME}: [^;\n]*; {_NAME}: "
    rf"|{_NAME}; {_NAME}: [^;\n]{{0,200}}(?:; |\s*$))"
)
_OPEN_END = (",", ";", "-", "–", "—", "、", "，")  # noqa: RUF001


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence of ``text``, in order, without surrounding white space.

    Everything that is not white space is in exactly one span. Time is linear in the length.
    """
    return list(iterate_sentences(text, 0, len(text)))


def iterate_sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of ``text[start:end]``, as offsets in ``text``."""
    while start < end:
        stop = _window_end(text, start, end)
        window = text[start:stop]
        for left, right in pairwise(_edges(window)):
            piece = window[left:right]
            lead = len(piece) - len(piece.lstrip())
            if lead < len(piece):
                yield start + left + lead, start + left + len(piece.rstrip())
        start = stop


def _window_end(text: str, start: int, end: int) -> int:
    """Where to stop: a paragraph's end, else a line's, else a word's, else anywhere."""
    if end - start <= WINDOW:
        return end
    limit = start + WINDOW
    for mark in ("\n\n", "\n", " "):
        found = text.rfind(mark, start + WINDOW // 2, limit)
        if found >= 0:
            return found + len(mark)
    return limit


def _edges(text: str) -> list[int]:
    """Offsets at which a sentence begins or ends, from 0 to the length of ``text``."""
    lines = [match.span() for match in _LINE.finditer(text) if match.end() > match.start()]
    whole = [span for span in lines if _is_row(text, span)]
    edges = {0, len(text), *_line_edges(text, lines)}
    stops = sorted(_stop_edges(text))
    edges.update(_outside(stops, whole))
    return _without_lone_marks(text, sorted(edges))


def _stop_edges(text: str) -> Iterator[int]:
    for _, stop in nupunkt.sent_spans(text):
        yield stop
    for match in _FULL_STOP.finditer(text):
        yield match.end()


def _is_row(text: str, span: tuple[int, int]) -> bool:
    start, end = span
    return end - start <= _LONGEST_ROW and _ROW.match(text, start, end) is not None


def _outside(offsets: list[int], spans: list[tuple[int, int]]) -> Iterator[int]:
    """The ``offsets`` strictly inside none of ``spans``; both are in order."""
    index = 0
    for offset in offsets:
        while index < len(spans) and spans[index][1] <= offset:
            index += 1
        if index == len(spans) or offset <= spans[index][0]:
            yield offset


def _without_lone_marks(text: str, edges: list[int]) -> list[int]:
    """``edges`` without those that would part a list mark or number from what it counts."""
    kept = edges[:1]
    for edge in edges[1:]:
        lone = edge - kept[-1] < 12 and _MARK_ONLY.match(text, kept[-1], edge)
        if not lone or "\n" in text[kept[-1] : edge] or edge == len(text):
            kept.append(edge)
    return kept


def _line_edges(text: str, lines: list[tuple[int, int]]) -> Iterator[int]:
    """Starts of the lines that begin something new, rather than go on from the line before."""
    block: list[tuple[int, int]] = []
    for start, end in lines:
        if not text[start:end].strip():
            yield start
            yield from _block_edges(text, block)
            block = []
        else:
            block.append((start, end))
    yield from _block_edges(text, block)


def _block_edges(text: str, block: list[tuple[int, int]]) -> Iterator[int]:
    if not block:
        return
    yield block[0][0]
    contents = [text[start:end].rstrip() for start, end in block]
    width = max(map(len, contents))
    for (before, after), (start, _) in zip(pairwise(contents), block[1:], strict=True):
        if _begins_anew(before, after, width):
            yield start


def _begins_anew(before: str, after: str, width: int) -> bool:
    """Whether the line ``after`` is a new sentence although ``before`` has no stop."""
    if _ALONE.match(before) or _ALONE.match(after) or _MARKER.match(after):
        return True
    if _ROW.match(before) or _ROW.match(after):
        return True
    first = after.split(None, 1)[0]
    if first[0].islower() or before.endswith(_OPEN_END):
        return False
    if _FIELD.match(after) and _FIELD.match(before):
        return True
    return len(before) + 1 + len(first) <= width * _FULL_LINE
