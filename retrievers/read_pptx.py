"""Slides, through python-pptx: one page a slide, its title a heading."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape
from pptx.slide import Slide

from groundwire.retrievers.archive import Archive, properties, title_of
from groundwire.retrievers.reading import Composer, Reading


def read_pptx(data: bytes, _text: str | None) -> Reading:
    """A .pptx file: titles, text, tables, charts and notes, slide by slide."""
    archive = Archive(data)
    slides = Presentation(io.BytesIO(data))
    composer = Composer()
    for number, slide in enumerate(slides.slides, start=1):
        composer.page(number)
        _write_slide(composer, slide)
    metadata = properties(archive.read("docProps/core.xml"))
    return composer.finish(title_of(metadata), metadata)


def _write_slide(composer: Composer, slide: Slide) -> None:
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        composer.heading(title.text_frame.text.replace("\v", " "), 1)
    for shape in _in_order(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _write_shape(composer, shape)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
        text = notes.text.strip()
        composer.paragraph(f"Notes: {text}" if text else "")


def _in_order(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """Shapes from top to bottom and left to right, those of a group together."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if isinstance(shape, GroupShape):
            yield from _in_order(shape.shapes)
        else:
            yield shape


def _write_shape(composer: Composer, shape: BaseShape) -> None:
    if isinstance(shape, GraphicFrame) and shape.has_table:
        composer.table([[cell.text for cell in row.cells] for row in shape.table.rows], named=True)
    elif isinstance(shape, GraphicFrame) and shape.has_chart:
        _write_chart(composer, shape.chart)
    elif isinstance(shape, Shape):
        _write_text(composer, shape)


def _write_text(composer: Composer, shape: Shape) -> None:
    """Write the paragraphs of ``shape``; those of a body are the items of a list."""
    said = [line.text.replace("\v", " ").strip() for line in shape.text_frame.paragraphs]
    lines = [line for line in said if line]
    if not shape.is_placeholder or len(lines) < 2:
        for line in lines:
            composer.paragraph(line)
        return
    composer.gap()
    for line in lines:
        composer.line(f"- {line}")
    composer.gap()


def _write_chart(composer: Composer, chart: Chart) -> None:
    if chart.has_title and chart.chart_title.has_text_frame:
        composer.paragraph(chart.chart_title.text_frame.text)
    for plot in chart.plots:
        series = list(plot.series)
        names = ["", *(item.name or "" for item in series)]
        values = [[_number(value) for value in item.values] for item in series]
        rows = zip((str(label) for label in plot.categories), *values, strict=False)
        composer.table([names, *(list(row) for row in rows)], named=True)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"
