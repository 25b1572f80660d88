"""Styles of Word documents: which paragraphs are headings or items of lists."""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Word writes the names of built-in styles in English, whatever language it speaks.
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_NO_LIST = "0"


class Styles:
    """What a document's styles and lists say; it may have none."""

    def __init__(self, styles: Element | None, numbering: Element | None) -> None:
        found = [] if styles is None else styles.findall(f"{_W}style")
        self._styles = {style.get(f"{_W}styleId"): style for style in found}
        self._levels: dict[str, int | None] = {}
        self._formats = {} if numbering is None else _formats(numbering)
        self._counts: dict[str, list[int]] = {}

    def level(self, paragraph: Element) -> int | None:
        """The level of the heading that ``paragraph`` is; None if it is none."""
        own = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
        if own is not None:
            return _outline(own)
        style = self._style_of(paragraph)
        if style not in self._levels:
            self._levels[style] = self._style_level(style)
        return self._levels[style]

    def list_mark(self, paragraph: Element) -> str:
        """What stands before the words of an item: "- ", "3. "; '' if it is in no list.

        Items are counted as they are asked for, so ask once for each, in order.
        """
        number = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
        if number is None:
            number = self._inherited(self._style_of(paragraph), f"{_W}pPr/{_W}numPr/{_W}numId")
        name = _NO_LIST if number is None else number.get(f"{_W}val") or _NO_LIST
        if name == _NO_LIST:
            return ""
        depth = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
        level = "0" if depth is None else depth.get(f"{_W}val") or "0"
        if self._formats.get((name, level), "bullet") in {"bullet", "none"}:
            return "- "
        return f"{self._count(name, int(level))}. "

    def _count(self, name: str, level: int) -> int:
        counts = self._counts.setdefault(name, [])
        counts += [0] * (level + 1 - len(counts))
        del counts[level + 1 :]
        counts[level] += 1
        return counts[level]

    def _style_of(self, paragraph: Element) -> str:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return "" if style is None else style.get(f"{_W}val") or ""

    def _style_level(self, style: str) -> int | None:
        for name in self._chain(style):
            shown = self._styles[name].find(f"{_W}name")
            title = "" if shown is None else shown.get(f"{_W}val") or ""
            match = _HEADING.fullmatch(title)
            if match:
                return int(match.group(1))
            if title.lower() == "title":
                return 1
        own = self._inherited(style, f"{_W}pPr/{_W}outlineLvl")
        return None if own is None else _outline(own)

    def _inherited(self, style: str, path: str) -> Element | None:
        found = (self._styles[name].find(path) for name in self._chain(style))
        return next((element for element in found if element is not None), None)

    def _chain(self, style: str) -> list[str]:
        """``style`` and those it is based on, nearest first."""
        chain: list[str] = []
        while style in self._styles and style not in chain:
            chain.append(style)
            based = self._styles[style].find(f"{_W}basedOn")
            style = "" if based is None else based.get(f"{_W}val") or ""
        return chain


def _formats(numbering: Element) -> dict[tuple[str, str], str]:
    """The kind of mark ("bullet", "decimal", ...) by list and level."""
    kinds = {
        (shape.get(f"{_W}abstractNumId"), level.get(f"{_W}ilvl")): kind.get(f"{_W}val")
        for shape in numbering.iterfind(f"{_W}abstractNum")
        for level in shape.iterfind(f"{_W}lvl")
        if (kind := level.find(f"{_W}numFmt")) is not None
    }
    shapes = {
        number.get(f"{_W}numId"): shape.get(f"{_W}val")
        for number in numbering.iterfind(f"{_W}num")
        if (shape := number.find(f"{_W}abstractNumId")) is not None
    }
    return {
        (name, level): kind
        for name, shape in shapes.items()
        for (known, level), kind in kinds.items()
        if known == shape
    }


def _outline(element: Element) -> int | None:
    value = element.get(f"{_W}val") or ""
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else None
