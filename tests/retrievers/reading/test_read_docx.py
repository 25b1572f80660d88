from collections.abc import Callable, Mapping

import pytest

from groundwire.core.errors import DocumentFailed, DocumentSkipped
from groundwire.core.schema import Document

Read = Callable[[str, bytes], Document]
WriteZip = Callable[[Mapping[str, str | bytes]], bytes]

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STYLES = """
<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:styleId="U1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="My head"/><w:basedOn w:val="U1"/></w:style>
<w:style w:styleId="Lvl"><w:name w:val="Own"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
<w:style w:styleId="Bullet"><w:name w:val="List Bullet"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>"""
NUMBERING = """
<w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>"""
CORE = """<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>{title}</dc:title><dc:creator>The mill</dc:creator></cp:coreProperties>"""


def part(name: str, content: str) -> str:
    return f'<?xml version="1.0"?><w:{name} xmlns:w="{NAMESPACE}">{content}</w:{name}>'


def paragraph(text: str, properties: str = "") -> str:
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"
    )


def styled(text: str, style: str) -> str:
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def item(text: str, number: int, level: int = 0) -> str:
    place = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    return paragraph(text, f"<w:numPr>{place}</w:numPr>")


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if '<' in text else paragraph(text)}</w:tc>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


@pytest.fixture
def word(read: Read, write_zip: WriteZip) -> Callable[..., Document]:
    def write(body: str, title: str = "", **parts: str) -> Document:
        content = {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
            "word/styles.xml": part("styles", STYLES),
            "word/numbering.xml": part("numbering", NUMBERING),
            "docProps/core.xml": CORE.format(title=title),
            **{f"word/{name}.xml": text for name, text in parts.items()},
        }
        return read("letter.docx", write_zip(content))

    return write


def test_headings_come_from_styles(word: Callable[..., Document]) -> None:
    document = word(
        styled("The mill", "Titel")
        + styled("Wood", "U1")
        + styled("Oak", "Mine")
        + styled("Red oak", "Lvl")
        + paragraph("Outlined", '<w:outlineLvl w:val="1"/>')
        + paragraph("Body", '<w:outlineLvl w:val="9"/>')
        + styled("Plain.", "Loop")
    )
    assert [(heading.level, heading.title) for heading in document.headings] == [
        (1, "The mill"),
        (1, "Wood"),
        (1, "Oak"),
        (3, "Red oak"),
        (2, "Outlined"),
    ]
    assert document.title == "The mill"
    assert document.metadata == {"author": "The mill"}


def test_the_title_of_the_properties_counts_unless_a_program_made_it_up(
    word: Callable[..., Document],
) -> None:
    assert word(paragraph("x"), "Annual report").title == "Annual report"
    assert word(paragraph("x"), "Microsoft Word - x.doc").title == "letter"


def test_lists_keep_marks_and_numbers(word: Callable[..., Document]) -> None:
    document = word(
        styled("oak", "Bullet")
        + item("pine", 1)
        + item("first", 2)
        + item("inner", 2, 1)
        + item("second", 2)
        + item("inner again", 2, 1)
        + item("no list", 0)
    )
    assert document.text == (
        "- oak\n- pine\n1. first\n1. inner\n2. second\n1. inner again\n\nno list"
    )


def test_what_was_deleted_and_what_is_code_is_not_read(word: Callable[..., Document]) -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    document = word(
        "<w:p>" + run.format("Kept") + "<w:del>" + run.format("gone") + "</w:del>"
        "<w:r><w:tab/><w:noBreakHyphen/><w:br/></w:r><w:ins>" + run.format("new") + "</w:ins>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert document.text == "Kept -\nnew"


def test_text_boxes_follow_their_paragraph(word: Callable[..., Document]) -> None:
    box = f"<w:r><w:pict><w:txbxContent>{paragraph('In the box.')}</w:txbxContent></w:pict></w:r>"
    document = word(f"<w:p><w:r><w:t>Outside.</w:t></w:r>{box}</w:p>")
    assert document.text == "Outside.\n\nIn the box."


def test_tables(word: Callable[..., Document]) -> None:
    head = "<w:trPr><w:tblHeader/></w:trPr>" + cell("Role") + cell("Name")
    spans = cell("Clerk", '<w:vMerge w:val="restart"/>') + cell("Ben")
    document = word(
        table(head, cell("Chair") + cell("Ada"), spans, cell("", "<w:vMerge/>") + cell("Eve"))
        + table(
            cell("North", '<w:gridSpan w:val="2"/>') + cell("5"), cell("a") + cell("b") + cell("6")
        )
        + table(cell(paragraph("Outer") + table(cell("x") + cell("1"), cell("y") + cell("2"))))
    )
    assert document.text == (
        "Role: Chair; Name: Ada\nRole: Clerk; Name: Ben\nRole: Clerk; Name: Eve\n\n"
        "North |  | 5\na | b | 6\n\nOuter\n\nx | 1\ny | 2"
    )
    assert document.tables[0].header == "Role | Name"


def test_bold_first_rows_name_and_content_controls_are_looked_into(
    word: Callable[..., Document],
) -> None:
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p>"
    body = table(
        cell(bold.format("Role")) + cell(bold.format("Name")),
        "<w:sdt><w:sdtContent>" + cell("Chair") + "</w:sdtContent></w:sdt>" + cell("Ada"),
    )
    assert word(body).text == "Role: Chair; Name: Ada"


def test_notes_headers_and_footers_stand_at_the_end_once(word: Callable[..., Document]) -> None:
    note = '<w:footnote w:id="{}" {}>' + paragraph("A note.") + "</w:footnote>"
    document = word(
        "<w:p><w:r><w:t>Text</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>",
        footnotes=part("footnotes", note.format(0, 'w:type="separator"') + note.format(2, "")),
        header1=part("hdr", paragraph("The mill, Ghent")),
        header2=part("hdr", paragraph("The mill, Ghent")),
        footer1=part("ftr", paragraph("Page 3 of 9") + paragraph("Confidential draft text")),
    )
    assert document.text == "Text[2]\n\n[2] A note.\n\nThe mill, Ghent\n\nConfidential draft text"


def test_the_strict_form_is_read(read: Read, write_zip: WriteZip) -> None:
    strict = part("document", f"<w:body>{paragraph('Strictly.')}</w:body>").replace(
        NAMESPACE, "http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    content = {"[Content_Types].xml": "<Types/>", "word/document.xml": strict}
    assert read("a.pdf", write_zip(content)).text == "Strictly."


def test_damaged_and_empty_documents(read: Read, write_zip: WriteZip) -> None:
    types = {"[Content_Types].xml": "<Types/>"}
    with pytest.raises(DocumentFailed, match="no text part"):
        read("a.docx", write_zip({**types, "word/other.xml": "<x/>"}))
    with pytest.raises(DocumentFailed, match="damaged"):
        read("a.docx", write_zip({**types, "word/document.xml": "<w:document"}))
    empty = part("document", "<w:body/>")
    with pytest.raises(DocumentSkipped, match="no text"):
        read("a.docx", write_zip({**types, "word/document.xml": empty}))


def test_a_zip_bomb_is_refused(read: Read, write_zip: WriteZip) -> None:
    bomb = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": part("document", " " * 60_000_000),
    }
    with pytest.raises(DocumentFailed, match="unpacks to far more"):
        read("bomb.docx", write_zip(bomb))


def test_many_parts_are_refused(read: Read, write_zip: WriteZip) -> None:
    parts = {f"word/part{number}.xml": "" for number in range(20_001)}
    with pytest.raises(DocumentFailed, match="unpacks to far more"):
        read("many.docx", write_zip({"[Content_Types].xml": "", **parts}))


def test_entities_that_grow_are_refused(read: Read, write_zip: WriteZip) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    document = (
        f'<!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><w:document xmlns:w="{NAMESPACE}">'
        "<w:body><w:p><w:r><w:t>&e11;</w:t></w:r></w:p></w:body></w:document>"
    )
    with pytest.raises(DocumentFailed, match="damaged"):
        read("a.docx", write_zip({"[Content_Types].xml": "", "word/document.xml": document}))
    with pytest.raises(DocumentFailed, match="damaged"):
        read("a.xml", document.encode())
