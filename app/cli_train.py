"""The commands that prepare training: train mine and train mine-hops."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from groundwire.app.cli_command import JsonCommand, Result, Surroundings
from groundwire.app.cli_text import count, printable
from groundwire.core.errors import UsageError

# Seconds between two lines of progress.
PAUSE = 5.0


@dataclass(frozen=True, kw_only=True)
class MineQuestions(JsonCommand):
    """Collect training questions with look-alike passages from search, into one file.

    DATA is a folder with squad/train-v1.1.json, or tasks in the layout of `groundwire eval tasks`
    that have questions of the split "train". The recipes in groundwire.training read the file.
    """

    data: Annotated[str, typer.Argument(metavar="DATA", help="The folder of training data.")]
    out: Annotated[str, typer.Option(metavar="FILE", help="The file to write.")] = "mined.jsonl"

    def run(self, surroundings: Surroundings) -> Result:
        """Write the file; it is never written over."""
        from groundwire.app.mining import find_sources, write_mined

        path = _new_file(self.data, self.out)
        sources = find_sources(Path(self.data))
        written = write_mined(path, sources, surroundings.settings(), tell_progress(surroundings))
        return _mined(path, written, {one.name: len(one.questions) for one in sources})


@dataclass(frozen=True, kw_only=True)
class MineHops(JsonCommand):
    """Collect what search in hops finds for training questions, with its features, into one file.

    DATA is a folder as `groundwire train mine` takes it. The recipe groundwire.training.chains
    reads the file.
    """

    data: Annotated[str, typer.Argument(metavar="DATA", help="The folder of training data.")]
    out: Annotated[str, typer.Option(metavar="FILE", help="The file to write.")] = "hops.jsonl"

    def run(self, surroundings: Surroundings) -> Result:
        """Write the file; it is never written over."""
        from groundwire.app.mining import find_sources
        from groundwire.app.mining_hops import hop_sources, write_hops

        path = _new_file(self.data, self.out)
        sources = list(hop_sources(find_sources(Path(self.data))))
        written = write_hops(path, sources, surroundings.settings(), tell_progress(surroundings))
        return _mined(path, written, {one.name: len(one.questions) for one in sources})


def _new_file(data: str, out: str) -> Path:
    """The file to write; UsageError if it, or the folder of data, is not as it must be."""
    path = Path(out)
    if not Path(data).is_dir():
        raise UsageError(f"There is no folder {printable(data)}.", "Name another one.")
    if path.exists():
        raise UsageError(f"{path} exists already.", "Name another file with --out.")
    if not path.absolute().parent.is_dir():
        raise UsageError(
            f"There is no folder {printable(str(path.absolute().parent))}.",
            "Make it, or name another file with --out.",
        )
    return path


def _mined(path: Path, written: int, sources: Mapping[str, int]) -> Result:
    text = f"{count(written, 'question')} written to {printable(str(path))}."
    return Result(
        data={"file": str(path), "questions": written, "sources": dict(sources)},
        show=lambda console: console.print(text, soft_wrap=True),
    )


def tell_progress(surroundings: Surroundings) -> Callable[[str, int, int], None]:
    """What says now and then how far something is: its name, questions done and in all."""
    told = time.monotonic()

    def tell(name: str, done: int, total: int) -> None:
        nonlocal told
        if done == total or time.monotonic() - told > PAUSE:
            told = time.monotonic()
            surroundings.say(f"{name}: {done:,} of {count(total, 'question')}")

    return tell
