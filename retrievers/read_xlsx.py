"""Workbooks, through openpyxl: a heading a sheet, every row a line that carries its header."""

from __future__ import annotations

import io
from collections.abc import Iterator

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from groundwire.retrievers.archive import Archive, properties, title_of
from groundwire.retrievers.cells import show_value
from groundwire.retrievers.reading import Composer, Reading
from groundwire.retrievers.rows import write_rows


def read_xlsx(data: bytes, _text: str | None) -> Reading:
    """A .xlsx file with the values that its formulas had when it was saved."""
    archive = Archive(data)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    composer = Composer()
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                composer.heading(sheet.title, 1)
                # Some programs write a wrong size, and rows beyond it would be lost.
                sheet.reset_dimensions()
                write_rows(composer, _rows(sheet))
    finally:
        book.close()
    metadata = properties(archive.read("docProps/core.xml"))
    return composer.finish(title_of(metadata), metadata)


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        yield [show_value(cell.value, cell.number_format) for cell in row]
