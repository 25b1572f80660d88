"""Tables of HTML pages: their cells by row and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from lxml import etree
from lxml.etree import _Element as Element

from groundwire.retrievers.grid import merge_names

# What a browser does not show as text.
UNSHOWN = frozenset(
    {"script", "style", "noscript", "template", "svg", "head", "select", "iframe", "canvas"}
    | {"audio", "video", "object", "datalist", "ix:header"}
)
# What stands apart from the text before and after it.
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"}
    | {"dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "hr", "html", "legend", "li", "main", "menu", "nav"}
    | {"ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th"}
    | {"thead", "tr", "ul"}
)
_APART = BLOCKS | {"br"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A cell longer than this is no cell: the table arranges a page.
_LONGEST_CELL = 1_000
_MOST_SPAN = 100


def table_rows(table: Element) -> list[list[str]] | None:
    """The cells of ``table``, its header rows merged into one; None if it only arranges a page."""
    if next(table.iterdescendants("table"), None) is not None:
        return None
    lines = [line for line in table.iter("tr") if not is_hidden(line)]
    cells = [[cell for cell in line if cell.tag in {"td", "th"}] for line in lines]
    rows = _filled(cells, repeat=False)
    widest = max(map(len, rows), default=0)
    if widest < 2 or max(len(cell) for row in rows for cell in row) > _LONGEST_CELL:
        return None
    pairs = zip(lines, cells, strict=True)
    heads = len(list(takewhile(lambda pair: _is_head(*pair), pairs)))
    if 1 < heads < len(rows):
        rows[:heads] = [merge_names(_filled(cells[:heads], repeat=True))]
    return rows


def has_names(table: Element) -> bool:
    """Whether the page marks the first row of ``table`` as names: as a header, or all bold."""
    first = next(table.iter("tr"), None)
    cells = [] if first is None else [cell for cell in first if _cell_text(cell).strip()]
    if first is None or not cells:
        return False
    return _is_head(first, cells) or all(map(_is_bold, cells))


def _is_bold(cell: Element) -> bool:
    bold = "".join("".join(part.itertext()) for part in cell.iter("b", "strong"))
    return bold.split() == _cell_text(cell).split()


def _is_head(line: Element, cells: list[Element]) -> bool:
    return line.getparent().tag == "thead" or all(cell.tag == "th" for cell in cells)


def _filled(cells: list[list[Element]], *, repeat: bool) -> list[list[str]]:
    """The texts of all cells; one that spans several columns stands in the first, or in each."""
    spans: dict[int, tuple[int, str]] = {}
    return [_row(row, spans, repeat=repeat) for row in cells]


def _row(cells: list[Element], spans: dict[int, tuple[int, str]], *, repeat: bool) -> list[str]:
    """The texts of ``cells`` by column; ``spans`` holds what reaches down from the rows above."""
    row: list[str] = []
    for cell in cells:
        _reach_down(row, spans)
        text = " ".join(_cell_text(cell).split())
        down, across = _span(cell, "rowspan"), _span(cell, "colspan")
        for index in range(across):
            if down > 1:
                spans[len(row)] = (down - 1, text if repeat or index == 0 else "")
            row.append(text if repeat or index == 0 else "")
    _reach_down(row, spans)
    return row


def _reach_down(row: list[str], spans: dict[int, tuple[int, str]]) -> None:
    while len(row) in spans:
        left, text = spans.pop(len(row))
        if left > 1:
            spans[len(row)] = (left - 1, text)
        row.append(text)


def _span(cell: Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), _MOST_SPAN) if value.isdecimal() else 1


def _cell_text(cell: Element) -> str:
    return "".join(_pieces(cell))


def _pieces(cell: Element) -> Iterator[str]:
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        yield " " if element.tag in _APART else ""
        if event == "end":
            yield element.tail or "" if element is not cell else ""
        elif is_hidden(element):
            walk.skip_subtree()
        else:
            yield element.text or ""


def caption_of(table: Element) -> str:
    """The caption of ``table``, '' if it has none."""
    caption = table.find("caption")
    return "" if caption is None else " ".join(_cell_text(caption).split())


def is_hidden(element: Element) -> bool:
    """Whether ``element`` is not shown as text: a script, a comment, or hidden by the page."""
    if not isinstance(element.tag, str) or element.tag in UNSHOWN:
        return True
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))
