"""Links as a person reads them in a terminal."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from rich.console import Console
from rich.text import Text

from groundwire.app.cli_answers import show_excerpt, show_place
from groundwire.app.cli_text import one_line, printable
from groundwire.core.schema import Passage
from groundwire.retrievers import Links, Tie


def show_links(console: Console, links: Links) -> None:
    """What goes by the name, what mentions it, and by passage what that leads to."""
    name = printable(links.name)
    _show_passages(console, f"Goes by {name}", links.named)
    _show_passages(console, f"Mentions {name}", links.mentioning)
    for origin, ties in groupby(links.ties, key=attrgetter("origin")):
        _show_title(console, f"{printable(origin.title)} leads to")
        for tie in ties:
            _show_tie(console, tie)
        console.print()


def _show_passages(console: Console, title: str, passages: tuple[Passage, ...]) -> None:
    if passages:
        _show_title(console, title)
    for number, passage in enumerate(passages, start=1):
        show_place(console, f"{number:>2}.", passage)
        console.print(Text(f"    {one_line(passage.source)}", style="dim"), soft_wrap=True)
        show_excerpt(console, passage.text)


def _show_title(console: Console, title: str) -> None:
    console.print(Text(one_line(title), style="bold cyan"), soft_wrap=True)


def _show_tie(console: Console, tie: Tie) -> None:
    line = Text(f"    {one_line(tie.via)}", style="bold")
    line.append(f" at {tie.start:,}-{tie.end:,}: ", style="not bold dim")
    line.append(one_line(tie.target.title), style="not bold")
    line.append(f" {tie.why.value}", style="not bold dim")
    console.print(line, soft_wrap=True)
