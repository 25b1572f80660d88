"""The lines of printed pages: where they stand, which belong together, which are furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

# Lines at the edge of a page that stand on this share of the pages are furniture.
_FURNITURE = 0.5
_EDGE_LINES = 2
_FEWEST_PAGES = 3

# A gap wider than this share of a line's height parts two cells of a table.
CELL_GAP = 1.2
_TIGHT = 0.2
_DIGITS = re.compile(r"\d+")
LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A part of a line that a wide gap sets apart, with its place across the page."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a page; distances in points from the left and from the bottom of the page."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    bold: bool = False
    upright: bool = True
    cells: tuple[Cell, ...] = ()

    @property
    def height(self) -> float:
        """Its height, which stands for the size of its letters."""
        return max(self.top - self.bottom, 1.0)


def join_rows(lines: Sequence[Line]) -> list[Line]:
    """``lines``, with those parts put together that stand side by side, as raised signs do."""
    rows: list[Line] = []
    for line in lines:
        if rows and _beside(rows[-1], line):
            rows[-1] = _together(rows[-1], line)
        else:
            rows.append(line)
    return rows


def _beside(before: Line, line: Line) -> bool:
    overlap = min(before.top, line.top) - max(before.bottom, line.bottom)
    small = min(before.height, line.height)
    gap = line.left - before.right
    return before.upright and line.upright and overlap > small * 0.4 and gap > -small


def _together(before: Line, line: Line) -> Line:
    """Both as one line; a wide gap between them makes them cells."""
    gap = line.left - before.right
    blank = "" if gap < min(before.height, line.height) * _TIGHT else " "
    tall = max(before, line, key=lambda item: item.height)
    wide = gap > tall.height * CELL_GAP
    return replace(
        tall,
        text=before.text + blank + line.text,
        left=before.left,
        right=line.right,
        bold=before.bold and line.bold,
        cells=_cells(before, line, None if wide else blank),
    )


def _cells(before: Line, line: Line, blank: str | None) -> tuple[Cell, ...]:
    """The cells of both lines; ``blank`` joins the last to the first, unless it is None."""
    if blank is not None and not before.cells and not line.cells:
        return ()
    first, second = as_row(before).cells, as_row(line).cells
    if blank is None:
        return first + second
    text = first[-1].text + blank + second[0].text
    seam = Cell(text=text, left=first[-1].left, right=second[0].right)
    return (*first[:-1], seam, *second[1:])


def as_row(line: Line) -> Line:
    """``line`` as a row of a table, of one cell if it has none."""
    whole = Cell(text=line.text, left=line.left, right=line.right)
    return line if line.cells else replace(line, cells=(whole,))


def without_furniture(pages: list[list[Line]]) -> list[list[Line]]:
    """``pages`` without running titles and page numbers; a title is kept where it comes first."""
    if len(pages) < _FEWEST_PAGES:
        return pages
    edges = [_edge(lines) for lines in pages]
    counts = Counter(key for edge in edges for key in set(edge.values()))
    often = {key for key, count in counts.items() if count >= len(pages) * _FURNITURE}
    said: set[str] = set()
    return [
        [line for line in lines if edge.get(id(line)) not in often or _is_first(line, said)]
        for lines, edge in zip(pages, edges, strict=True)
    ]


def _is_first(line: Line, said: set[str]) -> bool:
    """Whether ``line`` is a title not in ``said``; notes it there."""
    key = _DIGITS.sub("#", line.text)
    first = key not in said and LETTERS.search(key) is not None
    said.add(key)
    return first


def _edge(lines: Sequence[Line]) -> dict[int, str]:
    """The lines at the top and bottom of a page, by identity, their numbers made alike."""
    ordered = sorted(lines, key=lambda line: line.top)
    outer = ordered[:_EDGE_LINES] + ordered[_EDGE_LINES:][-_EDGE_LINES:]
    return {id(line): _DIGITS.sub("#", line.text) for line in outer}
