"""What became of files, as a person reads it: the progress bar, the table and its last line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from groundwire.app.cli_command import DONE, SOME_FAILED, Result
from groundwire.app.cli_console import keep_whole, new_table
from groundwire.app.cli_text import count, one_line, short_paths
from groundwire.core.outcomes import FileOutcome, Outcome, Progress
from groundwire.core.wire import as_json

_STYLES = {
    Outcome.ADDED: "green",
    Outcome.REPLACED: "green",
    Outcome.REMOVED: "magenta",
    Outcome.SKIPPED: "yellow",
    Outcome.FAILED: "bold red",
}


@contextmanager
def watched(console: Console) -> Iterator[Callable[[Progress], None] | None]:
    """A progress bar on ``console`` and the function that moves it; None where nobody looks on."""
    if not console.is_terminal:
        yield None
        return
    columns = (
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[files]} {task.fields[rate]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, files="starting", rate="")

        def move(progress: Progress) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            speed = progress.passages / elapsed if elapsed > 0 else 0.0
            bar.update(
                task,
                completed=progress.bytes_done,
                total=max(progress.bytes_total, 1),
                files=f"{progress.files_done:,}/{count(progress.files_total, 'file')}",
                rate=f"{speed:,.0f} passages/s" if speed else "",
            )

        yield move


def files_result(files: Sequence[FileOutcome], seconds: float) -> Result:
    """The result of a command that did something to each of ``files``; 3 when some failed."""
    return Result(
        data={"files": as_json(files), "seconds": round(seconds, 3)},
        show=lambda console: show_outcomes(console, files, seconds),
        code=SOME_FAILED if any(file.outcome is Outcome.FAILED for file in files) else DONE,
    )


def show_outcomes(console: Console, files: Sequence[FileOutcome], seconds: float) -> None:
    """The table, one outcome a file, and a line that counts them."""
    folder, names = short_paths([file.path for file in files])
    if folder:
        console.print(Text(f"In {one_line(folder)}:"), soft_wrap=True)
    if files:
        console.print(_table(console, files, names))
    console.print(Text(_summary(files, seconds), style="bold"))


def _table(console: Console, files: Sequence[FileOutcome], names: Sequence[str]) -> Table:
    reasons = any(file.reason for file in files)
    columns = ("Outcome", "Passages", "File", "Reason")[: 4 if reasons else 3]
    table = new_table(*columns, numbers=("Passages",))
    keep_whole(console, table.columns[2], names)
    # What a person must look at stands last, beside the line that counts it.
    order = list(Outcome)
    rows = sorted(zip(files, names, strict=True), key=lambda row: order.index(row[0].outcome))
    for file, name in rows:
        cells = [
            Text(file.outcome, style=_STYLES.get(file.outcome, "dim")),
            Text(f"{file.passages:,}" if file.passages else "-"),
            Text(one_line(name)),
            Text(one_line(file.reason or "")),
        ]
        table.add_row(*cells[: len(columns)])
    return table


def _summary(files: Sequence[FileOutcome], seconds: float) -> str:
    if not files:
        return "No files found."
    numbers = Counter(file.outcome for file in files)
    parts = ", ".join(f"{numbers[kind]:,} {kind}" for kind in Outcome if numbers[kind])
    return f"{count(len(files), 'file')} in {seconds:.1f} s: {parts}."
