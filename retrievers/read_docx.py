"""Word documents, through mammoth: styles become headings, the rest what a reader would see."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import mammoth
from groundwire.retrievers.archive import (
    check_archive,
    parse_xml,
    part_names,
    properties,
    read_part,
    title_of,
)
from groundwire.retrievers.read_html import parse_html, write_html
from groundwire.retrievers.reading import Composer, Reading
from lxml.etree import _Element as Element

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FURNITURE = re.compile(r"word/(?:header|footer)\d*\.xml")
_PAGE_NUMBER = re.compile(r"\W*(?:\w+\W+)?\d*(?:\W+\w+\W+\d*)?\W*")
_BACK_LINK = re.compile(r'<a href="#(?:foot|end)note-ref-[^"]*">[^<]*</a>')
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Heading 7'] => h6:fresh
p[style-name='Heading 8'] => h6:fresh
p[style-name='Heading 9'] => h6:fresh
"""


def read_docx(data: bytes, _text: str | None) -> Reading:
    """A .docx file."""
    check_archive(data)
    page = mammoth.convert_to_html(
        io.BytesIO(data), style_map=_STYLES, convert_image=mammoth.images.img_element(_no_image)
    )
    composer = Composer()
    root = parse_html(_BACK_LINK.sub("", page.value))
    if root is not None:
        write_html(composer, root)
    for line in _page_furniture(data):
        composer.paragraph(line)
    metadata = properties(read_part(data, "docProps/core.xml"))
    return composer.finish(title_of(metadata), metadata)


def _page_furniture(data: bytes) -> list[str]:
    """What headers and footers say, each line once; page numbers are left out."""
    names = [name for name in part_names(data) if _FURNITURE.match(name)]
    lines = [
        "".join(_said(paragraph)).strip()
        for name in sorted(names, key=lambda name: ("footer" in name, name))
        for paragraph in parse_xml(read_part(data, name) or b"").iter(f"{_WORD}p")
    ]
    return [line for line in dict.fromkeys(lines) if not _PAGE_NUMBER.fullmatch(line)]


def _said(paragraph: Element) -> Iterator[str]:
    for element in paragraph.iter(f"{_WORD}t", f"{_WORD}tab"):
        yield element.text or " "


def _no_image(_image: object) -> dict[str, str]:
    return {"src": ""}
