"""PDF, through pypdfium2: the lines of every page, where they stand and how large they are."""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections.abc import Iterator
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from groundwire.core.errors import DocumentFailed, DocumentSkipped
from groundwire.retrievers.hyphens import CUT
from groundwire.retrievers.pdf_layout import compose_pages
from groundwire.retrievers.pdf_lines import CELL_GAP, Cell, Line
from groundwire.retrievers.reading import Reading

# PDFium keeps global state and must not be entered by two threads at once.
_ONE_AT_A_TIME = threading.Lock()
_PASSWORD = 4
_BOLD = 600
_SLOPE = 0.1
_LINE_ENDS = re.compile(rf"[\r\n]+|(?<={CUT})")
# Rules that are drawn with letters.
_RULE = re.compile(r"[_\-=.·—–*]{4,}")  # noqa: RUF001
_FIELDS = {"Author": "author", "Subject": "subject", "Keywords": "keywords", "Title": "title"}
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")


def read_pdf(data: bytes, _text: str | None) -> Reading:
    """A .pdf file: a page span a page, headings by outline or by size, tables by their gaps.

    Raises DocumentSkipped if no page has text, DocumentFailed if a password is needed.
    """
    with _ONE_AT_A_TIME:
        pages, outline, metadata = _opened(data)
    if not any(pages):
        raise DocumentSkipped(
            "no text layer", "It is a scan: run text recognition on it, then add it again."
        )
    empty = [str(number) for number, lines in enumerate(pages, start=1) if not lines]
    if empty:
        metadata["pages_without_text"] = ", ".join(empty)
    return compose_pages(pages, outline, metadata)


def _opened(data: bytes) -> tuple[list[list[Line]], dict[str, int], dict[str, str]]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD:
            raise DocumentFailed(
                "encrypted", "Save it without a password and add it again."
            ) from error
        raise DocumentFailed("damaged: PDFium cannot open it", "Get it again.") from error
    try:
        pages = [_page(document, number) for number in range(len(document))]
        outline = {_plain(item.get_title()): item.level + 1 for item in document.get_toc()}
        return pages, outline, _metadata(document)
    finally:
        document.close()


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def _metadata(document: pdfium.PdfDocument) -> dict[str, str]:
    found = document.get_metadata_dict(skip_empty=True)
    metadata = {name: found[field].strip() for field, name in _FIELDS.items() if field in found}
    for field, name in (("CreationDate", "created"), ("ModDate", "modified")):
        match = _DATE.match(found.get(field, ""))
        if match:
            metadata[name] = "-".join(part for part in match.groups() if part)
    return {name: value for name, value in metadata.items() if value}


def _page(document: pdfium.PdfDocument, number: int) -> list[Line]:
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            return list(_lines(text_page))
        finally:
            text_page.close()
    finally:
        page.close()


def _lines(page: pdfium.PdfTextPage) -> Iterator[Line]:
    # What PDFium takes for a hyphen at the end of a line stands for the line's end as well.
    letters = _letters(page).replace("\x02", CUT)
    start = 0
    for end in [*_LINE_ENDS.finditer(letters), None]:
        stop = end.start() if end else len(letters)
        line = _line(page, letters, start, stop)
        if line is not None:
            yield line
        start = end.end() if end else stop


def _letters(page: pdfium.PdfTextPage) -> str:
    """The letters of a page, one for every index of PDFium's."""
    count = page.count_chars()
    text: str = page.get_text_range() if count else ""
    if len(text) == count:
        return text
    codes = (pdfium_c.FPDFText_GetUnicode(page.raw, index) for index in range(count))
    return "".join(map(chr, codes))


def _line(page: pdfium.PdfTextPage, letters: str, start: int, stop: int) -> Line | None:
    while start < stop and letters[start].isspace():
        start += 1
    while stop > start and letters[stop - 1].isspace():
        stop -= 1
    if start == stop or _RULE.fullmatch(letters, start, stop):
        return None
    left, bottom, _, top = page.get_charbox(start, loose=True)
    right = page.get_charbox(stop - 1 - letters[start:stop].endswith(CUT), loose=True)[2]
    text = (
        _RULE.sub(" ", letters[start:stop]) if "__" in letters[start:stop] else letters[start:stop]
    )
    upright = abs(math.sin(pdfium_c.FPDFText_GetCharAngle(page.raw, start))) < _SLOPE
    cells = _cells(page, letters, (start, stop), top - bottom) if upright else ()
    return Line(
        text=" ".join(text.split()),
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        bold=_is_bold(page, start) and _is_bold(page, stop - 1),
        upright=upright,
        cells=cells,
    )


def _is_bold(page: pdfium.PdfTextPage, index: int) -> bool:
    if pdfium_c.FPDFText_GetFontWeight(page.raw, index) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(page.raw, index, name, 128, flags)
    return b"bold" in name.value.lower()


def _cells(
    page: pdfium.PdfTextPage, letters: str, span: tuple[int, int], height: float
) -> tuple[Cell, ...]:
    """The cells of a line in which wide gaps part the words; () if none do."""
    start, stop = span
    count = page.count_rects(start, stop - start)
    rects = sorted(page.get_rect(index) for index in range(count))
    gaps = _gaps(rects, height)
    if not gaps and _is_numeric(letters[start:stop]):
        # One object may hold a whole row, its cells set apart by nothing but their places.
        boxes = (page.get_charbox(i) for i in range(start, stop) if not letters[i].isspace())
        gaps = _gaps(sorted(boxes), height)
    return tuple(_parted(page, letters, span, gaps)) if gaps else ()


def _gaps(boxes: list[tuple[float, ...]], height: float) -> list[float]:
    """Where, across the page, gaps between ``boxes`` are too wide for a blank."""
    return [
        (before[2] + after[0]) / 2
        for before, after in pairwise(boxes)
        if after[0] - before[2] > height * CELL_GAP
    ]


def _is_numeric(text: str) -> bool:
    words = text.split()
    numbers = sum(any(map(str.isdigit, word)) for word in words)
    return numbers > 1 and numbers * 5 > len(words) * 2


def _parted(
    page: pdfium.PdfTextPage, letters: str, span: tuple[int, int], gaps: list[float]
) -> Iterator[Cell]:
    first, last = span
    boxes = [(index, page.get_charbox(index, loose=True)) for index in range(first, last)]
    solid = [(index, box) for index, box in boxes if not letters[index].isspace()]
    groups: dict[int, list[tuple[int, tuple[float, ...]]]] = {}
    for index, box in solid:
        groups.setdefault(sum(box[0] > gap for gap in gaps), []).append((index, box))
    for _, group in sorted(groups.items()):
        words = _spaced(letters, [index for index, _ in group])
        yield Cell(
            text=words, left=min(box[0] for _, box in group), right=max(box[2] for _, box in group)
        )


def _spaced(letters: str, indexes: list[int]) -> str:
    """The letters at ``indexes``, with a blank wherever others stand between two of them."""
    words = [letters[indexes[0]]]
    for before, index in pairwise(indexes):
        words.append(letters[index] if index == before + 1 else f" {letters[index]}")
    return "".join(words)
