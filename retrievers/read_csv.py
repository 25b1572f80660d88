"""Comma-separated files and their kin: every row a line that carries its header."""

from __future__ import annotations

import csv
import io

from groundwire.retrievers.reading import Composer, Reading
from groundwire.retrievers.rows import write_rows

_SAMPLE = 16_384
_DELIMITERS = ",;\t|"
# csv refuses cells over 128 kB unless told; ours are bounded by the size of the file.
_LONGEST_CELL = 1_000_000_000


def read_csv(_data: bytes, text: str | None) -> Reading:
    """A file of rows; the delimiter is told by its content."""
    content = text or ""
    first, _, rest = content.partition("\n")
    if first.lower().startswith("sep="):
        delimiter, content = first[4:5], rest
    else:
        delimiter = _delimiter(content)
    csv.field_size_limit(_LONGEST_CELL)
    composer = Composer()
    write_rows(composer, csv.reader(io.StringIO(content, newline=""), delimiter=delimiter))
    return composer.finish()


def _delimiter(content: str) -> str:
    """The sign that parts the first lines into the same number of cells, and the most."""
    lines = content[:_SAMPLE].splitlines()[:20] or [""]
    complete = lines[:-1] if len(content) > _SAMPLE and len(lines) > 1 else lines

    def parts(sign: str) -> tuple[bool, int]:
        counts = [len(row) for row in csv.reader(complete, delimiter=sign) if row]
        even = bool(counts) and min(counts) == max(counts) > 1
        return even, max(counts, default=0)

    return max(_DELIMITERS, key=parts)
