"""Rows of sheets and of comma-separated files: written in parts, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from groundwire.retrievers.grid import filled, header_of, is_number, titles_of, trim
from groundwire.retrievers.reading import Composer

# Rows laid out at once. Longer tables are written in parts that share their header.
PART = 2_000

Block = list[list[str]]


def write_rows(composer: Composer, rows: Iterable[Sequence[str]]) -> None:
    """Write ``rows`` as tables: an empty row ends one, rows of one cell above it are its title."""
    names: Block = []
    header: list[str] | None = None
    for block, goes_on in _blocks(rows):
        if goes_on and header:
            composer.table([header, *block], named=True)
            continue
        # Some sheets leave a row empty between the names of the columns and the numbers.
        if names and not _has_numbers(block):
            _write(composer, names)
            names = []
        block[:0], names = names, []
        if _may_be_names(block):
            names = block
        else:
            header = _write(composer, block)
    if names:
        _write(composer, names)


def _blocks(rows: Iterable[Sequence[str]]) -> Iterator[tuple[Block, bool]]:
    """What stands between empty rows, in parts; and whether a part goes on with the last."""
    block: Block = []
    goes_on = False
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            block.append(cells)
        if block and (not any(cells) or len(block) >= PART):
            yield block, goes_on
            goes_on = any(cells)
            block = []
    if block:
        yield block, goes_on


def _write(composer: Composer, block: Block) -> list[str] | None:
    """Write ``block``; its header, if it has one of a single row that can be repeated."""
    count = titles_of(block)
    for row in block[:count]:
        composer.paragraph(next(filter(None, row)))
    block = block[count:]
    composer.table(block, named=True)
    _, depth = header_of(trim(block))
    return block[0] if depth == 1 else None


def _may_be_names(block: Block) -> bool:
    return len(block) <= 3 and filled(block[-1]) > 1 and not _has_numbers(block)


def _has_numbers(block: Block) -> bool:
    return any(is_number(cell) for row in block for cell in row)
