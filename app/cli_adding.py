"""The commands that bring documents into the library: add, sync and samples."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundwire.app.cli_command import JsonCommand, Result, Surroundings
from groundwire.app.cli_text import count
from groundwire.core.errors import GroundwireError

if TYPE_CHECKING:
    from rich.console import Console

    from groundwire.core.outcomes import FileOutcome, Progress
    from groundwire.retrievers import Library

    Watch = Callable[[Progress], None] | None
    Work = Callable[[Library, Watch], Iterator[FileOutcome]]

# A question that the bundled documents answer.
SAMPLE_QUESTION = "Who built the Little Wren?"
SAMPLE_FOLDER = Path(__file__).with_name("samples")

Collection = Annotated[
    str, typer.Option(metavar="NAME", help="The collection that the documents go into.")
]


@dataclass(frozen=True, kw_only=True)
class _Adding(JsonCommand):
    def failure(self, error: GroundwireError) -> Mapping[str, Any]:
        """The keys of a success, with nothing in them."""
        return {**super().failure(error), "files": [], "seconds": 0.0}


@dataclass(frozen=True, kw_only=True)
class Add(_Adding):
    """Add files, folders (with all below them) and globs to the library."""

    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders or globs.")]
    collection: Collection = "default"

    def run(self, surroundings: Surroundings) -> Result:
        """Add them; exit code 3 when some failed."""
        from groundwire.retrievers import add_paths

        return _work(
            surroundings,
            lambda library, watch: add_paths(
                library, self.paths, collection=self.collection, on_progress=watch
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Sync(_Adding):
    """Make a collection follow a folder: add what is new or changed, remove what has gone."""

    path: Annotated[str, typer.Argument(metavar="PATH", help="The folder.")]
    collection: Collection = "default"

    def run(self, surroundings: Surroundings) -> Result:
        """Add and remove; exit code 3 when some files failed."""
        from groundwire.retrievers import sync_folder

        return _work(
            surroundings,
            lambda library, watch: sync_folder(
                library, self.path, collection=self.collection, on_progress=watch
            ),
        )


@dataclass(frozen=True, kw_only=True)
class AddSamples(_Adding):
    """Add the documents that come with groundwire, to try it out."""

    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Only where the library holds nothing yet.")
    ] = False

    def run(self, surroundings: Surroundings) -> Result:
        """Add them and name the next command to try."""
        following = try_next(surroundings)
        if self.if_empty and (held := _documents_held(surroundings)):
            data = {"files": [], "seconds": 0.0, "next": following}
            text = f"The library holds {count(held, 'document')}; the samples were left out."
            return Result(data=data, show=lambda console: console.print(text))
        result = _work(surroundings, _add_samples)

        def show(console: Console) -> None:
            result.show(console)
            console.print(f"\nTry next:\n  {following}", soft_wrap=True)

        return Result(data={**result.data, "next": following}, show=show, code=result.code)


def follow(outcomes: Iterable[FileOutcome], say: Callable[[str], None]) -> list[FileOutcome]:
    """All of ``outcomes``; an interruption says how many there were and goes on its way."""
    files: list[FileOutcome] = []
    try:
        for file in outcomes:
            files.append(file)  # noqa: PERF402 (so that an interruption can count them)
    except KeyboardInterrupt:
        say(f"{count(len(files), 'file')} done and kept; the same command goes on from there.")
        raise
    return files


def try_next(surroundings: Surroundings) -> str:
    """A command to try on the samples, with the home folder that was named on this one."""
    home = f"--home {shlex.quote(str(surroundings.home))} " if surroundings.home else ""
    return f'{_own_name()} {home}ask "{SAMPLE_QUESTION}"'


def _own_name() -> str:
    """What to type for this program: its path as it was called, where its name is not enough."""
    called = sys.argv[0]
    if Path(called).name != "groundwire" or shutil.which("groundwire"):
        return "groundwire"
    return shlex.quote(called)


def _work(surroundings: Surroundings, work: Work) -> Result:
    from groundwire.app.cli_outcomes import files_result, watched
    from groundwire.retrievers import open_library

    started = time.perf_counter()
    with open_library(surroundings.settings()) as library, watched(surroundings.log) as watch:
        files = follow(work(library, watch), surroundings.say)
    return files_result(files, time.perf_counter() - started)


def _add_samples(library: Library, watch: Watch) -> Iterator[FileOutcome]:
    from groundwire.retrievers import add_paths

    return add_paths(library, [str(SAMPLE_FOLDER)], on_progress=watch)


def _documents_held(surroundings: Surroundings) -> int:
    from groundwire.retrievers import list_documents, open_library

    with open_library(surroundings.settings()) as library:
        return len(list_documents(library))
