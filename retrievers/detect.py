"""What a file is: its content decides, its name only settles what content leaves open."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import PurePath

from groundwire.core.errors import DocumentFailed, DocumentSkipped
from groundwire.retrievers.decode import decode_text

# Formats in which text is text: the name says which, and nothing hangs on it.
_PLAIN = {
    "markdown": "md",
    "mdown": "md",
    "md": "md",
    "txt": "txt",
    "text": "txt",
    "rst": "rst",
    "org": "org",
    "log": "log",
    "csv": "csv",
    "tsv": "csv",
    "htm": "html",
    "html": "html",
    "xhtml": "html",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "eml": "eml",
}
# Formats that only their own signature makes.
_SIGNED = frozenset(
    {"pdf", "docx", "pptx", "xlsx", "xlsm", "odt", "ods", "odp", "epub", "msg", "rtf", "doc"}
    | {"xls", "ppt"}
)
# Names that say what a text is; under the others anything may be kept.
_NAMED = frozenset(_PLAIN.values()) - {"txt", "log"}
_XML = frozenset({"xml", "rss", "atom"})
_HTML_START = re.compile(
    r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_PARTS = re.compile(r"</(?:p|div|table|h[1-6]|ul|body|title)>", re.IGNORECASE)
_MAIL_LINE = re.compile(
    r"(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to"
    r"|content-type|reply-to|cc|x-[\w-]+):\s",
    re.IGNORECASE,
)
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OFFICE = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
_OLD_OFFICE = (
    ("WordDocument", "Word 97-2003", "docx"),
    ("Workbook", "Excel 97-2003", "xlsx"),
    ("Book", "Excel 5.0", "xlsx"),
    ("PowerPoint Document", "PowerPoint 97-2003", "pptx"),
)
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect_format(path: str, data: bytes) -> tuple[str, str | None]:
    """The format of ``data`` as a short name such as "pdf" and, where it is text, the text.

    Raises DocumentSkipped for what holds no text (archives, pictures, programs), DocumentFailed
    for what should have been a document: damaged, encrypted, or in a format not read here.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf", None
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, data), None
    if data.startswith(_COMPOUND_FILE):
        return _compound(data), None
    if data.startswith(b"{\\rtf"):
        return "rtf", None
    text = decode_text(data)
    if text is None:
        raise _no_text(path)
    return _text_format(path, text), text


def _ending(path: str) -> str:
    return PurePath(path).suffix[1:].lower()


def _no_text(path: str) -> Exception:
    ending = _ending(path)
    if ending in _SIGNED or ending in _PLAIN:
        return DocumentFailed(
            f"damaged: its content is neither {ending} nor text", "Save or download it again."
        )
    return DocumentSkipped("binary data, no text")


def _zipped(path: str, data: bytes) -> str:
    try:
        names, declared = _contents(data)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        if _ending(path) in _SIGNED:
            raise DocumentFailed("damaged: its archive is incomplete", "Get it again.") from error
        raise DocumentSkipped("a damaged archive, no document") from error
    if declared == "application/epub+zip" or "META-INF/container.xml" in names:
        return "epub"
    if declared.startswith(_OPEN_DOCUMENT):
        return _open_document(declared.removeprefix(_OPEN_DOCUMENT))
    for folder, name in _OFFICE:
        if any(entry.startswith(folder) for entry in names):
            return name
    if _ending(path) in _SIGNED:
        raise DocumentFailed("damaged: an archive without a document in it", "Get it again.")
    raise DocumentSkipped("an archive, not a document", "Unpack it and add the folder.")


def _contents(data: bytes) -> tuple[list[str], str]:
    """The names of the parts of an archive, and the type that it declares."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        part = next((info for info in archive.infolist() if info.filename == "mimetype"), None)
        kind = archive.read(part) if part and part.file_size < 1_000 else b""
    return names, kind.decode("ascii", errors="replace").strip()


def _open_document(kind: str) -> str:
    known = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}
    name = known.get(kind.removesuffix("-template"))
    if name is None:
        raise DocumentSkipped(f"an OpenDocument {kind}, which holds no text to read")
    return name


def _compound(data: bytes) -> str:
    from groundwire.retrievers.read_msg import stream_names

    names = stream_names(data)
    if "EncryptedPackage" in names:
        raise DocumentFailed("encrypted", "Save it without a password and add it again.")
    if "__properties_version1.0" in names:
        return "msg"
    for stream, program, modern in _OLD_OFFICE:
        if stream in names:
            raise DocumentFailed(
                f"the old binary format of {program} is not read", f"Save it as {modern}."
            )
    raise DocumentSkipped("binary data, no text")


def _text_format(path: str, text: str) -> str:
    ending = _ending(path)
    named = _PLAIN.get(ending)
    start = text[:4096].lstrip()
    if _HTML_START.match(start):
        return "html"
    if ending in {"json", "ipynb"} and start[:1] in {"{", "["}:
        return _json_format(text)
    if start.startswith("<?xml") or (ending in _XML and start.startswith("<")):
        return "xml"
    return named if named in _NAMED else _guessed(start) or named or _code(ending)


def _guessed(start: str) -> str | None:
    """What a text is whose name says nothing, by how it starts."""
    if _is_mail(start):
        return "eml"
    tags = start.startswith("<") and len(_HTML_PARTS.findall(start)) > 1
    return "html" if tags else None


def _code(ending: str) -> str:
    """The name for a text with an ending of its own, such as that of a programming language."""
    return ending if ending.isalnum() and ending not in _SIGNED else "txt"


def _json_format(text: str) -> str:
    try:
        content = json.loads(text)
    except RecursionError:
        return "json"
    except ValueError:
        return "jsonl" if _is_json(text.lstrip().split("\n", 1)[0]) else "txt"
    notebook = isinstance(content, dict) and "cells" in content and "nbformat" in content
    return "ipynb" if notebook else "json"


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _is_mail(start: str) -> bool:
    """Whether a text without a telling name begins with the header lines of a mail."""
    head = start.split("\n\n", 1)[0].splitlines()
    lines = [line for line in head[:40] if not line[:1].isspace()]
    known = sum(_MAIL_LINE.match(line) is not None for line in lines)
    return (
        known >= 3
        and known * 2 > len(lines)
        and any(
            line.lower().startswith(("received:", "message-id:", "mime-version:")) for line in lines
        )
    )
