from collections.abc import Callable, Mapping

import pytest

from groundwire.core.errors import DocumentFailed
from groundwire.core.schema import Document

Read = Callable[[str, bytes], Document]
WriteZip = Callable[[Mapping[str, str | bytes]], bytes]

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("meta", "meta"),
    )
)
CHAPTER = "<html><head><title>x</title></head><body><h1>{}</h1><p>{}</p></body></html>"


@pytest.fixture
def open_document(write_zip: WriteZip) -> Callable[[str, str], bytes]:
    def write(kind: str, body: str) -> bytes:
        content = f"<office:document-content {NAMESPACES}><office:body>{body}</office:body>"
        meta = (
            f'<office:document-meta {NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<dc:title>Wood</dc:title><meta:initial-creator>Ada</meta:initial-creator>"
            "</office:document-meta>"
        )
        return write_zip(
            {
                "mimetype": f"application/vnd.oasis.opendocument.{kind}",
                "content.xml": content + "</office:document-content>",
                "meta.xml": meta,
            }
        )

    return write


def test_a_text(read: Read, open_document: Callable[[str, str], bytes]) -> None:
    table = (
        "<table:table><table:table-row><table:table-cell><text:p>Item</text:p></table:table-cell>"
        "<table:table-cell><text:p>Price</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>Oak</text:p></table:table-cell>"
        "<table:table-cell><text:p>12</text:p></table:table-cell></table:table-row></table:table>"
    )
    body = (
        "<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        '<text:h text:outline-level="2">Prices</text:h>'
        "<text:p>One<text:s/>two<text:tab/>three<text:line-break/>four "
        "<text:span>five</text:span><office:annotation><text:p>no</text:p></office:annotation>!"
        "</text:p><text:list><text:list-item><text:p>pine</text:p></text:list-item>"
        f"<text:list-item><text:p/></text:list-item></text:list>{table}</office:text>"
    )
    document = read("a.odt", open_document("text", body))
    assert document.text == (
        "Prices\n\nOne two three\nfour five!\n\n- pine\n\nItem: Oak; Price: 12"
    )
    assert (document.headings[0].level, document.headings[0].title) == (2, "Prices")
    assert document.title == "Wood"
    assert document.metadata == {"title": "Wood", "author": "Ada"}


def test_a_sheet_whose_empty_cells_repeat(
    read: Read, open_document: Callable[[str, str], bytes]
) -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    rows = (
        f"<table:table-row>{cell.format('', 'Item')}{cell.format('', 'Price')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="2">'
        f"{cell.format('', 'Oak')}{cell.format('', '12')}"
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="x"/></table:table-row>'
    )
    table = f'<table:table table:name="Stock">{rows}</table:table>'
    body = f"<office:spreadsheet>{table}</office:spreadsheet>"
    document = read("a.ods", open_document("spreadsheet", body))
    assert document.text == "Stock\n\nItem: Oak; Price: 12\nItem: Oak; Price: 12"


def test_slides_are_pages(read: Read, open_document: Callable[[str, str], bytes]) -> None:
    box = "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>"
    page = f"<draw:page>{box}</draw:page>"
    body = f"<office:presentation>{page.format('One.')}{page.format('Two.')}</office:presentation>"
    document = read("a.odp", open_document("presentation", body))
    assert [document.text[page.start : page.end].strip() for page in document.pages] == [
        "One.",
        "Two.",
    ]


def test_a_text_without_content_fails(read: Read, write_zip: WriteZip) -> None:
    with pytest.raises(DocumentFailed, match="no content"):
        read("a.odt", write_zip({"mimetype": "application/vnd.oasis.opendocument.text"}))


def test_a_book_is_read_in_its_order(read: Read, write_zip: WriteZip) -> None:
    package = """<package xmlns="http://www.idpf.org/2007/opf"
     xmlns:dc="http://purl.org/dc/elements/1.1/">
     <metadata><dc:title>The mill</dc:title><dc:creator>Ada</dc:creator></metadata>
     <manifest><item id="b" href="second%20part.xhtml"/><item id="a" href="one.xhtml"/>
     <item id="gone" href="gone.xhtml"/></manifest>
     <spine><itemref idref="a"/><itemref idref="b"/><itemref idref="gone"/>
     <itemref idref="unknown"/></spine></package>"""
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="text/book.opf"/></rootfiles></container>'
    )
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "text/book.opf": package,
        "text/second part.xhtml": CHAPTER.format("Two", "The end."),
        "text/one.xhtml": '<?xml version="1.0"?>' + CHAPTER.format("One", "Ein Anfang, ñ."),
    }
    document = read("a.epub", write_zip(parts))
    assert document.text == "One\n\nEin Anfang, ñ.\n\nTwo\n\nThe end."
    assert [heading.title for heading in document.headings] == ["One", "Two"]
    assert document.title == "The mill"
    assert document.metadata == {"title": "The mill", "author": "Ada"}


def test_a_book_without_contents_fails(read: Read, write_zip: WriteZip) -> None:
    with pytest.raises(DocumentFailed, match="no table of contents"):
        read("a.epub", write_zip({"mimetype": "application/epub+zip"}))


@pytest.mark.parametrize("chapter", ["one.xhtml", "one.bin"])
def test_a_bomb_in_a_book_is_refused(read: Read, write_zip: WriteZip, chapter: str) -> None:
    package = (
        f'<package><manifest><item id="a" href="{chapter}"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    parts = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="book.opf"/></container>',
        "book.opf": package,
        chapter: " " * 30_000_000,
    }
    with pytest.raises(DocumentFailed, match="unpacks to far more"):
        read("a.epub", write_zip(parts))
