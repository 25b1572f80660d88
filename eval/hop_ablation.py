"""What each part of search in hops is worth, by removing it: ``make ablation DATA=FOLDER``.

``python -m groundwire.eval.hop_ablation DATA [LIMIT]``: DATA holds the tasks that need several
passages; LIMIT is the most questions of each, drawn by a seed. Runs are kept in
``benchmark-output`` by their fingerprint, so that only what changed is run again. Prints the page
and writes it to ``docs/hop-ablation.md``.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.core.settings import load_settings
from groundwire.eval.finishing import sum_up
from groundwire.eval.hop_ablation_page import Ablation, render_page
from groundwire.eval.hop_variants import AGAIN, VARIANTS, WHOLE
from groundwire.eval.running import Plan, ask_all
from groundwire.eval.runs import is_run, read_run, write_results
from groundwire.eval.schema import Run
from groundwire.eval.tasks import Choice, find_tasks, read_task

logger = logging.getLogger(__name__)
# That of the benchmark: passages are indexed once for both.
OUTPUT = Path("benchmark-output")
PAGE = Path("docs") / "hop-ablation.md"
TASKS = ("multihop-hotpotqa", "multihop-2wiki", "multihop-musique")
MEASURED_ON = "dev"
SYSTEMS = {system.name: system for system in (WHOLE, *VARIANTS, AGAIN)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A system, by its name, to be run on the task in a folder, by ``limit`` questions at most."""

    place: Path
    system: str
    output: Path
    limit: int | None = None


def find_jobs(folder: Path, output: Path, *, limit: int | None = None) -> dict[str, list[Job]]:
    """What is to be run, by task; UsageError where ``folder`` lacks one of the tasks."""
    there = {task.name: task.path for task in find_tasks(folder) if task.problem is None}
    missing = [name for name in TASKS if name not in there]
    if missing:
        raise UsageError(
            f"{folder} holds no task {', '.join(missing)}.", "Name the folder of evaluation data."
        )
    return {
        name: [Job(place=there[name], system=one, output=output, limit=limit) for one in SYSTEMS]
        for name in TASKS
    }


def run_apart(job: Job) -> Path:
    """The same as ``run_job``, in a new process.

    Models remember what they read: in one process the second system would seem to read in no time.
    """
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawning) as pool:
        return pool.submit(run_job, job).result()


def run_job(job: Job) -> Path:
    """Ask one question after the other; the folder of the run, which may have been made before."""
    settings = load_settings(home=job.output / "home", folder=job.output, environ={})
    plan = Plan(
        task=read_task(job.place, choice=Choice(split=MEASURED_ON, limit=job.limit)),
        system=SYSTEMS[job.system],
        settings=settings,
        folder=job.output,
        resume=True,
    )
    mark = str(plan.fingerprint["hash"])[:16]
    folder = job.output / "hops" / f"{plan.task.name}-{job.system}-{mark}"
    if not is_run(folder):
        ran = ask_all(replace(plan, folder=folder))
        write_results(folder, sum_up(ran, baselines={}))
    return folder


def run_jobs(jobs: Mapping[str, Sequence[Job]], run: Callable[[Job], Path]) -> list[Ablation]:
    """By task, the runs whose folders ``run`` gives for its jobs."""
    return [
        Ablation(task=task, runs={job.system: _read(job, run) for job in found})
        for task, found in jobs.items()
    ]


def _read(job: Job, run: Callable[[Job], Path]) -> Run:
    logger.info("%s: %s", job.place.name, job.system)
    return read_run(run(job))


def main(arguments: Sequence[str]) -> None:
    """Run what is missing, print the page and write it."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    limit = int(arguments[1]) if len(arguments) > 1 else None
    page = render_page(run_jobs(find_jobs(Path(arguments[0]), OUTPUT, limit=limit), run_apart))
    PAGE.write_text(page, encoding="utf-8")
    logger.info("%s\nWrote %s", page, PAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
