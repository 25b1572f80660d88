"""The commands that measure: eval run, show and compare."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundwire.app.cli_command import FAILED, SOME_FAILED, JsonCommand, Result, Surroundings
from groundwire.app.cli_task import TaskCommand
from groundwire.app.cli_text import count
from groundwire.core.errors import UsageError

if TYPE_CHECKING:
    from groundwire.core.settings import Settings
    from groundwire.eval import Panel, Plan, Results, System, Task


@dataclass(frozen=True, kw_only=True)
class RunEvaluation(TaskCommand):
    """Measure how good systems are on a task: a folder of questions and passages, or your own.

    TASK is a folder with queries.jsonl, qrels.tsv and corpus.jsonl, or a CSV or JSON Lines file
    of questions and answers over a collection.
    """

    system: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="What to measure; repeated: each. Default: local."),
    ] = None
    concurrency: Annotated[
        int, typer.Option(metavar="N", min=1, max=256, help="Questions asked at once.")
    ] = 1
    judge: Annotated[
        bool,
        typer.Option("--judge", help="Have the configured language model judge every sentence."),
    ] = False
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Where the run is written.")] = None
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run that --out holds.")
    ] = False
    lists = ("runs",)

    def run(self, surroundings: Surroundings) -> Result:
        """Ask and score every question; exit code 3 when some failed, 1 when all did."""
        if self.resume and self.out is None:
            raise UsageError("--resume does not say which run.", "Name its folder with --out DIR.")
        settings = surroundings.settings()
        from groundwire.app.cli_eval_results import results_json, show_runs
        from groundwire.eval import check_folder, find_system

        systems = [find_system(name, settings) for name in dict.fromkeys(self.system or ["local"])]
        panel = _judges(surroundings, settings) if self.judge else None
        task = self._read_task(surroundings)
        places = self._folders(settings, task, systems)
        for _, folder in places:
            check_folder(folder, resume=self.resume)
        runs = [
            (folder, self._run_one(surroundings, settings, (task, system, folder), panel))
            for system, folder in places
        ]
        return Result(
            data={"runs": [results_json(folder, results) for folder, results in runs]},
            show=lambda console: show_runs(console, runs),
            code=max(_code(results) for _, results in runs),
        )

    def _folders(
        self, settings: Settings, task: Task, systems: Sequence[System]
    ) -> list[tuple[System, Path]]:
        """One a system; the folder itself where there is one."""
        from groundwire.eval import runs_folder

        if self.out:
            root = Path(self.out)
        else:
            now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            root = runs_folder(settings.home) / f"{now}-{task.name}"
        if len(systems) == 1:
            return [(systems[0], root)]
        return [(system, root / system.name) for system in systems]

    def _run_one(
        self,
        surroundings: Surroundings,
        settings: Settings,
        what: tuple[Task, System, Path],
        panel: Panel | None,
    ) -> Results:
        from groundwire.app.cli_eval_progress import watched_run
        from groundwire.eval import Plan, run_system, scoring_entailment

        task, system, folder = what
        with watched_run(surroundings.log, system.name) as watch:
            plan = Plan(
                task=task,
                system=system,
                settings=settings,
                folder=folder,
                seed=self.seed,
                concurrency=self.concurrency,
                resume=self.resume,
                entailment=scoring_entailment(settings),
                panel=panel,
                on_progress=watch.asked,
                on_indexing=watch.indexed,
            )
            try:
                return run_system(plan)
            except KeyboardInterrupt:
                surroundings.say(self._go_on(plan, surroundings.home))
                raise

    def _go_on(self, plan: Plan, home: Path | None) -> str:
        """The command that goes on with this one."""
        several = len(dict.fromkeys(self.system or ())) > 1
        given: dict[str, Sequence[object]] = {
            "--out": [plan.folder.parent if several else plan.folder],
            "--corpus": [self.corpus],
            "--collection": [self.collection],
            "--system": self.system or (),
            "--split": [self.split],
            "--limit": [self.limit],
            "--seed": [self.seed or None],
        }
        pairs = [
            (name, str(one)) for name, all_ in given.items() for one in all_ if one is not None
        ]
        at_home = ["--home", str(home)] if home else []
        options = chain.from_iterable(pairs)
        judged = ["--judge"] if self.judge else []
        words = ["groundwire", *at_home, "eval", "run", self.task, *options, *judged, "--resume"]
        return f"What was done is kept. Go on with:\n  {shlex.join(words)}"


@dataclass(frozen=True, kw_only=True)
class ShowEvaluation(JsonCommand):
    """Show the measures of a run, with their intervals and the baselines beside them."""

    run_folder: Annotated[str, typer.Argument(metavar="RUN", help="The folder of the run.")]

    def run(self, surroundings: Surroundings) -> Result:
        """Read its results."""
        from groundwire.app.cli_eval_results import results_json, show_runs
        from groundwire.eval import read_run

        folders = _run_folders([self.run_folder], surroundings.settings())
        runs = [(folder, read_run(folder).results) for folder in folders]
        return Result(
            data={"runs": [results_json(folder, results) for folder, results in runs]}
            if len(runs) > 1
            else results_json(*runs[0]),
            show=lambda console: show_runs(console, runs),
        )


@dataclass(frozen=True, kw_only=True)
class CompareEvaluations(JsonCommand):
    """Say whether the difference between runs is real: paired tests, corrected for their number."""

    runs: Annotated[list[str], typer.Argument(metavar="RUN RUN...", help="Folders of runs.")]
    measure: Annotated[
        list[str] | None,
        typer.Option(metavar="M", help="Only by this measure; repeated: by each."),
    ] = None
    lists = ("comparisons",)

    def run(self, surroundings: Surroundings) -> Result:
        """Pair the questions, test every measure, and correct for all tests made."""
        from groundwire.app.cli_eval_results import show_comparisons
        from groundwire.core.wire import as_json
        from groundwire.eval import compare_runs, parse_comparable, read_run

        chosen = [parse_comparable(name) for name in self.measure] if self.measure else None
        runs = [read_run(folder) for folder in _run_folders(self.runs, surroundings.settings())]
        if len(runs) < 2:
            raise UsageError("There is one run only.", "Name two or more folders of runs.")
        found = compare_runs(runs, chosen)
        for run in runs:
            if run.results.failed:
                surroundings.say(
                    f"{count(run.results.failed, 'question')} that failed in {run.folder} are left "
                    "out of every comparison; a system that fails on the hard ones looks better."
                )
        return Result(
            data={"comparisons": as_json(found)},
            show=lambda console: show_comparisons(console, found),
        )


def _judges(surroundings: Surroundings, settings: Settings) -> Panel:
    """Judges that share the model of that role; UsageError where none is configured."""
    from groundwire.eval import Panel, shipped_judges
    from groundwire.models import load_language_model

    model = load_language_model(settings, "judge", say=surroundings.say)
    if model is None:
        raise UsageError(
            "--judge needs a language model, and none is configured.",
            "Set llm.judge.model or llm.chat.model; `groundwire doctor` says how.",
        )
    return Panel(shipped_judges(model))


def _code(results: Results) -> int:
    if not results.failed:
        return 0
    return FAILED if results.failed == results.n else SOME_FAILED


def _run_folders(names: Sequence[str], settings: Settings) -> Iterator[Path]:
    """The folders of runs that ``names`` stand for: one itself, or every system's below it.

    A name is a path, or what a run is called below the home folder.
    """
    from groundwire.eval import is_run, runs_folder

    for name in names:
        place = Path(name)
        if not place.exists() and (runs_folder(settings.home) / name).exists():
            place = runs_folder(settings.home) / name
        below = [] if is_run(place) else sorted(filter(is_run, place.glob("*")))
        yield from below or [place]
