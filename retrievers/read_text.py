"""Plain text, Markdown and their kin: the canonical text is the file itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from groundwire.core.schema import Heading, Hyperlink, TableSpan
from groundwire.retrievers.reading import Reading

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?\r?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FRONT_LIMIT = 20_000
_FIELD = re.compile(r"([A-Za-z][\w .-]*):[ \t]+(\S.*?)\s*$", re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
_STARS = re.compile(r"(\*+)[ \t]+(.*\S)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RST_UNDERLINE = re.compile(r"([=\-~^\"'`#*+:.<>_])\1+[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_DELIMITER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1|!?\[([^\]]*)\]\([^)]*\)")
_NOT_A_TITLE = re.compile(r"\s*(?:[-*+>|]|\d+[.)]|```|~~~)[ \t]|[ \t]*[|>]| {4}|\t")

# What a link stands under, in "[words](target "title")" and "[words][name]", and a name's target.
_INLINE = re.compile(
    r"(?<![!\\])\[(?P<words>[^\[\]]{1,300})\]"
    r"(?:\([ \t]*(?:<(?P<within>[^<>]{1,2000})>|(?P<target>[^\s()<>]{1,2000}))[^()]{0,300}\)"
    r"|\[(?P<name>[^\[\]]{0,300})\])"
)
_DEFINED = re.compile(r" {0,3}\[(?P<name>[^\[\]]{1,300})\]:[ \t]*<?(?P<target>[^\s<>]{1,2000})")

Line = tuple[int, int, str]


def read_plain(text: str) -> Reading:
    """A text without structure that can be told for sure."""
    return Reading(text=text)


def read_markdown(text: str) -> Reading:
    """Markdown, with its headings (not those inside code), pipe tables and front matter."""
    front = _FRONT_MATTER.match(text[:_FRONT_LIMIT])
    metadata = _fields(front.group(1)) if front else {}
    scan = _Scan()
    for line in _unfenced(text, front.end() if front else 0):
        scan.read(line)
    scan.end_table()
    return Reading(
        text=text,
        title=metadata.get("title"),
        headings=tuple(scan.headings),
        tables=tuple(scan.tables),
        links=tuple(scan.links()),
        metadata=metadata,
    )


class _Scan:
    """Finds headings and pipe tables line by line."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self.tables: list[TableSpan] = []
        self._previous: Line | None = None
        self._table: TableSpan | None = None
        self._leading: list[tuple[int, re.Match[str]]] = []
        self._defined: dict[str, str] = {}

    def read(self, line: Line) -> None:
        """Go on with ``line``."""
        _, end, content = line
        self._read_links(line)
        if self._table is not None:
            if "|" in content:
                self._table = replace(self._table, end=end)
                return
            self.end_table()
        above, self._previous = self._previous, line if content.strip() else None
        found = _markdown_heading(above, line)
        if found is not None:
            self.headings.append(found)
            self._previous = None
        elif above is not None and _is_delimiter(above[2], content):
            self._table = TableSpan(start=above[0], end=end, header=above[2].strip())

    def links(self) -> Iterator[Hyperlink]:
        """The links whose target is known."""
        for at, link in self._leading:
            name = link["name"] or link["words"]
            target = link["within"] or link["target"] or self._defined.get(name.casefold())
            if target:
                start, end = (at + place for place in link.span("words"))
                yield Hyperlink(start=start, end=end, target=target)

    def _read_links(self, line: Line) -> None:
        start, _, content = line
        self._leading += [(start, found) for found in _INLINE.finditer(content)]
        if defined := _DEFINED.match(content):
            self._defined.setdefault(defined["name"].casefold(), defined["target"])

    def end_table(self) -> None:
        """Close the table that is open, if one is."""
        if self._table is not None:
            self.tables.append(self._table)
        self._table = self._previous = None


def read_rst(text: str) -> Reading:
    """reStructuredText; a title's level is told by when its underline was first used."""
    marks: list[str] = []
    headings: list[Heading] = []
    previous: Line | None = None
    for line in _lines(text, 0):
        match = _RST_UNDERLINE.match(line[2])
        title = previous[2].strip() if previous else ""
        if match and previous and title and len(line[2].rstrip()) >= len(title) * 0.8:
            if match.group(1) not in marks:
                marks.append(match.group(1))
            level = marks.index(match.group(1)) + 1
            headings.append(Heading(start=previous[0], level=level, title=title))
        previous = None if match or not line[2].strip() else line
    return Reading(text=text, headings=tuple(headings))


def read_org(text: str) -> Reading:
    """Org mode: stars are headings."""
    found = ((start, _STARS.match(content)) for start, _, content in _lines(text, 0))
    headings = tuple(
        Heading(start=start, level=len(match.group(1)), title=match.group(2))
        for start, match in found
        if match
    )
    return Reading(text=text, headings=headings)


def _fields(front: str) -> dict[str, str]:
    pairs = ((match.group(1).strip().lower(), match.group(2)) for match in _FIELD.finditer(front))
    return {name: value.strip("\"'[]") for name, value in pairs}


def _lines(text: str, start: int) -> Iterator[Line]:
    for match in _LINE.finditer(text, start):
        if match.end() > match.start():
            yield match.start(), match.end(), match.group().rstrip("\r\n")


def _unfenced(text: str, start: int) -> Iterator[Line]:
    """The lines outside fenced code; a fence itself comes as an empty line."""
    fence = ""
    for begin, end, content in _lines(text, start):
        match = _FENCE.match(content)
        if fence:
            mark = match.group(1) if match else ""
            if mark.startswith(fence) and not content.strip().strip(fence[0]):
                fence = ""
            continue
        if match:
            fence = match.group(1)
            yield begin, end, ""
        else:
            yield begin, end, content


def _markdown_heading(previous: Line | None, line: Line) -> Heading | None:
    start, _, content = line
    match = _ATX.match(content)
    if match:
        return _heading(start, len(match.group(1)), _without_closing(content[match.end() :]))
    match = _UNDERLINE.match(content) if previous else None
    if match and previous and not _NOT_A_TITLE.match(previous[2]):
        return _heading(previous[0], 1 if match.group(1)[0] == "=" else 2, previous[2])
    return None


def _without_closing(title: str) -> str:
    """A heading's title without the row of # that may close it."""
    title = title.strip(" \t")
    rest = title.rstrip("#")
    return rest.rstrip(" \t") if not rest or rest[-1] in " \t" else title


def _heading(start: int, level: int, title: str) -> Heading | None:
    plain = _EMPHASIS.sub(lambda match: match.group(2) or match.group(3) or "", title).strip()
    return Heading(start=start, level=level, title=plain) if plain else None


def _is_delimiter(above: str, content: str) -> bool:
    return "|" in above and "-" in content and _DELIMITER.match(content) is not None
