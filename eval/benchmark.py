"""Every built-in system on every task of a folder: ``make benchmark DATA=FOLDER``.

Runs are kept in ``benchmark-output`` by their fingerprint, so that only what changed is run again.
Writes ``docs/benchmarks.md`` and the drawings in ``docs/risk-coverage``.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.core.settings import Settings, load_settings
from groundwire.eval.benchmark_page import render_page
from groundwire.eval.citation_measures import scoring_entailment
from groundwire.eval.finishing import run_system
from groundwire.eval.run_plots import picture_risks
from groundwire.eval.running import Plan, RunProgress
from groundwire.eval.runs import is_run, read_run
from groundwire.eval.schema import Run, Task
from groundwire.eval.systems import BUILT_IN, DEFAULT, System
from groundwire.eval.tasks import Choice, TaskSummary, find_tasks, read_task

logger = logging.getLogger(__name__)
OUTPUT = Path("benchmark-output")
PAGE = Path("docs") / "benchmarks.md"
MEASURED_ON = "dev"
# Drawings of risk over coverage, beside the page.
DRAWINGS = Path("risk-coverage")
# Questions of a task, at most: a random sample. Of so many, a share is known to 5 points or less.
MOST = 400
SECONDS_BETWEEN_LINES = 30.0
Runs = Mapping[str, Sequence[Run]]


def run_benchmark(folder: Path, output: Path) -> Runs:
    """By task, the run of every built-in system on its dev questions, or on all if none are.

    Of more than 400 it is a random sample, the same for every system.
    """
    settings = load_settings(home=output / "home", folder=output, environ={})
    found = [task for task in find_tasks(folder) if task.problem is None]
    if not found:
        raise UsageError(f"{folder} holds no task.", "Name the folder of the evaluation data.")
    return {one.name: list(_run_task(_read(one), settings, output)) for one in found}


def _read(summary: TaskSummary) -> Task:
    split = MEASURED_ON if MEASURED_ON in summary.splits else None
    return read_task(summary.path, choice=Choice(split=split, limit=MOST))


def _run_task(task: Task, settings: Settings, output: Path) -> Sequence[Run]:
    return [_run(task, system, settings, output) for system in BUILT_IN]


def _run(task: Task, system: System, settings: Settings, output: Path) -> Run:
    plan = Plan(
        task=task,
        system=system,
        settings=settings,
        folder=output,
        resume=True,
        entailment=scoring_entailment(settings),
    )
    folder = output / f"{task.name}-{str(plan.fingerprint['hash'])[:16]}"
    if not is_run(folder):
        logger.info("%s: %s, %d questions", task.name, system.name, len(task.questions))
        run_system(replace(plan, folder=folder, on_progress=_Told(system.name)))
    run = read_run(folder)
    # Systems that are equal in everything share a run, each under its own name.
    return replace(run, results=replace(run.results, system=system.name))


class _Told:
    """Logs the progress of a run now and then."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._last = time.monotonic()

    def __call__(self, progress: RunProgress) -> None:
        if time.monotonic() - self._last > SECONDS_BETWEEN_LINES:
            self._last = time.monotonic()
            logger.info("  %s: %d of %d", self._name, progress.done, progress.total)


def draw_risks(runs: Runs, folder: Path) -> dict[str, Path]:
    """Draw into ``folder``, and return by task what shows risk over coverage of the default."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn: dict[str, Path] = {}
    for task, found in runs.items():
        default = next(run for run in found if run.results.system == DEFAULT)
        for picture in picture_risks(default):
            drawn[task] = Path(folder.name) / f"{task}.svg"
            (folder / f"{task}.svg").write_text(picture.svg, encoding="utf-8")
    return drawn


def main(arguments: Sequence[str]) -> None:
    """Run what is missing and write the page."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    runs = run_benchmark(Path(arguments[0]), OUTPUT)
    drawn = draw_risks(runs, PAGE.parent / DRAWINGS)
    PAGE.write_text(render_page(runs, drawn), encoding="utf-8")
    logger.info("Wrote %s", PAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
