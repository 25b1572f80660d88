"""Word documents: paragraphs, headings, lists, tables, notes, headers and footers.

After ECMA-376, "Office Open XML File Formats", part 1, chapter 17 (WordprocessingML).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from groundwire.core.errors import DocumentFailed
from groundwire.retrievers.archive import Archive, parse_xml, properties, title_of
from groundwire.retrievers.docx_styles import Styles
from groundwire.retrievers.reading import Composer, Reading

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
# Text that was deleted or moved away, codes of fields, and the second form of what is given twice.
_UNREAD = frozenset(
    {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_MC}Fallback", f"{_W}rPr"}
    | {f"{_W}pPr", f"{_W}tblPr", f"{_W}sectPr"}
)
_WORDS = {f"{_W}t", _MATH_TEXT}
_SIGNS = {
    f"{_W}tab": " ",
    f"{_W}ptab": " ",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_NOTES = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}
_FURNITURE = re.compile(r"word/(?:header|footer)\d*\.xml")
_PAGE_NUMBER = re.compile(r"\W*(?:\w+\W+)?\d*(?:\W+\w+\W+\d*)?\W*")


def read_docx(data: bytes, _text: str | None) -> Reading:
    """A .docx file. Notes stand at the end, as do headers and footers, each line once."""
    archive = Archive(data)
    body = _part(archive, "word/document.xml")
    if body is None:
        raise DocumentFailed("damaged: it has no text part", "Open and save it again.")
    styles = Styles(_part(archive, "word/styles.xml"), _part(archive, "word/numbering.xml"))
    composer = Composer()
    for block in _blocks(body):
        if block.tag == _TABLE:
            _write_table(composer, block)
        else:
            _write_paragraph(composer, block, styles)
    for line in [*_notes(archive), *_furniture(archive)]:
        composer.paragraph(line)
    metadata = properties(archive.read("docProps/core.xml"))
    return composer.finish(title_of(metadata), metadata)


def _part(archive: Archive, name: str) -> Element | None:
    part = archive.read(name)
    if part is None:
        return None
    # The strict form of the format differs in its namespaces only.
    return parse_xml(part.replace(_STRICT, _W[1:-1].encode()))


def _blocks(root: Element) -> Iterator[Element]:
    """Paragraphs and tables in order; those inside a table belong to it."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in _UNREAD:
            walk.skip_subtree()
        elif element.tag == _PARAGRAPH:
            yield element
            # A text box stands inside a paragraph and is read after it.
            if element.find(f".//{_W}txbxContent") is None:
                walk.skip_subtree()
        elif element.tag == _TABLE:
            yield element
            walk.skip_subtree()


def _write_paragraph(composer: Composer, paragraph: Element, styles: Styles) -> None:
    said = "".join(_said(paragraph)).strip()
    level = styles.level(paragraph)
    if level is not None:
        composer.heading(said, level)
    elif said and (mark := styles.list_mark(paragraph)):
        composer.line(f"{mark}{said}")
    else:
        composer.paragraph(said)


def _said(element: Element) -> Iterator[str]:
    """The words of a paragraph, without those of text boxes in it."""
    walk = etree.iterwalk(element, events=("start",))
    for _, inner in walk:
        if inner.tag in _UNREAD or inner.tag == f"{_W}txbxContent":
            walk.skip_subtree()
        elif inner.tag in _WORDS:
            yield inner.text or ""
        elif inner.tag in _SIGNS:
            yield _SIGNS[inner.tag]
        elif inner.tag in _NOTES:
            yield f"[{inner.get(f'{_W}id')}]"


# --- tables ----------------------------------------------------------------------------------


def _write_table(composer: Composer, table: Element) -> None:
    """Write ``table``; one with a table inside it is read cell by cell."""
    rows = list(_own(table, _ROW))
    if next(iter(table.iterfind(f".//{_CELL}//{_TABLE}")), None) is not None:
        for row in rows:
            for cell in _own(row, _CELL):
                _write_cell(composer, cell)
        return
    composer.table(_cells(rows), named=bool(rows) and _has_names(rows[0]))


def _write_cell(composer: Composer, cell: Element) -> None:
    for block in _blocks(cell):
        if block.tag == _TABLE:
            _write_table(composer, block)
        else:
            composer.paragraph("".join(_said(block)))


def _own(parent: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or cells of a row, also those inside content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            yield from _own(child, tag)


def _cells(rows: list[Element]) -> list[list[str]]:
    """The texts of cells by column; a cell that spans rows is said in each."""
    table: list[list[str]] = []
    for row in rows:
        texts: list[str] = [""] * _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
        for cell in _own(row, _CELL):
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            text = " ".join("".join(_said(item)) for item in cell.iter(_PARAGRAPH))
            if merged is not None and merged.get(f"{_W}val") != "restart" and table:
                text = (table[-1][len(texts) :] or [""])[0]
            span = _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1)
            texts += [text, *[""] * (span - 1)]
        table.append(texts)
    return table


def _number(element: Element | None, default: int) -> int:
    value = "" if element is None else element.get(f"{_W}val") or ""
    return min(int(value), 64) if value.isdecimal() else default


def _has_names(row: Element) -> bool:
    """Whether the document marks ``row`` as a header, or sets all of it in bold."""
    if row.find(f"{_W}trPr/{_W}tblHeader") is not None:
        return True
    runs = [run for run in row.iter(f"{_W}r") if "".join(_said(run)).strip()]
    return bool(runs) and all(run.find(f"{_W}rPr/{_W}b") is not None for run in runs)


# --- what stands outside the text ------------------------------------------------------------


def _notes(archive: Archive) -> Iterator[str]:
    for kind in _NOTES.values():
        root = _part(archive, f"word/{kind}.xml")
        for note in [] if root is None else root:
            said = " ".join("".join(_said(item)) for item in note.iter(_PARAGRAPH)).strip()
            if said and note.get(f"{_W}type") in {None, "normal"}:
                yield f"[{note.get(f'{_W}id')}] {said}"


def _furniture(archive: Archive) -> list[str]:
    """What headers and footers say, each line once; page numbers are left out."""
    names = [name for name in archive.names if _FURNITURE.fullmatch(name)]
    ordered = sorted(names, key=lambda name: ("footer" in name, name))
    roots = [root for name in ordered if (root := _part(archive, name)) is not None]
    lines = ["".join(_said(item)).strip() for root in roots for item in root.iter(_PARAGRAPH)]
    return [line for line in dict.fromkeys(lines) if not _PAGE_NUMBER.fullmatch(line)]
