"""Mail as it is sent, through the standard library."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage, Message

from groundwire.retrievers.read_html import read_html
from groundwire.retrievers.reading import Composer, Reading

_LINE_ENDS = re.compile(r"[^\S\n]*\r?\n")
_MANY_LINES = re.compile(r"\n{3,}")
_FIELDS = ("From", "To", "Cc", "Date", "Subject")


def read_eml(data: bytes, _text: str | None) -> Reading:
    """A message: its main header lines, its text (or its HTML as text), names of attachments."""
    message = email.message_from_bytes(data.lstrip(), policy=email.policy.default)
    fields = {name: _field(message, name) for name in _FIELDS}
    composer = Composer()
    write_mail(composer, fields, _body(message))
    attached = [name for part in message.walk() if (name := part.get_filename())]
    composer.paragraph("Attachments: " + ", ".join(attached) if attached else "")
    metadata = {name.lower(): value for name, value in fields.items() if value}
    return composer.finish(fields["Subject"] or None, metadata)


def write_mail(composer: Composer, fields: dict[str, str], body: str) -> None:
    """Write a message's header lines, its subject as heading, and its text."""
    composer.heading(fields.get("Subject", ""), 1)
    for name, value in fields.items():
        if value and name != "Subject":
            composer.line(f"{name}: {value}")
    composer.verbatim(_MANY_LINES.sub("\n\n", _LINE_ENDS.sub("\n", body)))


def _field(message: Message, name: str) -> str:
    try:
        value = message.get(name, "")
    except (ValueError, IndexError, AttributeError, TypeError):
        # The standard library stumbles over some malformed addresses and dates.
        value = dict(message.raw_items()).get(name, "")
    return " ".join(str(value).split())


def _body(message: Message) -> str:
    """Its plain text; where there is none, what its HTML shows."""
    parts = [part for part in message.walk() if not part.is_multipart() and not _attached(part)]
    plain = [_content(part) for part in parts if part.get_content_type() == "text/plain"]
    if any(text.strip() for text in plain):
        return "\n\n".join(text.strip("\r\n") for text in plain)
    pages = [_content(part) for part in parts if part.get_content_type() == "text/html"]
    return "\n\n".join(read_html(b"", page).text for page in pages)


def _attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _content(part: Message) -> str:
    try:
        content = part.get_content() if isinstance(part, EmailMessage) else part.get_payload()
    except (LookupError, UnicodeError, ValueError):
        # An encoding that Python does not know, or a wrong one.
        raw = part.get_payload(decode=True)
        content = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return str(content)
