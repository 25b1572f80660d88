"""Runs and comparisons as a person reads them in a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from groundwire.app.cli_console import new_table
from groundwire.app.cli_text import count, one_line, printable
from groundwire.core.wire import as_json
from groundwire.eval import (
    REPORT,
    Comparison,
    Estimate,
    Results,
    System,
    TaskSummary,
    verdicts,
)


def results_json(folder: Path, results: Results) -> dict[str, Any]:
    """The results with the folder they lie in."""
    return {"folder": str(folder), **as_json(results)}


def show_runs(console: Console, runs: Sequence[tuple[Path, Results]]) -> None:
    """One after another."""
    for number, (folder, results) in enumerate(runs):
        if number:
            console.print()
        show_run(console, folder, results)


def show_run(console: Console, folder: Path, results: Results) -> None:
    """The measures of a run beside those of the baselines, and where to read on."""
    console.print(Text(_headline(results), style="bold"))
    _show_measures(console, results)
    for why, names in _unscored(results).items():
        line = f"Not scored ({printable(why)}): {', '.join(names)}"
        console.print(Text(line, style="dim"), soft_wrap=True)
    console.print(_speed(results))
    console.print(f"Report: {printable(str(folder / REPORT))}", soft_wrap=True)


def show_comparisons(console: Console, found: Sequence[Comparison]) -> None:
    """A line of numbers for each comparison, then what they mean in words."""
    if not found:
        console.print("The runs have no measure in common.")
        return
    numbers = ("Difference", "95 % interval", "p", "corrected")
    table = new_table("Task", "Measure", "Systems", *numbers, "Winner", numbers=numbers)
    for one in found:
        table.add_row(
            Text(one_line(one.task)),
            one.measure,
            Text(f"{one.first} -> {one.second}"),
            f"{one.difference:+.4f}",
            f"{one.low:+.4f} .. {one.high:+.4f}",
            f"{one.p:.4f}",
            f"{one.p_corrected:.4f}",
            Text(one.winner or "-"),
        )
    console.print(table)
    console.print()
    for sentence in verdicts(found):
        console.print(printable(sentence), soft_wrap=True)


def show_systems(console: Console, found: Sequence[System]) -> None:
    """One line a system."""
    table = new_table("System", "Gives", "What it is")
    for system in found:
        gives = "answers" if system.answers else "passages"
        table.add_row(Text(system.name), gives, Text(printable(system.meaning)))
    console.print(table)


def show_tasks(console: Console, folder: Path, found: Sequence[TaskSummary]) -> None:
    """One line a task; what keeps a folder from being one is said."""
    if not found:
        console.print(
            f"{printable(str(folder))} holds no task. A task is a folder with queries.jsonl, "
            "qrels.tsv and corpus.jsonl, or a CSV file with the columns question and answer.",
            soft_wrap=True,
        )
        return
    numbers = ("Questions", "Passages")
    table = new_table("Task", *numbers, "Splits", "Folder", numbers=numbers)
    for task in found:
        splits = ", ".join(f"{name} {size:,}" for name, size in task.splits.items())
        table.add_row(
            Text(one_line(task.name)),
            f"{task.questions:,}",
            f"{task.passages:,}",
            Text(printable(task.problem or splits)),
            Text(printable(str(task.path))),
        )
    console.print(table)


def _headline(results: Results) -> str:
    failed = f", {results.failed:,} failed" if results.failed else ""
    asked = count(results.n, "question")
    return f"{printable(results.system)} on {printable(results.task)}: {asked}{failed}"


def _show_measures(console: Console, results: Results) -> None:
    numbers = ("Value", "95 % interval", "n", *results.baselines)
    table = new_table("Measure", *numbers, numbers=numbers)
    for name, found in results.measures.items():
        beside = [_value(measures, name) for measures in results.baselines.values()]
        interval = f"{100 * found.low:.1f} .. {100 * found.high:.1f}"
        table.add_row(name, f"{100 * found.mean:.1f}", interval, f"{found.n:,}", *beside)
    console.print(table)


def _value(measures: Mapping[str, Estimate], name: str) -> str:
    return f"{100 * measures[name].mean:.1f}" if name in measures else "-"


def _unscored(results: Results) -> dict[str, list[str]]:
    """The measures without a value, by the reason why."""
    found: dict[str, list[str]] = {}
    for name, why in results.unscored.items():
        found.setdefault(why, []).append(name)
    return found


def _speed(results: Results) -> str:
    times = ", ".join(
        f"{name} {1000 * seconds:,.1f} ms" for name, seconds in results.latency_seconds.items()
    )
    return f"Latency {times or 'unknown'}; {results.throughput_per_second:,.1f} questions a second"
