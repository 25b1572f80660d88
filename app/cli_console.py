"""Where people read: a rich console that takes documents' text as text, never as markup."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

# Wider than any line: what is not read on a terminal is not folded.
UNFOLDED = 100_000


class PlainConsole(Console):
    """A console that leaves a closed pipe to its caller."""

    def on_broken_pipe(self) -> None:
        """Rich would end the process with exit code 1, which means that the command failed."""
        raise BrokenPipeError


def open_console(stream: TextIO) -> Console:
    """A console on ``stream``; lines are folded on a terminal, else only where COLUMNS is set."""
    console = PlainConsole(file=stream, markup=False, highlight=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = UNFOLDED
    return console


def new_table(*columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """An empty table without frame; the columns named in ``numbers`` stand to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        right = name in numbers
        table.add_column(name, justify="right" if right else "left", no_wrap=right, overflow="fold")
    return table


def keep_whole(console: Console, column: Column, cells: Sequence[str]) -> None:
    """Let the other columns of a table fold first, unless this one takes half of the window."""
    column.no_wrap = max(map(cell_len, cells), default=0) <= console.width // 2


def print_indented(console: Console, text: Text, *, mark: str = "", indent: int = 4) -> None:
    """``text`` folded to the window, every line ``indent`` deep, ``mark`` before the first."""
    first = f"{mark:<{indent}}"
    for line in text.wrap(console, max(console.width - len(first), 20)):
        line.rstrip()
        console.print(Text(first, style="cyan").append_text(line), soft_wrap=True)
        first = " " * indent
