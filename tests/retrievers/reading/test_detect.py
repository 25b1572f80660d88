from collections.abc import Callable, Mapping

import pytest

from groundwire.core.errors import DocumentFailed, DocumentSkipped
from groundwire.core.schema import Document
from groundwire.retrievers.detect import detect_format

Read = Callable[[str, bytes], Document]
WriteZip = Callable[[Mapping[str, str | bytes]], bytes]


@pytest.mark.parametrize(
    ("path", "data", "expected"),
    [
        ("a.txt", b"%PDF-1.7\n...", "pdf"),
        ("a.docx", b"{\\rtf1 words}", "rtf"),
        ("a.txt", b"  <!DOCTYPE html><html><body>Hi</body></html>", "html"),
        ("a.md", b"<?xml version='1.0'?>\n<!-- c -->\n<html><p>Hi</p></html>", "html"),
        ("page", b"<div><p>One</p><p>Two</p></div>", "html"),
        ("a.md", b"<p>One</p><p>Two</p>\n\n# Heading", "md"),
        ("a.txt", b"A < B, and so on", "txt"),
        ("a.pdf", b"Only words", "txt"),
        ("README", b"Only words", "txt"),
        ("a.py", b"print('x')", "py"),
        ("a.markdown", b"# Words", "md"),
        ("a.tsv", b"a\tb\n1\t2\n", "csv"),
        ("a.xml", b"<list><one/></list>", "xml"),
        ("a.txt", b"<?xml version='1.0'?><list/>", "xml"),
        ("a.json", b'{"a": 1}', "json"),
        ("a.json", b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.json", b"{not json", "txt"),
        ("a.json", b"[" * 100_000, "json"),
        ("a.ipynb", b'{"cells": [], "nbformat": 4}', "ipynb"),
        ("a.eml", b"Subject: x\n\ny", "eml"),
        ("mail.txt", b"Received: by x\nFrom: a@b\nTo: c@d\nSubject: x\n\ny", "eml"),
        ("notes.txt", b"From: the board\nTo: all\nSubject: x\n\ny", "txt"),
    ],
)
def test_content_decides_and_the_name_settles_the_rest(
    path: str, data: bytes, expected: str
) -> None:
    assert detect_format(path, data)[0] == expected


def test_archives_are_told_by_what_is_in_them(write_zip: WriteZip) -> None:
    types = {"[Content_Types].xml": "<Types/>"}
    kinds = {
        "docx": write_zip({**types, "word/document.xml": "<w/>"}),
        "pptx": write_zip({**types, "ppt/presentation.xml": "<p/>"}),
        "xlsx": write_zip({**types, "xl/workbook.xml": "<x/>"}),
        "epub": write_zip({"mimetype": "application/epub+zip"}),
        "odt": write_zip({"mimetype": "application/vnd.oasis.opendocument.text"}),
        "ods": write_zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        "odp": write_zip({"mimetype": "application/vnd.oasis.opendocument.presentation"}),
    }
    for kind, data in kinds.items():
        assert detect_format("named.pdf", data) == (kind, None)


def test_archives_without_a_document(write_zip: WriteZip) -> None:
    plain = write_zip({"notes.txt": "Words."})
    with pytest.raises(DocumentSkipped, match="an archive") as caught:
        detect_format("backup.zip", plain)
    assert "Unpack" in caught.value.advice
    with pytest.raises(DocumentFailed, match="without a document"):
        detect_format("letter.docx", plain)
    with pytest.raises(DocumentSkipped, match="OpenDocument graphics"):
        detect_format(
            "a.odg", write_zip({"mimetype": "application/vnd.oasis.opendocument.graphics"})
        )


def test_damaged_archives(write_zip: WriteZip) -> None:
    half = write_zip({"word/document.xml": "words " * 1000})[:100]
    with pytest.raises(DocumentFailed, match="incomplete"):
        detect_format("letter.docx", half)
    with pytest.raises(DocumentSkipped, match="damaged archive"):
        detect_format("backup.zip", half)


def test_compound_files(write_compound: Callable[[Mapping[str, bytes]], bytes], read: Read) -> None:
    with pytest.raises(DocumentFailed, match="encrypted") as caught:
        read("book.xlsx", write_compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 99}))
    assert "password" in caught.value.advice
    with pytest.raises(DocumentFailed, match="Word 97-2003 is not read") as caught:
        read("letter.doc", write_compound({"WordDocument": b"x", "1Table": b"y"}))
    assert caught.value.advice == "Save it as docx."
    with pytest.raises(DocumentSkipped, match="binary data"):
        read("thumbs.db", write_compound({"Catalog": b"x"}))
    with pytest.raises(DocumentFailed, match="damaged"):
        read("letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600)
