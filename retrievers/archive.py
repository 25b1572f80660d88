"""Zip archives that office files are: their parts, and whether unpacking them is safe."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree
from lxml.etree import _Element as Element

from groundwire.core.errors import DocumentFailed

# Deflate packs at most 1032 to 1, and only what repeats itself; the XML of real documents
# stays under 50 to 1.
_MOST_RATIO = 200
_RATIO_FROM = 4_000_000
_MOST_UNPACKED = 256_000_000
_MOST_PARTS = 20_000
_TEXT_PARTS = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx", ".svg", ".vml")
_PROPERTIES = {
    "title": "title",
    "creator": "author",
    "subject": "subject",
    "keywords": "keywords",
    "description": "description",
    "language": "language",
    "created": "created",
    "modified": "modified",
    "date": "date",
    "publisher": "publisher",
    "creation-date": "created",
    "initial-creator": "author",
}


class Archive:
    """The parts of an archive that is safe to unpack; raises DocumentFailed if it is not.

    Sizes are those that the archive declares; zipfile never gives more than them.
    """

    def __init__(self, data: bytes) -> None:
        self._file = zipfile.ZipFile(io.BytesIO(data))
        self._parts = {part.filename: part for part in self._file.infolist()}
        if any(part.flag_bits & 1 for part in self._parts.values()):
            raise DocumentFailed("encrypted", "Save it without a password and add it again.")
        texts = [part for name, part in self._parts.items() if name.lower().endswith(_TEXT_PARTS)]
        total = sum(part.file_size for part in texts)
        if len(self._parts) > _MOST_PARTS or total > _MOST_UNPACKED or any(map(_swells, texts)):
            raise _bomb()

    @property
    def names(self) -> list[str]:
        """The names of all parts, in the order of the archive."""
        return list(self._parts)

    def read(self, name: str) -> bytes | None:
        """One part, None if it is not there."""
        part = self._parts.get(name)
        if part is None:
            return None
        if part.file_size > _MOST_UNPACKED or _swells(part):
            raise _bomb()
        return self._file.read(part)


def _swells(part: zipfile.ZipInfo) -> bool:
    most = max(1, part.compress_size) * _MOST_RATIO
    return part.file_size > _RATIO_FROM and part.file_size > most


def parse_xml(data: bytes) -> Element:
    """The root element; entities stay within bounds, and nothing outside is looked up."""
    parser = etree.XMLParser(
        no_network=True, load_dtd=False, resolve_entities="internal", remove_comments=True
    )
    return etree.fromstring(data, parser)


def properties(part: bytes | None) -> dict[str, str]:
    """Title, author, dates and the like from a part that holds Dublin Core properties."""
    if part is None:
        return {}
    found: dict[str, str] = {}
    for element in parse_xml(part).iter(etree.Element):
        name = _PROPERTIES.get(etree.QName(element).localname)
        value = " ".join((element.text or "").split())
        if name and value:
            found.setdefault(name, value)
    return found


def title_of(metadata: Mapping[str, str]) -> str | None:
    """The title that the properties name, None if it is what a program put there by itself."""
    title = metadata.get("title", "")
    made_up = ("untitled", "powerpoint presentation", "microsoft word - ", "document1", "slide 1")
    return None if title.lower().startswith(made_up) else title or None


def _bomb() -> DocumentFailed:
    return DocumentFailed(
        "unpacks to far more than a document holds", "If you trust it, split it into parts."
    )
