"""Compound files: what they hold, and Outlook messages among them."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta

import olefile

from groundwire.retrievers.decode import decode_text
from groundwire.retrievers.read_eml import write_mail
from groundwire.retrievers.read_html import read_html
from groundwire.retrievers.reading import Composer, Reading

# Property identifiers of [MS-OXPROPS], "Exchange Server Protocols Master Property List".
_SUBJECT, _BODY, _HTML = 0x0037, 0x1000, 0x1013
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_TO, _CC = 0x0E04, 0x0E03
_SENT, _DELIVERED = 0x0039, 0x0E06
_ATTACHMENT_NAME, _ATTACHMENT_SHORT_NAME = 0x3707, 0x3704
_UNICODE, _BYTES_TEXT, _BINARY, _TIME = 0x001F, 0x001E, 0x0102, 0x0040
# The properties of a message begin after a header of this length ([MS-OXMSG], 2.4.1.1).
_TOP_HEADER = 32
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def stream_names(data: bytes) -> set[str]:
    """The names of the streams and storages at the top of a compound file."""
    with olefile.OleFileIO(io.BytesIO(data)) as file:
        return {entry[0] for entry in file.listdir(streams=True, storages=True)}


def read_msg(data: bytes, _text: str | None) -> Reading:
    """An Outlook message: its main header lines, its text, the names of its attachments."""
    composer = Composer()
    with olefile.OleFileIO(io.BytesIO(data)) as file:
        fields = {
            "From": _sender(file),
            "To": _string(file, _TO),
            "Cc": _string(file, _CC),
            "Date": _sent(file),
            "Subject": _string(file, _SUBJECT),
        }
        write_mail(composer, fields, _string(file, _BODY) or _page(file))
        attached = _attachments(file)
    composer.paragraph("Attachments: " + ", ".join(attached) if attached else "")
    metadata = {name.lower(): value for name, value in fields.items() if value}
    return composer.finish(fields["Subject"] or None, metadata)


def _stream(file: olefile.OleFileIO, path: list[str]) -> bytes | None:
    if not file.exists(path):
        return None
    with file.openstream(path) as stream:
        data: bytes = stream.read()
        return data


def _string(file: olefile.OleFileIO, identifier: int, folder: str | None = None) -> str:
    place = [folder] if folder else []
    wide = _stream(file, [*place, f"__substg1.0_{identifier:04X}{_UNICODE:04X}"])
    if wide is not None:
        return wide.decode("utf-16-le", "replace").strip("\0")
    narrow = _stream(file, [*place, f"__substg1.0_{identifier:04X}{_BYTES_TEXT:04X}"])
    return (decode_text(narrow.strip(b"\0")) or "") if narrow else ""


def _page(file: olefile.OleFileIO) -> str:
    data = _stream(file, [f"__substg1.0_{_HTML:04X}{_BINARY:04X}"])
    return read_html(data, decode_text(data)).text if data else ""


def _sender(file: olefile.OleFileIO) -> str:
    name = _string(file, _SENDER)
    address = _string(file, _SENDER_SMTP) or _string(file, _SENDER_ADDRESS)
    if "@" not in address or address == name:
        return name or address
    return f"{name} <{address}>" if name else address


def _sent(file: olefile.OleFileIO) -> str:
    """When it was sent, or else delivered, in UTC."""
    data = _stream(file, ["__properties_version1.0"]) or b""
    times = {}
    for offset in range(_TOP_HEADER, len(data) - 15, 16):
        tag, _, value = struct.unpack_from("<IIQ", data, offset)
        if tag & 0xFFFF == _TIME:
            times[tag >> 16] = value
    ticks = times.get(_SENT) or times.get(_DELIVERED)
    if not ticks:
        return ""
    return (_EPOCH + timedelta(microseconds=ticks // 10)).isoformat(timespec="seconds")


def _attachments(file: olefile.OleFileIO) -> list[str]:
    entries = file.listdir(streams=False, storages=True)
    folders = sorted({entry[0] for entry in entries if entry[0].startswith("__attach")})
    names = (
        _string(file, _ATTACHMENT_NAME, folder) or _string(file, _ATTACHMENT_SHORT_NAME, folder)
        for folder in folders
    )
    return [name for name in names if name]
