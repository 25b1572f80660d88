"""OpenDocument texts, sheets and slides."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from groundwire.core.errors import DocumentFailed
from groundwire.retrievers.archive import Archive, parse_xml, properties, title_of
from groundwire.retrievers.reading import Composer, Reading
from groundwire.retrievers.rows import write_rows

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_UNREAD = frozenset(
    {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_OFFICE}forms", f"{_TEXT}sequence-decls"}
)
_WHOLE = frozenset({f"{_TEXT}h", f"{_TEXT}p", f"{_TABLE}table"})
# Cells and rows that repeat are written once as "n times"; sheets repeat empty ones a
# million times to their edge.
_MOST_REPEATS = 64


def read_odt(data: bytes, _text: str | None) -> Reading:
    """An .odt, .ods or .odp file: headings, paragraphs, lists, tables; a page a slide."""
    archive = Archive(data)
    content = archive.read("content.xml")
    if content is None:
        raise DocumentFailed("damaged: it has no content", "Get it again.")
    composer = Composer()
    slides = 0
    walk = etree.iterwalk(parse_xml(content), events=("start",))
    for _, element in walk:
        if element.tag == f"{_DRAW}page":
            slides += 1
            composer.page(slides)
        if _write(composer, element):
            walk.skip_subtree()
    metadata = properties(archive.read("meta.xml"))
    return composer.finish(title_of(metadata), metadata)


def _write(composer: Composer, element: Element) -> bool:
    """Write ``element``; whether what is inside has been dealt with."""
    if element.tag == f"{_TEXT}h":
        level = element.get(f"{_TEXT}outline-level") or "1"
        composer.heading(_said(element), int(level) if level.isdecimal() else 1)
    elif element.tag == f"{_TEXT}p":
        _write_paragraph(composer, element)
    elif element.tag == f"{_TABLE}table":
        if element.getparent().tag == f"{_OFFICE}spreadsheet":
            composer.heading(element.get(f"{_TABLE}name") or "", 1)
        write_rows(composer, _rows(element))
    return element.tag in _UNREAD | _WHOLE


def _write_paragraph(composer: Composer, paragraph: Element) -> None:
    said = _said(paragraph).strip()
    if said and paragraph.getparent().tag == f"{_TEXT}list-item":
        composer.line(f"- {said}")
    else:
        composer.paragraph(said)


def _rows(table: Element) -> Iterator[list[str]]:
    for row in table.iter(f"{_TABLE}table-row"):
        cells = [text for cell in row for text in _cell(cell)]
        yield from [cells] * (_repeats(row, "rows") if any(cells) else 1)


def _cell(cell: Element) -> list[str]:
    paragraphs = cell.iter(f"{_TEXT}p", f"{_TEXT}h")
    text = " ".join(_said(paragraph) for paragraph in paragraphs)
    return [text] * _repeats(cell, "columns")


def _repeats(element: Element, what: str) -> int:
    value = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    return min(int(value), _MOST_REPEATS) if value.isdecimal() else 1


def _said(element: Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "end":
            yield (inner.tail or "") if inner is not element else ""
        elif inner.tag in _UNREAD:
            walk.skip_subtree()
        elif inner.tag == f"{_TEXT}line-break":
            yield "\n"
        elif inner.tag in {f"{_TEXT}s", f"{_TEXT}tab"}:
            yield " "
        else:
            yield inner.text or ""
