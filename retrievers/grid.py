"""Tables as lines of text: where the columns have names, every row means something alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

# A header cell is a name, not a paragraph.
_LONGEST_NAME = 120
# Header rows above each other: groups, subgroups, names.
_MOST_HEADS = 3
# Financial tables give currency signs and closing brackets columns of their own.
_CURRENCIES = frozenset({"$", "€", "£", "¥", "₩", "($", "$("})
_CLOSING = frozenset({")", "%", ")%"})
_DASHES = frozenset({"-", "–", "—", "−", "n/a"})  # noqa: RUF001

Row = Sequence[str]


def lay_out(rows: Sequence[Row], *, named: bool) -> tuple[str, list[str]]:
    """The header and the lines of a table.

    Under column names every row becomes ``Item: Oak plank; Price: 12.50``. Where it is not sure
    that the first row holds names (``named`` is false and nothing below it differs in kind), and
    where it cannot hold any, the cells of a row stand side by side: ``Oak plank | 12.50``.
    """
    table = trim([_glue([" ".join(cell.split()) for cell in row]) for row in rows])
    count = titles_of(table)
    titles = [next(filter(None, row)) for row in table[:count]]
    table = trim(table[count:])
    names, depth = header_of(table)
    if names and (named or depth > 1 or _differs(table)):
        return join(names), [*titles, *_records(names, table[depth:])]
    # Titles above would hide that the table begins with its header.
    return "" if titles else join(names), [*titles, *map(join, table)]


def titles_of(table: Sequence[Row]) -> int:
    """How many of the first rows are titles: a single cell each, over wider rows."""
    count = 0
    widest = max(map(filled, table), default=0)
    while count + 1 < len(table) and filled(table[count]) == 1 < widest:
        if len(table[count]) == 2 and not table[count][0]:
            # The name of the only column beside the names of the rows.
            break
        count += 1
    return count


def _records(names: Row, rows: Sequence[Row]) -> list[str]:
    lines = [record(names, row) for row in rows]
    empty = [index for index in range(len(names)) if not any(row[index] for row in rows)]
    # The name of a column without values would be lost.
    return [*([join(names)] if empty else []), *filter(None, lines)]


def trim(rows: Sequence[Row]) -> list[list[str]]:
    """``rows`` of equal length, without those rows and columns that are empty."""
    width = max((len(row) for row in rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows if any(row)]
    used = [index for index in range(width) if any(row[index] for row in padded)]
    return [[row[index] for index in used] for row in padded]


def header_of(table: Sequence[Row]) -> tuple[list[str], int]:
    """The names of the columns and how many of the first rows say them; [] and 0 if none do.

    Rows of group names, which leave cells empty, may stand above the row of names.
    """
    for depth, row in enumerate(table[:_MOST_HEADS], start=1):
        if depth == len(table) or len(row) < 2 or not _may_name(row):
            break
        if all(row[1:]):
            names = _merged(table[:depth])
            sure = depth == 1 or _differs(table[depth - 1 :])
            return (names, depth) if sure and _are_names(names) else ([], 0)
    return [], 0


def _are_names(cells: Row) -> bool:
    shown = [cell for cell in cells if cell]
    return max(map(len, shown)) <= _LONGEST_NAME and len(set(shown)) == len(shown)


def _may_name(row: Row) -> bool:
    cells = [cell for cell in row if cell]
    years = sum(map(_is_year, cells))
    return not any(is_number(cell) and not _is_year(cell) for cell in cells) and (
        years < len(cells) or (not row[0] and years > 1)
    )


def _merged(heads: Sequence[Row]) -> list[str]:
    """The rows of a header as one. A single group name counts for the table as a whole."""
    rows = [list(row) for row in heads]
    for row in rows[:-1]:
        groups = [cell for cell in row[1:] if cell]
        if len(groups) == 1:
            row[:] = [", ".join(filter(None, [row[0], *groups])), *[""] * (len(row) - 1)]
        else:
            row[1:] = accumulate(row[1:], _last_said)
    return merge_names(rows)


def _last_said(last: str, cell: str) -> str:
    return cell or last


def merge_names(rows: Sequence[Row]) -> list[str]:
    """Several header rows as one: the names above each other, joined, none twice."""
    width = max(map(len, rows))
    columns = [[row[index] for row in rows if index < len(row)] for index in range(width)]
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]


def _differs(table: Sequence[Row]) -> bool:
    """Whether a column below its first row holds numbers for the most part."""
    below = table[1:]
    numbers = [sum(is_number(row[index]) for row in below) for index in range(1, len(table[0]))]
    return any(count * 2 > len(below) for count in numbers)


def _glue(row: list[str]) -> list[str]:
    """``row`` with signs that stand in cells of their own put to their numbers."""
    glued = list(row)
    for index, cell in enumerate(row):
        if cell in _CLOSING:
            before = next((i for i in range(index - 1, -1, -1) if glued[i]), None)
            if before is not None and is_number(glued[before]):
                glued[before], glued[index] = glued[before] + cell, ""
        elif cell in _CURRENCIES:
            after = next((i for i in range(index + 1, len(row)) if row[i]), None)
            if after is not None and is_number(row[after]):
                glued[after], glued[index] = cell + row[after], ""
    return glued


def record(names: Row, row: Row) -> str:
    """One row as ``name: value`` pairs; empty cells are left out."""
    pairs = zip(names, row, strict=False)
    return "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)


def join(row: Row) -> str:
    """The cells of a row side by side; empty ones at its end are left out."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return " | ".join(cells)


def filled(row: Row) -> int:
    """How many cells of ``row`` hold something."""
    return sum(map(bool, row))


def is_number(text: str) -> bool:
    """Whether a cell holds a number, an amount or a share, or the dash that stands for none."""
    if text.lower() in _DASHES:
        return True
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and text[:2] in {"18", "19", "20", "21"}
