"""Listings as they look in a terminal: names stay whole, titles give way."""

import io

import pytest
from rich.console import Console

from groundwire.app.cli_listings import show_collections_table, show_documents_table, show_report
from groundwire.retrievers import CheckReport, Problem, StoredCollection, StoredDocument

DOCUMENT = StoredDocument(
    document_id="0123456789abcdef",
    source="/docs/minutes of the members evening 2024.docx",
    title="Minutes of the members' evening, with all that was said " * 3,
    collection="default",
    passages=1234,
)


def console(width: int) -> Console:
    return Console(file=io.StringIO(), width=width)


def shown(window: Console) -> str:
    assert isinstance(window.file, io.StringIO)
    return window.file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_a_document_is_one_line_with_its_name_whole(width: int) -> None:
    window = console(width)
    show_documents_table(window, [DOCUMENT])
    heading, columns, row = shown(window).splitlines()
    assert heading == "Collection default, in /docs:"
    assert columns.split() == ["Id", "Passages", "File", "Title"]
    assert row.startswith("0123456789     1,234  minutes of the members evening 2024.docx  Minu")
    assert row.rstrip().endswith("…")
    assert len(row) <= width


def test_a_collection_is_one_line() -> None:
    window = console(80)
    show_collections_table(window, [StoredCollection(name="a\x1bb", documents=1200, passages=5)])
    assert shown(window).splitlines()[1].split() == ["a\\x1bb", "1,200", "5"]
    show_collections_table(window, [])
    assert "No collections yet." in shown(window)


def test_what_is_left_broken_is_counted() -> None:
    window = console(120)
    left = Problem(kind="words", subject="notes.md", detail="2 passages missing", repaired=False)
    mended = Problem(kind="vectors", subject="notes.md", detail="5 too many", repaired=True)
    show_report(window, CheckReport(problems=(left, mended), documents=2, passages=9))
    text = shown(window)
    assert "not whole: 1 problem." in text
    assert text.index("open") < text.index("mended")
