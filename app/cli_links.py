"""The command that shows links: what a name is tied to, and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from groundwire.app.cli_answers import show_excerpt, show_place
from groundwire.app.cli_command import JsonCommand, Result, Surroundings
from groundwire.app.cli_text import one_line, printable

if TYPE_CHECKING:
    from groundwire.core.schema import Passage
    from groundwire.retrievers import Links, Tie


@dataclass(frozen=True, kw_only=True)
class ShowLinks(JsonCommand):
    """Show what a name is tied to: what goes by it, what mentions it, and where that leads.

    NAME is a title, a heading, a name that stands in a text, or the file of a document. These are
    the links that a question follows from one document to the next.
    """

    name: Annotated[str, typer.Argument(metavar="NAME", help="What to look for.")]
    k: Annotated[
        int, typer.Option("-k", metavar="N", min=1, help="Passages of a kind, ties of a passage.")
    ] = 10
    lists = ("named", "mentioning", "ties")

    def run(self, surroundings: Surroundings) -> Result:
        """Look it up; UsageError if nothing goes by the name or mentions it."""
        from groundwire.core.wire import as_json
        from groundwire.retrievers import find_links, open_library

        with open_library(surroundings.settings()) as library:
            found = find_links(library, self.name, k=self.k)
        return Result(data=as_json(found), show=lambda console: show_links(console, found))


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
