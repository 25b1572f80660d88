"""What the commands that ask the questions of a task share: which task, and which part of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundwire.app.cli_command import JsonCommand, Surroundings

if TYPE_CHECKING:
    from groundwire.eval import Task


@dataclass(frozen=True, kw_only=True)
class TaskCommand(JsonCommand):
    """A command over a task, as the options name it."""

    task: Annotated[str, typer.Argument(metavar="TASK", help="The folder or file of questions.")]
    corpus: Annotated[
        str | None, typer.Option(metavar="FOLDER", help="Take the passages from this folder.")
    ] = None
    collection: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Ask a file of questions over this collection."),
    ] = None
    split: Annotated[
        str | None, typer.Option(metavar="S", help="Only questions of this split, or of none.")
    ] = None
    limit: Annotated[
        int | None, typer.Option(metavar="N", help="A random sample of so many questions.")
    ] = None
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="What chance is drawn by.")] = 0

    def _read_task(self, surroundings: Surroundings) -> Task:
        """The task; what is remarkable about it is said."""
        from groundwire.eval import Choice, read_task

        task = read_task(
            Path(self.task),
            corpus=Path(self.corpus) if self.corpus else None,
            collection=self.collection,
            choice=Choice(split=self.split, limit=self.limit, seed=self.seed),
        )
        for notice in task.notices:
            surroundings.say(notice)
        return task
