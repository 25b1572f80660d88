"""Tables as lines of text: every row one line that means something alone."""

from __future__ import annotations

from collections.abc import Sequence

# A header cell is a name, not a paragraph.
_LONGEST_NAME = 80
# Financial tables give currency signs and closing brackets columns of their own.
_CURRENCIES = frozenset({"$", "€", "£", "¥", "₩", "($", "$("})
_CLOSING = frozenset({")", "%", ")%"})

Row = Sequence[str]


def lay_out(rows: Sequence[Row]) -> tuple[str, list[str]]:
    """The header row and the lines of a table.

    Under a header every row becomes ``Item: Oak plank; Price: 12.50``. A table without one keeps
    its cells side by side, ``Oak plank | 12.50``, and its header is ''.
    """
    table = trim([_glue([" ".join(cell.split()) for cell in row]) for row in rows])
    if not table:
        return "", []
    if not has_header(table):
        return "", [join(row) for row in table]
    names = table[0]
    lines = [record(names, row) for row in table[1:]]
    return join(names), [line for line in lines if line]


def trim(rows: Sequence[Row]) -> list[list[str]]:
    """``rows`` of equal length, without those rows and columns that are empty."""
    width = max((len(row) for row in rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows if any(row)]
    used = [index for index in range(width) if any(row[index] for row in padded)]
    return [[row[index] for index in used] for row in padded]


def has_header(rows: Sequence[Row]) -> bool:
    """Whether the first of ``rows`` names the columns: short, distinct, no numbers, no gaps."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first = rows[0]
    names = [name for name in first if name]
    # The corner over the row names is often empty.
    if len(names) < max(1, len(first) - 1) or not all(first[1:]):
        return False
    if any(len(name) > _LONGEST_NAME for name in names) or len(set(names)) < len(names):
        return False
    numbers = sum(is_number(name) and not _is_year(name) for name in names)
    return numbers == 0 and any(not is_number(name) for name in first)


def merge_names(rows: Sequence[Row]) -> list[str]:
    """Several header rows as one: the names above each other, joined, none twice."""
    width = max(map(len, rows))
    columns = [[row[index] for row in rows if index < len(row)] for index in range(width)]
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]


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


def is_number(text: str) -> bool:
    """Whether a cell holds a number, an amount or a share rather than words."""
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdigit() and text[:2] in {"18", "19", "20", "21"}
