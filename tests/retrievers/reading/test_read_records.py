import json
from collections.abc import Callable

import pytest

from groundwire.core.errors import DocumentFailed
from groundwire.core.schema import Document

Read = Callable[[str, bytes], Document]


def test_records_of_json_are_lines(read: Read) -> None:
    content = {
        "title": "Stock",
        "items": [{"name": "Oak", "price": 12.5, "sold": None, "note": ""}, {"name": "솔"}],
        "mill": {"town": "Ghent", "tags": ["old", "wet"], "deep": {"x": True}},
        "text": "long " * 60,
    }
    document = read("a.json", json.dumps(content).encode())
    assert document.text.split("\n") == [
        "title: Stock",
        "items.name: Oak; items.price: 12.5; items.sold: null",
        "items.name: 솔",
        "",
        "mill.town: Ghent",
        "mill.tags: old, wet",
        "mill.deep.x: true",
        "",
        "text: " + ("long " * 60).strip(),
    ]
    assert document.title == "Stock"


def test_json_that_is_a_list_or_a_value(read: Read) -> None:
    assert read("a.json", b'["a", 1]').text == "a, 1"
    assert read("a.json", b'[["a"], "b"]').text == "a\nb"
    assert read("a.json", b'{"a": "\\ud800x"}').text == "a: x"


def test_json_that_is_nested_too_deeply_fails(read: Read) -> None:
    with pytest.raises(DocumentFailed, match="nested too deeply"):
        read("a.json", b"[" * 200_000 + b"]" * 200_000)


def test_json_lines(read: Read) -> None:
    document = read("a.jsonl", b'{"name": "Oak"}\n\n{"name": "Pine", "price": 9}\n')
    assert document.text == "name: Oak\nname: Pine; price: 9"
    with pytest.raises(DocumentFailed, match="line 2 is not JSON"):
        read("a.jsonl", b'{"name": "Oak"}\n{"name"\n')


def test_a_notebook_is_text_code_and_what_it_printed(read: Read) -> None:
    notebook = {
        "nbformat": 4,
        "cells": [
            {"cell_type": "markdown", "source": ["# Wood\n", "Text."]},
            {
                "cell_type": "code",
                "source": "# not a heading\nprint(1)",
                "outputs": [
                    {"text": ["1\n"]},
                    {"data": {"text/plain": "<table>"}},
                    {"data": {"image/png": "x"}},
                    "odd",
                ],
            },
            {"cell_type": "code", "source": [], "outputs": None},
        ],
    }
    document = read("a.ipynb", json.dumps(notebook).encode())
    assert document.text == (
        "# Wood\nText.\n\n```\n# not a heading\nprint(1)\n```\n\n```\n1\n```\n\n```\n<table>\n```"
    )
    assert [heading.title for heading in document.headings] == ["Wood"]


def test_records_of_xml_are_lines(read: Read) -> None:
    source = """<?xml version="1.0" encoding="shift_jis"?>
    <!-- none --><stock xmlns="urn:x" town="Ghent"><title>木材</title>
    <item id="1"><name>Oak</name><price unit="euro">12</price><?pi x?></item>
    <item id="2"><name>Pine</name><price/></item>
    <text>Running <b>words</b> here.</text><empty/><leaf>last</leaf></stock>"""
    document = read("a.xml", source.encode("shift_jis"))
    assert document.text == (
        "town: Ghent\ntitle: 木材\nid: 1; name: Oak; price unit: euro; price: 12\n"
        "id: 2; name: Pine\n\nRunning words here.\n\nleaf: last"
    )
    assert document.title == "木材"


def test_broken_xml_fails(read: Read) -> None:
    with pytest.raises(DocumentFailed, match="damaged"):
        read("a.xml", b"<?xml version='1.0'?><a><b></a>")


RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\info{\title x}}
{\*\generator y;}{\pard\outlinelevel0 The mill\par}
\pard Caf\'e9 \u8212?dash\emdash  \{x\}\~y\-z\_w\line next \uc2\u26408??tree\par
{\trowd\cellx1\pard\intbl Item\cell Price\cell\row\pard\intbl Oak\cell 12\cell\row}
\pard\bullet  end\tab x\page}}}}"""


def test_rich_text(read: Read) -> None:
    document = read("a.rtf", RTF)
    assert document.text == (
        "The mill\n\nCafé —dash— {x} yz-w\nnext 木tree\n\nItem: Oak; Price: 12\n\n• end x"
    )
    assert [heading.title for heading in document.headings] == ["The mill"]


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (b"\\ansicpg932 \\'96\\'d8", "木"),
        (b"\\ansicpg65001 \\'e6\\'9c\\'a8", "木"),
        (b"\\mac \\'8e", "é"),
        (b"\\pc \\'82", "é"),
        (b"\\ansicpg99999 \\'e9", "é"),
        (b"\\u-10179?\\u-8704?", "\U0001f600"),
    ],
)
def test_rich_text_in_other_encodings(read: Read, head: bytes, text: str) -> None:
    assert read("a.rtf", b"{\\rtf1" + head + b"\\par}").text == text


def test_rich_text_that_ends_in_a_table(read: Read) -> None:
    source = rb"{\rtf1 {\trowd\pard a\par b\cell 1\cell\row\pard c\cell 2\cell\row}}"
    assert read("a.rtf", source).text == "a\n\nb | 1\nc | 2"
