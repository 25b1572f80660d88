"""The commands that prepare training: train mine."""

from __future__ import annotations

import time
from collections.abc import Callable
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

        folder, path = Path(self.data), Path(self.out)
        if not folder.is_dir():
            raise UsageError(f"There is no folder {printable(self.data)}.", "Name another one.")
        if path.exists():
            raise UsageError(f"{path} exists already.", "Name another file with --out.")
        if not path.absolute().parent.is_dir():
            raise UsageError(
                f"There is no folder {printable(str(path.absolute().parent))}.",
                "Make it, or name another file with --out.",
            )
        sources = find_sources(folder)
        written = write_mined(path, sources, surroundings.settings(), tell_progress(surroundings))
        names = {source.name: len(source.questions) for source in sources}
        text = f"{count(written, 'question')} written to {printable(str(path))}."
        return Result(
            data={"file": str(path), "questions": written, "sources": names},
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
