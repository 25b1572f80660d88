"""A run of an evaluation while it goes on: a bar with the running means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from groundwire.eval import RunProgress

# Shown while a run goes on, as far as it has them.
MEANS = ("R@5", "nDCG@10", "F1", "AnswerContained")
# Where nobody looks at a bar, a line is written each time this share more is done.
STRIDE = 0.1


@dataclass
class _Bar:
    bar: Progress
    task: TaskID
    system: str

    def indexed(self, done: int, total: int) -> None:
        self._show("indexing", done, total, {})

    def asked(self, progress: RunProgress) -> None:
        self._show(self.system, progress.done, progress.total, progress.means)

    def _show(self, what: str, done: int, total: int, means: Mapping[str, float]) -> None:
        self.bar.update(
            self.task, description=what, completed=done, total=total, means=_words(means)
        )


@dataclass
class _Lines:
    console: Console
    system: str
    told: float = 0.0

    def indexed(self, done: int, total: int) -> None:
        self._tell("indexing", done, total, {})

    def asked(self, progress: RunProgress) -> None:
        self._tell(self.system, progress.done, progress.total, progress.means)

    def _tell(self, what: str, done: int, total: int, means: Mapping[str, float]) -> None:
        share = done / total if total else 1.0
        if share < self.told:  # something new has begun
            self.told = 0.0
        if share - self.told >= STRIDE or (share == 1.0 and self.told < 1.0):
            self.told = share
            self.console.print(f"{what}: {done:,} of {total:,}  {_words(means)}".rstrip())


@contextmanager
def watched_run(console: Console, system: str) -> Iterator[_Bar | _Lines]:
    """What a run tells its progress to: a bar on a terminal, else a line now and then."""
    if not console.is_terminal:
        yield _Lines(console, system)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[means]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Bar(bar, bar.add_task(system, total=None, means=""), system)


def _words(means: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {100 * means[name]:.1f}" for name in MEANS if name in means)
