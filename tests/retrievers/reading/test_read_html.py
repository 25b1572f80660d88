from collections.abc import Callable

import pytest

from groundwire.core.errors import DocumentFailed, DocumentSkipped
from groundwire.core.schema import Document

Read = Callable[[str, bytes], Document]

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Oak &amp; pine</title><style>p {color: red}</style>
<meta name="author" content="The mill"><meta property="og:title" content="Other">
<script>var secret = 1;</script></head>
<body><!-- a comment -->
<h1>The <em>mill</em></h1>
<p>Caf&eacute; &lt;open&gt;
 at&nbsp;nine.<br>Closed on Sunday.</p>
<div>One<p>Two</p>Three<b>bold</b>ly</div>
<p style="display: none">hidden</p><p hidden>hidden too</p>
<ul><li>oak<ul><li>red</li></ul></li><li><p>pine</p></li></ul>
<ol><li>first</li><li>second</li></ol>
<li>loose</li>
<h2>Prices</h2>
<table><caption>In euros</caption>
<thead><tr><th>Item</th><th>Price</th></tr></thead>
<tr><td>Oak<br>plank</td><td>12.50</td></tr>
<tr><td rowspan="2">Pine<script>x</script></td><td>9</td></tr>
<tr><td>10</td></tr></table>
<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>
<pre>  code
    stays</pre>
</body></html>"""


def test_a_page_reads_as_a_browser_shows_it(read: Read) -> None:
    document = read("mill.html", PAGE.encode())
    assert document.text == (
        "The mill\n\nCafé <open> at nine.\nClosed on Sunday.\n\nOne\n\nTwo\n\nThreeboldly\n\n"
        "- oak\n- red\n- pine\n1. first\n2. second\n\nloose\n\nPrices\n\nIn euros\n\n"
        "Item: Oak plank; Price: 12.50\nItem: Pine; Price: 9\nItem: Pine; Price: 10\n\n"
        "a | b\n\n  code\n    stays"
    )
    assert document.title == "Oak & pine"
    assert document.metadata == {"title": "Oak & pine", "author": "The mill", "language": "en"}
    assert [(item.level, item.title) for item in document.headings] == [
        (1, "The mill"),
        (2, "Prices"),
    ]
    assert document.tables[0].header == "Item | Price"


def test_a_header_of_two_rows_is_merged(read: Read) -> None:
    page = (
        "<table><tr><th></th><th colspan=2>2023</th></tr><tr><th></th><th>Sales</th>"
        "<th>Profit</th></tr><tr><td>North</td><td>5</td><td>1</td></tr></table>"
    )
    assert read("a.html", page.encode()).text == "North; 2023 Sales: 5; 2023 Profit: 1"


def test_a_bold_first_row_names_the_columns(read: Read) -> None:
    first = "<tr><td><b>Role</b></td><td><b>Name</b></td></tr>"
    page = f"<table>{first}<tr><td>Chair</td><td>Ada</td></tr></table>"
    assert read("a.html", page.encode()).text == "Role: Chair; Name: Ada"


def test_a_table_that_arranges_a_page_is_read_as_text(read: Read) -> None:
    page = f"<table><tr><td>Menu</td><td>{'Long text. ' * 200}</td></tr></table>"
    document = read("a.html", page.encode())
    assert document.tables == ()
    assert document.text.startswith("Menu\n\nLong text.")


@pytest.mark.parametrize("charset", ["shift_jis", "iso-2022-jp", "euc-jp"])
def test_the_declared_encoding_is_believed_where_it_is_not_utf_8(read: Read, charset: str) -> None:
    page = f"<html><head><meta charset='{charset}'></head><body><p>鋼の規格</p></body></html>"
    assert read("a.html", page.encode(charset)).text == "鋼の規格"


@pytest.mark.parametrize("charset", ["latin-1", "no-such-thing"])
def test_a_wrong_declaration_does_no_harm(read: Read, charset: str) -> None:
    page = f"<html><head><meta charset='{charset}'></head><body><p>서울 niño</p></body></html>"
    assert read("a.html", page.encode()).text == "서울 niño"


def test_a_declaration_that_is_not_true_and_not_utf_8(read: Read) -> None:
    page = "<html><head><meta charset='utf-8'></head><body><p>El niño y la piña</p></body></html>"
    assert read("a.html", page.encode("cp1252")).text == "El niño y la piña"


def test_a_page_without_text_is_skipped(read: Read) -> None:
    with pytest.raises(DocumentSkipped, match="no text"):
        read("a.html", b"<!DOCTYPE html>\n<html><script>x()</script></html>")
    with pytest.raises(DocumentSkipped, match="no text"):
        read("a.html", b"<!-- nothing -->")


def test_deep_nesting_is_read_or_refused(read: Read) -> None:
    assert "Deep." in read("a.html", ("<div>" * 1500 + "Deep." + "</div>" * 1500).encode()).text
    with pytest.raises(DocumentFailed, match="nested too deeply"):
        read("a.html", ("<div>" * 5000 + "Deep." + "</div>" * 5000).encode())


def test_a_paragraph_that_is_marked_as_a_heading_stays_text(read: Read) -> None:
    page = f"<h1>{'word ' * 100}</h1><p>Text.</p>"
    document = read("a.html", page.encode())
    assert document.headings == ()
    assert document.title == "a"
