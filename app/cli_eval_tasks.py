"""The commands around measuring: eval systems, tasks and make."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from groundwire.app.cli_command import JsonCommand, Result, Surroundings
from groundwire.app.cli_text import count, printable
from groundwire.core.errors import UsageError

DATA = "GROUNDWIRE_DATA"


@dataclass(frozen=True, kw_only=True)
class ListSystems(JsonCommand):
    """List the systems that can be measured; groundwire.toml adds to them."""

    lists = ("systems",)

    def run(self, surroundings: Surroundings) -> Result:
        """The built-in ones and your own."""
        from groundwire.app.cli_eval_results import show_systems
        from groundwire.eval import list_systems

        found = list_systems(surroundings.settings())
        rows = [{"name": one.name, "meaning": one.meaning, **one.flags} for one in found]
        return Result(data={"systems": rows}, show=lambda console: show_systems(console, found))


@dataclass(frozen=True, kw_only=True)
class ListTasks(JsonCommand):
    """List the tasks in a folder of evaluation data, and say what a task is."""

    folder: Annotated[
        str | None,
        typer.Argument(metavar="[FOLDER]", help=f"Where to look; default: {DATA}, or here."),
    ] = None
    lists = ("tasks",)

    def run(self, surroundings: Surroundings) -> Result:  # noqa: ARG002 (every command has them)
        """What can be read there."""
        from groundwire.app.cli_eval_results import show_tasks
        from groundwire.core.wire import as_json
        from groundwire.eval import find_tasks

        folder = Path(self.folder or os.environ.get(DATA) or ".")
        if not folder.is_dir():
            raise UsageError(f"There is no folder {printable(str(folder))}.", "Name another one.")
        found = find_tasks(folder)
        rows = [{**as_json(one), "path": str(one.path)} for one in found]
        return Result(data={"tasks": rows}, show=lambda console: show_tasks(console, folder, found))


@dataclass(frozen=True, kw_only=True)
class MakeQuestions(JsonCommand):
    """Propose questions from a collection, into a CSV that you edit and then run.

    The language model of the role chat writes and checks them, where one is configured.
    """

    collection: Annotated[
        str, typer.Argument(metavar="COLLECTION", help="Where the questions are taken from.")
    ]
    n: Annotated[int, typer.Option("-n", metavar="N", min=1, help="How many questions.")] = 50
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed, other questions.")] = 0
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Default: COLLECTION-questions.csv")
    ] = None
    lists = ("questions",)

    def run(self, surroundings: Surroundings) -> Result:
        """Write the file; it is never written over."""
        from groundwire.core.wire import as_json
        from groundwire.eval import propose_questions, write_proposals
        from groundwire.models import load_language_model
        from groundwire.retrievers import open_library

        path = Path(self.out or f"{self.collection}-questions.csv")
        if path.exists():
            raise UsageError(f"{path} exists already.", "Name another file with --out.")
        settings = surroundings.settings()
        model = load_language_model(settings, "chat", say=surroundings.say)
        with open_library(settings) as library:
            made = propose_questions(
                library, self.collection, count=self.n, seed=self.seed, model=model
            )
        write_proposals(path, made.questions)
        for notice in made.notices:
            surroundings.say(notice)
        following = f"groundwire eval run {shlex.quote(str(path))} --collection {self.collection}"
        text = (
            f"{count(len(made.questions), 'question')} written to {printable(str(path))}. Correct "
            f"them in a spreadsheet, delete the poor ones, then:\n  {printable(following)}"
        )
        return Result(
            data={"file": str(path), "questions": as_json(made.questions), "next": following},
            show=lambda console: console.print(text, soft_wrap=True),
        )
