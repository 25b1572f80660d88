"""From a path to a document: read once, told by its content, never an exception but ours."""

from __future__ import annotations

import hashlib
import os
import stat
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from groundwire.core.errors import DocumentFailed, DocumentSkipped, GroundwireError
from groundwire.core.schema import Document
from groundwire.core.settings import ReadingSettings
from groundwire.retrievers.detect import detect_format
from groundwire.retrievers.read_text import read_markdown, read_org, read_plain, read_rst
from groundwire.retrievers.reading import Reading

_TITLE_WITHIN = 1_000
_FROM_TEXT: dict[str, Callable[[str], Reading]] = {
    "md": read_markdown,
    "rst": read_rst,
    "org": read_org,
}
# Readers that parse, by format: module and function, imported when first needed.
_PARSERS = {
    "csv": "read_csv:read_csv",
    "docx": "read_docx:read_docx",
    "eml": "read_eml:read_eml",
    "epub": "read_epub:read_epub",
    "html": "read_html:read_html",
    "ipynb": "read_json:read_notebook",
    "json": "read_json:read_json",
    "jsonl": "read_json:read_json_lines",
    "msg": "read_msg:read_msg",
    "odp": "read_odt:read_odt",
    "ods": "read_odt:read_odt",
    "odt": "read_odt:read_odt",
    "pdf": "read_pdf:read_pdf",
    "pptx": "read_pptx:read_pptx",
    "rtf": "read_rtf:read_rtf",
    "xlsx": "read_xlsx:read_xlsx",
    "xml": "read_xml:read_xml",
}


def load_document(path: str, settings: ReadingSettings) -> Document:
    """The file at ``path`` as a document.

    Raises DocumentSkipped (empty, too large, nothing to read in it) or DocumentFailed (damaged,
    encrypted, unreadable, gone), never anything else.
    """
    return document_from_bytes(path, read_source(path, settings.max_bytes), settings)


def read_source(path: str, max_bytes: int) -> bytes:
    """The bytes of the file at ``path``, at most ``max_bytes``; raises as ``load_document``.

    The size is looked up before the file is opened, and checked again while it is read.
    """
    try:
        status = os.stat(path)  # noqa: PTH116
        if stat.S_ISDIR(status.st_mode):
            raise DocumentFailed("a folder, not a file")
        if not stat.S_ISREG(status.st_mode):
            raise DocumentSkipped("a device or pipe, not a file")
        if status.st_size > max_bytes:
            raise _too_large(max_bytes)
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise DocumentFailed("no such file", "It was moved or removed.") from error
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise DocumentFailed(f"cannot be read: {reason}", "Check its permissions.") from error
    if len(data) > max_bytes:
        raise _too_large(max_bytes)
    return data


def document_from_bytes(path: str, data: bytes, settings: ReadingSettings) -> Document:
    """The document in ``data``, which was read from ``path``; raises as ``load_document``."""
    if len(data) > settings.max_bytes:
        raise _too_large(settings.max_bytes)
    if not data.strip(b"\0 \t\r\n\f\v"):
        raise DocumentSkipped("empty")
    try:
        with warnings.catch_warnings():
            # Parsers warn of what they mend; a person is shown outcomes and reasons only.
            warnings.simplefilter("ignore")
            media_type, reading = _read(path, data)
    except GroundwireError:
        raise
    except Exception as error:
        raise DocumentFailed(f"damaged: {_in_short(error)}", "Open and save it again.") from error
    if not reading.text.strip():
        raise DocumentSkipped("no text in it")
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        source=os.path.abspath(path),  # noqa: PTH100 - links stay as they were named
        title=_title(path, reading),
        text=reading.text,
        media_type=media_type,
        headings=reading.headings,
        pages=reading.pages,
        tables=reading.tables,
        links=reading.links,
        metadata=reading.metadata,
    )


def _read(path: str, data: bytes) -> tuple[str, Reading]:
    media_type, text = detect_format(path, data)
    if text is not None and media_type not in _PARSERS:
        return media_type, _FROM_TEXT.get(media_type, read_plain)(text)
    module, name = _PARSERS[media_type].split(":")
    parse = getattr(import_module(f"groundwire.retrievers.{module}"), name)
    reading: Reading = parse(data, text)
    return media_type, reading


def _title(path: str, reading: Reading) -> str:
    # A heading further down names a part, not the whole.
    first = next((item.title for item in reading.headings[:1] if item.start < _TITLE_WITHIN), "")
    title = " ".join((reading.title or "").split()) or first or PurePath(path).stem
    return title[:300]


def _too_large(max_bytes: int) -> DocumentSkipped:
    size = f"{max_bytes / 1_000_000:g} MB" if max_bytes >= 10_000 else f"{max_bytes} bytes"
    return DocumentSkipped(
        f"larger than {size} (reading.max_bytes)", "Split it, or raise the setting."
    )


def _in_short(error: Exception) -> str:
    if isinstance(error, MemoryError | RecursionError):
        return "nested too deeply or too large to take apart"
    return " ".join(str(error).split())[:160] or type(error).__name__
