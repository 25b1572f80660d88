"""Where people read: a rich console that takes documents' text as text, never as markup."""

from __future__ import annotations

import os
from typing import TextIO

from rich.console import Console
from rich.table import Table

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
