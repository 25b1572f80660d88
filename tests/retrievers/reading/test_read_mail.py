import struct
from collections.abc import Callable, Mapping
from email.message import EmailMessage

import pytest

from groundwire.core.errors import DocumentSkipped
from groundwire.core.schema import Document

Read = Callable[[str, bytes], Document]
WriteCompound = Callable[[Mapping[str, bytes]], bytes]


def message(**fields: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ada <ada@example.org>"
    mail["To"] = "ben@example.org"
    mail["Date"] = "Wed, 16 Jul 2008 09:24:06 +0300"
    mail["Subject"] = "목재 – wood"  # noqa: RUF001
    for name, value in fields.items():
        mail[name] = value
    return mail


def test_a_mail(read: Read) -> None:
    mail = message(Cc="eve@example.org")
    mail.set_content("Hello,\n\n\n\n  it rains.  \nAda\n")
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="prices.pdf")
    document = read("a.eml", mail.as_bytes())
    assert document.text == (
        "목재 – wood\n\nFrom: Ada <ada@example.org>\nTo: ben@example.org\nCc: eve@example.org\n"  # noqa: RUF001
        "Date: Wed, 16 Jul 2008 09:24:06 +0300\n\nHello,\n\n  it rains.\nAda\n\n"
        "Attachments: prices.pdf"
    )
    assert document.title == "목재 – wood"  # noqa: RUF001
    assert document.metadata["from"] == "Ada <ada@example.org>"
    assert set(document.metadata) == {"from", "to", "cc", "date", "subject"}
    assert document.headings[0].title == document.title


def test_the_plain_form_is_preferred_and_html_is_read_where_it_is_alone(read: Read) -> None:
    mail = message()
    mail.set_content("Plain words.")
    mail.add_alternative("<p>Other <b>words</b></p>", subtype="html")
    assert read("a.eml", mail.as_bytes()).text.endswith("\n\nPlain words.")
    page = message()
    page.set_content("<p>Only <b>here</b></p><p>Caf&eacute;</p>", subtype="html")
    assert read("a.eml", page.as_bytes()).text.endswith("\n\nOnly here\n\nCafé")


def test_mails_that_are_not_as_they_should_be(read: Read) -> None:
    source = (
        b"From: ada@[broken\nDate: not a day\nSubject: =?utf-8?b?!!?=\n"
        b"Content-Type: text/plain; charset=no-such\n\nStill \xe9 read."
    )
    assert "Still" in read("a.eml", source).text
    assert read("a.eml", b"\n\nSubject: x\n\nBody.").text == "x\n\nBody."


def stream(identifier: int, kind: int = 0x1F) -> str:
    return f"__substg1.0_{identifier:04X}{kind:04X}"


def test_an_outlook_message(read: Read, write_compound: WriteCompound) -> None:
    sent = struct.pack("<IIQ", 0x00390040, 6, 133_265_007_700_000_000)
    other = struct.pack("<IIQ", 0x0E070003, 6, 1)
    data = write_compound(
        {
            "__properties_version1.0": bytes(32) + other + sent,
            stream(0x37): "Wood 목재".encode("utf-16-le"),
            stream(0x1000): "Hello.\r\n\r\nIt rains.\r\n".encode("utf-16-le"),
            stream(0x0C1A): "Ada".encode("utf-16-le"),
            stream(0x5D01): "ada@example.org".encode("utf-16-le"),
            stream(0x0E04, 0x1E): b"Ben\0",
            "__attach_version1.0_#00000000/" + stream(0x3707): "prices.pdf".encode("utf-16-le"),
        }
    )
    document = read("a.msg", data)
    assert document.text == (
        "Wood 목재\n\nFrom: Ada <ada@example.org>\nTo: Ben\nDate: 2023-04-20T21:46:10+00:00\n\n"
        "Hello.\n\nIt rains.\n\nAttachments: prices.pdf"
    )
    assert document.title == "Wood 목재"
    assert document.metadata["to"] == "Ben"


def test_an_outlook_message_with_html_only(read: Read, write_compound: WriteCompound) -> None:
    data = write_compound(
        {
            "__properties_version1.0": bytes(32),
            stream(0x1013, 0x102): b"<html><p>Only here</p></html>",
            stream(0x0C1F): "/o=Mill/cn=ada".encode("utf-16-le"),
            stream(0x0C1A): "Ada".encode("utf-16-le"),
        }
    )
    assert read("a.msg", data).text == "From: Ada\n\nOnly here"


def test_an_empty_outlook_message_is_skipped(read: Read, write_compound: WriteCompound) -> None:
    with pytest.raises(DocumentSkipped, match="no text"):
        read("a.msg", write_compound({"__properties_version1.0": bytes(32)}))
