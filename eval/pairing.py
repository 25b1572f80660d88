"""Which runs are compared with which: those of one task, question by question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.eval.schema import Case, Run


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedRuns:
    """Two systems on a task, with both cases of every question that both were asked."""

    task: str
    first: str
    second: str
    cases: tuple[tuple[Case, Case], ...]


def pair_runs(runs: Sequence[Run]) -> list[PairedRuns]:
    """Every two runs of the same task, in the order given.

    A system is named by its folder as well where its name stands for several runs. Raises
    UsageError for runs that cannot be compared: a task without a second run, one that has changed
    in between, no question in common, or a folder named twice.
    """
    _refuse_repeated([run.folder for run in runs])
    tasks: dict[str, list[Run]] = {}
    for run in runs:
        tasks.setdefault(run.results.task, []).append(run)
    return [pair for task, found in tasks.items() for pair in _pair_within(task, found)]


def _refuse_repeated(folders: Sequence[str]) -> None:
    counts = Counter(Path(folder).resolve() for folder in folders)
    for folder, count in counts.items():
        if count > 1:
            raise UsageError(f"{folder} is named {count} times.", "Name each run once.")


def _pair_within(task: str, runs: Sequence[Run]) -> list[PairedRuns]:
    if len(runs) < 2:
        raise UsageError(
            f"{runs[0].folder} is the only run of the task {task}.",
            "Name a second run of it to compare with, or leave this one out.",
        )
    labels = _labels(runs)
    named = zip(labels, runs, strict=True)
    return [
        PairedRuns(task=task, first=label, second=other_label, cases=_common(run, other))
        for (label, run), (other_label, other) in combinations(named, 2)
    ]


def _labels(runs: Sequence[Run]) -> list[str]:
    systems = [run.results.system for run in runs]
    repeated = {run.folder for run in runs if systems.count(run.results.system) > 1}
    names = Counter(Path(folder).name for folder in repeated)
    return [
        run.results.system
        if run.folder not in repeated
        else f"{run.results.system} ({_shortest(Path(run.folder), names)})"
        for run in runs
    ]


def _shortest(folder: Path, names: Counter[str]) -> str:
    return folder.name if names[folder.name] == 1 else str(folder)


def _common(first: Run, second: Run) -> tuple[tuple[Case, Case], ...]:
    contents = [run.results.fingerprint.get("task_content") for run in (first, second)]
    if contents[0] != contents[1]:
        raise UsageError(
            f"{first.folder} and {second.folder} were asked different questions or passages of "
            f"{first.results.task}: another split or sample, or the task has changed in between.",
            "Run both again with the same --split, --limit and --seed.",
        )
    others = {case.id: case for case in second.cases}
    found = tuple((case, others[case.id]) for case in first.cases if case.id in others)
    if not found:
        raise UsageError(
            f"{first.folder} and {second.folder} have no question in common.",
            "Run both with the same --split, --limit and --seed.",
        )
    return found
