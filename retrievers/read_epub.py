"""Electronic books: the chapters in the order of reading."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from groundwire.core.errors import DocumentFailed
from groundwire.retrievers.archive import Archive, parse_xml, properties
from groundwire.retrievers.decode import decode_text
from groundwire.retrievers.read_html import parse_html, write_html
from groundwire.retrievers.reading import Composer, Reading

_CONTAINER = "META-INF/container.xml"


def read_epub(data: bytes, _text: str | None) -> Reading:
    """An .epub file."""
    archive = Archive(data)
    container = archive.read(_CONTAINER)
    if container is None:
        raise DocumentFailed("damaged: the book has no table of contents", "Get it again.")
    package = parse_xml(container).find(".//{*}rootfile").get("full-path")
    content = archive.read(package) or b""
    composer = Composer()
    for name in _chapters(content, posixpath.dirname(package)):
        chapter = archive.read(name)
        root = parse_html(decode_text(chapter) or "") if chapter else None
        if root is not None:
            write_html(composer, root)
    metadata = properties(content)
    return composer.finish(metadata.get("title"), metadata)


def _chapters(content: bytes, folder: str) -> list[str]:
    root = parse_xml(content)
    places = {item.get("id"): item.get("href") for item in root.iterfind(".//{*}manifest/{*}item")}
    order = [item.get("idref") for item in root.iterfind(".//{*}spine/{*}itemref")]
    return [
        posixpath.normpath(posixpath.join(folder, unquote(places[name])))
        for name in order
        if places.get(name)
    ]
