"""The command that shows links: what a name is tied to, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from groundwire.app.cli_command import JsonCommand, Result, Surroundings


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
        from groundwire.app.cli_links_results import show_links
        from groundwire.core.wire import as_json
        from groundwire.retrievers import find_links, open_library

        with open_library(surroundings.settings()) as library:
            found = find_links(library, self.name, k=self.k)
        return Result(data=as_json(found), show=lambda console: show_links(console, found))
