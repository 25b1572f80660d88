import io
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from groundwire.core.errors import DocumentFailed, DocumentSkipped
from groundwire.core.schema import Document
from groundwire.retrievers.cells import show_value

Read = Callable[[str, bytes], Document]
WriteZip = Callable[[Mapping[str, str | bytes]], bytes]


def saved(content: object) -> bytes:
    file = io.BytesIO()
    content.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def test_slides_are_pages_and_their_titles_headings(read: Read) -> None:
    deck = Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "The mill\vin Ghent"
    first.placeholders[1].text = "Oak\nPine"
    first.notes_slide.notes_text_frame.text = "Say hello."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Prices"
    low = second.shapes.add_textbox(Inches(1), Inches(5), Inches(3), Inches(1))
    low.text_frame.text = "Below.\nLast."
    table = second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for index, text in enumerate(["Item", "Price", "Oak", "12"]):
        table.cell(index // 2, index % 2).text = text
    deck.core_properties.title = "All about wood"
    document = read("deck.pptx", saved(deck))
    assert document.text == (
        "The mill in Ghent\n\n- Oak\n- Pine\n\nNotes: Say hello.\n\n"
        "Prices\n\nItem: Oak; Price: 12\n\nBelow.\n\nLast."
    )
    assert document.title == "All about wood"
    assert [heading.title for heading in document.headings] == ["The mill in Ghent", "Prices"]
    assert [page.number for page in document.pages] == [1, 2]
    second_page = document.pages[1]
    assert document.text[second_page.start : second_page.end].startswith("Prices")
    assert document.tables[0].header == "Item | Price"


def test_charts_and_groups_of_slides_are_read(read: Read) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["North", "South"]
    data.add_series("Sales", (5, None))
    place = (Inches(1), Inches(1), Inches(4), Inches(3))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales by region"
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, Inches(6), Inches(1), Inches(1)).text_frame.text = "Inside."
    assert read("deck.pptx", saved(deck)).text == (
        "Sales by region\n\nNorth; Sales: 5\nSouth\n\nInside."
    )


def test_a_malformed_deck_fails(read: Read, write_zip: WriteZip) -> None:
    parts = {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"}
    with pytest.raises(DocumentFailed, match="damaged"):
        read("deck.pptx", write_zip(parts))


def test_every_row_of_a_sheet_carries_its_header(read: Read) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Stock"
    sheet.append(["Item", "Price", "Since"])
    sheet.append(["Oak plank", 12.5, date(2024, 3, 1)])
    sheet["B2"].number_format = "0.00"
    hidden = book.create_sheet("Hidden")
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Notes").append(["A remark."])
    book.properties.title = "Stock list"
    document = read("stock.xlsx", saved(book))
    assert document.text == (
        "Stock\n\nItem: Oak plank; Price: 12.50; Since: 2024-03-01\n\nNotes\n\nA remark."
    )
    assert [heading.title for heading in document.headings] == ["Stock", "Notes"]
    assert document.title == "Stock list"
    assert document.tables[0].header == "Item | Price | Since"
    assert document.metadata["author"] == "openpyxl"


def test_an_encrypted_archive_fails(read: Read, write_zip: WriteZip) -> None:
    plain = write_zip({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>"})
    # The first bit of the flags says that a part is encrypted.
    data = bytearray(plain)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(mark, start + 1)
    with pytest.raises(DocumentFailed, match="encrypted"):
        read("book.xlsx", bytes(data))


def test_an_empty_workbook_has_its_sheet_name_only(read: Read) -> None:
    assert read("empty.xlsx", saved(Workbook())).text == "Sheet"


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        (None, "General", ""),
        (True, "General", "TRUE"),
        (12, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (12.5, "0.00", "12.50"),
        (1234567.891, "#,##0.0", "1,234,567.9"),
        (0.256, "0.0%", "25.6%"),
        (1234, '"$"#,##0.00', "$1,234.00"),
        (1234, "#,##0.00 [$€-407]", "1,234.00 €"),
        (5, "$0;($0)", "$5"),
        (0.00001, "0.00E+00", "1e-05"),
        (0.5, "# ?/?", "0.5"),
        (7, "@", "7"),
        (datetime(2024, 3, 1), "General", "2024-03-01"),  # noqa: DTZ001
        (datetime(2024, 3, 1, 9, 30), "General", "2024-03-01 09:30:00"),  # noqa: DTZ001
        (time(9, 30), "General", "09:30:00"),
        (" words ", "General", "words"),
    ],
)
def test_values_as_a_person_sees_them(value: object, pattern: str, expected: str) -> None:
    assert show_value(value, pattern) == expected


@pytest.mark.parametrize(
    "source",
    [
        "Item,Price\nOak plank,12.50\n",
        "Item;Price\r\nOak plank;12.50\r\n",
        "Item\tPrice\nOak plank\t12.50\n",
        "sep=;\nItem;Price\nOak plank;12.50\n",
        'Item,Price\n"Oak\nplank","12.50"\n',
    ],
)
def test_every_row_of_a_csv_carries_its_header(read: Read, source: str) -> None:
    document = read("stock.csv", source.encode())
    assert document.text == "Item: Oak plank; Price: 12.50"
    assert document.title == "stock"
    assert document.tables[0].header == "Item | Price"


def test_large_and_odd_csv_files(read: Read) -> None:
    rows = "Item,Price\n" + "".join(f"Plank {number},{number}\n" for number in range(5000))
    document = read("a.csv", rows.encode())
    assert document.text.count("\nItem: Plank") == 4999
    assert len(read("a.csv", ("a,b\n" + "x" * 200_000 + ",2\n").encode()).text) > 200_000
    assert read("a.csv", b"only words").text == "only words"
    with pytest.raises(DocumentSkipped, match="no text"):
        read("a.csv", b",,\n,,\n")
