"""Rows of sheets and of comma-separated files: written in parts, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from groundwire.retrievers.grid import has_header, trim
from groundwire.retrievers.reading import Composer

# Rows laid out at once. Longer tables are written in parts that share their header.
PART = 2_000


def write_rows(composer: Composer, rows: Iterable[Sequence[str]]) -> None:
    """Write ``rows`` as tables: an empty row ends one, rows of one cell above it are its title."""
    block: list[list[str]] = []
    header: list[str] | None = None
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            block.append(cells)
        if block and (not any(cells) or len(block) >= PART):
            names = _write_block(composer, block, header)
            header = names if any(cells) else None
            block = []
    if block:
        _write_block(composer, block, header)


def _write_block(
    composer: Composer, block: list[list[str]], header: list[str] | None
) -> list[str] | None:
    """Write ``block`` under ``header`` or its own, and return that."""
    if header is not None:
        composer.table([header, *block])
        return header
    while len(block) > 1 and _filled(block[0]) == 1 < max(map(_filled, block)):
        composer.paragraph(next(filter(None, block[0])))
        block = block[1:]
    composer.table(block)
    return block[0] if has_header(trim(block)) else None


def _filled(row: Sequence[str]) -> int:
    return sum(map(bool, row))
