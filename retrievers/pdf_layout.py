"""The layout of printed pages: from lines and where they stand to paragraphs, headings, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from groundwire.retrievers.hyphens import CUT, Vocabulary, words_of
from groundwire.retrievers.pdf_lines import (
    LETTERS,
    Cell,
    Line,
    as_row,
    join_rows,
    without_furniture,
)
from groundwire.retrievers.reading import Composer, Reading

# Sizes and distances as shares of a line's height.
_LARGER = 1.15
_PITCH = 1.9
_INDENT = 0.8
_LONGEST_TITLE = 150
_MOST_LEVELS = 5
# More headings than this, which are more than this share of all blocks, are none.
_MANY_TITLES = 10
_MOST_TITLES = 0.35

_MARKER = re.compile(
    r"(?:[-*+•▪◦‣●○■□–—·※]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s+\S"  # noqa: RUF001
)
_NUMBERED = re.compile(r"\d{1,4}\s+[^\W\d_]")
_FILE_NAME = re.compile(r"\.\w{3,4}$")
_SIGNS = ("$", "€", "£", "¥")
_SENTENCE_END = re.compile(r"[.!?:;。！？][\"'”’)\]]*$")  # noqa: RUF001


def compose_pages(
    pages: Sequence[Sequence[Line]], outline: Mapping[str, int], metadata: Mapping[str, str]
) -> Reading:
    """The text of ``pages`` in order; ``outline`` gives the levels of titles, in lower case."""
    shown = without_furniture([join_rows(lines) for lines in pages])
    words = Vocabulary(word for lines in shown for line in lines for word in words_of(line.text))
    blocks = [[_Block(block, words) for block in _whole_tables(_blocks(page))] for page in shown]
    levels = _levels(blocks, _Titles(shown, outline))
    composer = Composer()
    for number, page in enumerate(blocks, start=1):
        composer.page(number)
        for block in page:
            _write(composer, block, levels.get(id(block)))
    return composer.finish(_title(metadata.get("title", "")), metadata)


def _title(title: str) -> str | None:
    """``title``, unless it is a number or the name of a file."""
    words = len(LETTERS.findall(title)) > 1 and " " in title
    return title if words and not _FILE_NAME.search(title) else None


# --- blocks ----------------------------------------------------------------------------------


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of each paragraph, title or table."""
    block: list[Line] = []
    edges = _edges(lines)
    for line in lines:
        if block and not _goes_on(block, line, edges.get(_column(block[-1]), 0.0)):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _whole_tables(blocks: Iterable[list[Line]]) -> list[list[Line]]:
    """``blocks``, with tables put together that a line parts, such as a title of some rows."""
    whole: list[list[Line]] = []
    for block in blocks:
        if len(whole) > 1 and _is_between(whole[-2], whole[-1], block):
            label = as_row(whole.pop()[0])
            whole[-1] = [*whole[-1], label, *block]
        else:
            whole.append(block)
    return whole


def _is_between(above: Sequence[Line], block: Sequence[Line], below: Sequence[Line]) -> bool:
    """Whether ``block`` is a line of a table of which ``above`` and ``below`` are parts."""
    label = block[0]
    if len(block) > 1 or label.cells or not (above[0].cells and below[0].cells):
        return False
    most = _PITCH * 1.5 * label.height
    near = 0 < above[-1].bottom - label.bottom < most and 0 < label.bottom - below[0].bottom < most
    return near and abs(label.left - below[0].left) < most and label.right < below[0].right


def _column(line: Line) -> int:
    return round(line.left / 10)


def _edges(lines: Sequence[Line]) -> dict[int, float]:
    """How far to the right the lines reach that begin at the same place, one in five left out."""
    rights: dict[int, list[float]] = {}
    for line in lines:
        rights.setdefault(_column(line), []).append(line.right)
    return {
        column: sorted(found)[len(found) * 4 // 5]
        for column, found in rights.items()
        if len(found) > 3
    }


def _goes_on(block: Sequence[Line], line: Line, edge: float) -> bool:
    """Whether ``line`` belongs to ``block``, whose column reaches as far as ``edge``."""
    before = block[-1]
    pitch = before.bottom - line.bottom
    if before.cells and line.cells:
        return 0 < pitch < _PITCH * 1.5 * max(before.height, line.height)
    if not _alike(before, line) or _begins_item(block, line):
        return False
    open_ended = line.text[0].islower() and not _SENTENCE_END.search(before.text)
    if 0 < pitch < _PITCH * line.height:
        return open_ended or before.text.endswith(CUT) or _fills(block, line, edge)
    # The next column: only if the sentence is not at its end.
    return open_ended and pitch < 0


def _alike(before: Line, line: Line) -> bool:
    small, large = sorted((before.height, line.height))
    plain = before.upright and line.upright and not before.cells and not line.cells
    return plain and large <= small * _LARGER and before.bold == line.bold


def _begins_item(block: Sequence[Line], line: Line) -> bool:
    numbered = _NUMBERED.match(line.text) and _NUMBERED.match(block[0].text)
    return bool(_MARKER.match(line.text) or numbered)


def _fills(block: Sequence[Line], line: Line, edge: float) -> bool:
    """Whether the last line of ``block`` ends where it does for want of room."""
    before = block[-1]
    indent = line.left - min(item.left for item in block)
    hanging = len(block) == 1 and _MARKER.match(before.text)
    if indent > _INDENT * line.height and not hanging and _SENTENCE_END.search(before.text):
        return False
    edge = max(edge, line.right, *(item.right for item in block))
    letter = (line.right - line.left) / max(len(line.text), 1)
    word = len(line.text.split(None, 1)[0]) * letter
    return edge - before.right <= word * 1.1 + before.height


# --- writing ---------------------------------------------------------------------------------


class _Block:
    """A paragraph, title or table."""

    def __init__(self, lines: Sequence[Line], words: Vocabulary) -> None:
        self.lines = lines
        self.is_table = bool(lines[0].cells)
        self.text = "" if self.is_table else words.joined([line.text for line in lines])

    @property
    def is_bold_title(self) -> bool:
        """Whether it is a short paragraph of its own, all bold, and no sentence."""
        bold = all(line.bold for line in self.lines)
        return bold and len(self.lines) < 3 and not self.text.endswith((".", ",", ";", ":"))


class _Titles:
    """Which blocks are headings: those the outline names, or those set larger or bolder."""

    def __init__(self, pages: Sequence[Sequence[Line]], outline: Mapping[str, int]) -> None:
        self._outline = outline
        sizes: Counter[float] = Counter()
        bold = total = 0
        for line in (line for lines in pages for line in lines):
            sizes[_rounded(line.height)] += len(line.text)
            bold += len(line.text) * line.bold
            total += len(line.text)
        self._body = sizes.most_common(1)[0][0] if sizes else 0.0
        self._bold_is_rare = bold * 4 < total
        larger = sorted((size for size in sizes if size >= self._body * _LARGER), reverse=True)
        self._levels = {size: min(level, _MOST_LEVELS) for level, size in enumerate(larger, 1)}

    def level(self, block: _Block) -> int | None:
        """The level of the heading that ``block`` is; None if it is none."""
        known = self._outline.get(block.text.casefold())
        if known:
            return known
        if len(block.text) > _LONGEST_TITLE or not LETTERS.search(block.text):
            return None
        level = self._levels.get(_rounded(max(line.height for line in block.lines)))
        if level is not None:
            return level if len(block.lines) < 4 and not block.text.endswith(",") else None
        return self._bold_level() if self._bold_is_rare and block.is_bold_title else None

    def _bold_level(self) -> int:
        return min(len(set(self._levels.values())) + 1, _MOST_LEVELS + 1)


def _levels(pages: Sequence[Sequence[_Block]], titles: _Titles) -> dict[int, int]:
    """The levels of those blocks that are headings, by their identity."""
    found = {id(block): titles.level(block) for page in pages for block in page}
    levels = {key: level for key, level in found.items() if level is not None}
    # On a leaflet everything is large: what does not stand out is no heading.
    loud = len(levels) > _MANY_TITLES and len(levels) > len(found) * _MOST_TITLES
    return {} if loud else levels


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _write(composer: Composer, block: _Block, level: int | None) -> None:
    if block.is_table:
        composer.table(_grid(block.lines), named=False)
    elif level is None:
        composer.paragraph(block.text)
    else:
        composer.heading(block.text, level)


def _grid(block: Sequence[Line]) -> list[list[str]]:
    """The cells of ``block`` by column; the row with the most cells says where columns are."""
    widest = max(block, key=lambda line: len(line.cells)).cells
    rows = []
    for line in block:
        row = [""] * len(widest)
        for cell in _with_signs(line.cells):
            column = max(range(len(widest)), key=lambda index: _overlap(cell, widest[index]))
            row[column] = f"{row[column]} {cell.text}".strip()
        rows.append(row)
    return rows


def _with_signs(cells: Sequence[Cell]) -> Iterator[Cell]:
    """``cells`` with currency signs that stand close to the number before put to theirs."""
    sign = ""
    for index, cell in enumerate(cells):
        text = f"{sign}{cell.text}"
        sign = ""
        if index + 1 < len(cells) and text.endswith(_SIGNS) and len(text) > 1:
            text, sign = text[:-1].rstrip(), text[-1]
        yield replace(cell, text=text)


def _overlap(cell: Cell, column: Cell) -> float:
    """Points that both share; negative, the distance between them."""
    return min(cell.right, column.right) - max(cell.left, column.left)
