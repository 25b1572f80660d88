"""Running a system over a task: ask, score, keep, and sum up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from groundwire.agents import local_tools, models_in_force, read_calibration
from groundwire.core.errors import GroundwireError
from groundwire.core.protocols import Entailment
from groundwire.core.settings import Settings
from groundwire.eval.case_log import CaseLog, begin_log
from groundwire.eval.corpus import open_corpus
from groundwire.eval.fingerprint import take_fingerprint
from groundwire.eval.judge_measures import judge_measures
from groundwire.eval.judge_panel import Panel
from groundwire.eval.measure import Measure
from groundwire.eval.measures import score_outcomes, standard_measures
from groundwire.eval.responding import Respondent
from groundwire.eval.runs import is_run, read_results
from groundwire.eval.schema import Case, Outcome, Question, Task
from groundwire.eval.systems import System
from groundwire.models import load_encoder, load_term_picker
from groundwire.retrievers import Library, Scope, check_scope, open_library

# Outcomes are scored and written together, this often: one by one would cost more than asking.
SECONDS_BETWEEN_WRITES = 1.0
# Asked once before anything is timed: the first search of a process opens indexes.
WARMING = Question(id="", text="What is this about?")


@dataclass(frozen=True, kw_only=True, slots=True)
class RunProgress:
    """How far a run has come; ``means`` are those of the cases so far."""

    done: int
    total: int
    means: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run and where to keep it. ``concurrency``: questions that are asked at once.

    Without an ``entailment`` model or a ``panel`` of judges, what needs them is unscored.
    """

    task: Task
    system: System
    settings: Settings
    folder: Path
    seed: int = 0
    concurrency: int = 1
    resume: bool = False
    entailment: Entailment | None = None
    panel: Panel | None = None
    on_progress: Callable[[RunProgress], None] = field(default=lambda _: None)
    on_indexing: Callable[[int, int], None] = field(default=lambda _done, _total: None)

    @cached_property
    def fingerprint(self) -> dict[str, object]:
        """What can change a number of this run; ``hash`` stands for all of it."""
        settings = self.system.settings(self.settings)
        encoder = load_encoder(settings.encoder)
        return take_fingerprint(
            self.task,
            settings,
            answers=self.system.answers,
            models={
                "encoder": encoder.name,
                "engine": models_in_force(settings, encoder) if self.system.answers else None,
                "entailment": self.entailment.name if self.entailment else None,
                "conversation": load_term_picker().name if self.system.answers else None,
                "calibration": read_calibration(settings).identity if self.system.answers else None,
                "judges": self.panel.identity if self.panel else None,
                # Where tools are exchanged, no setting tells one system from another.
                "refitted": self.system.name if self.system.refit else None,
            },
            seed=self.seed,
        )

    @cached_property
    def measures(self) -> Sequence[Measure]:
        """What every case is scored by."""
        judges = judge_measures(self.panel) if self.panel else ()
        return standard_measures(entailment=self.entailment, judges=judges)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A run whose questions were all asked: its cases in the task's order, and what they took."""

    plan: Plan
    cases: Sequence[Case]
    fingerprint: Mapping[str, object]
    unscored: Mapping[str, str]
    asked: int
    seconds: float


def ask_all(plan: Plan) -> Ran:
    """Ask every question that is not answered yet, and keep each case as it comes.

    A question that fails is a case that says why. Interrupted, what was asked is kept, and the
    same plan with ``resume`` goes on. Raises UsageError for a folder that cannot take the run.
    """
    settings = plan.system.settings(plan.settings)
    with open_task(plan.task, settings, plan.on_indexing) as library:
        fingerprint = plan.fingerprint
        log = begin_log(plan.folder, fingerprint, resume=plan.resume)
        # The calibration of the person's home folder, not of the folder that a corpus is kept in.
        tools = local_tools(library, calibration=read_calibration(settings))
        respondent = Respondent(
            tools=plan.system.refit(tools) if plan.system.refit else tools,
            answers=plan.system.answers,
            collection=plan.task.collection,
        )
        left = [one for one in plan.task.questions if one.id not in log.cases]
        keeper = _Keeper(plan, log)
        seconds = asyncio.run(_respond_all(respondent, left, keeper, plan.concurrency))
    return Ran(
        plan=plan,
        cases=log.close([one.id for one in plan.task.questions]),
        fingerprint=fingerprint,
        unscored=keeper.reasons or _told_before(plan.folder),
        asked=len(left),
        seconds=seconds,
    )


def _told_before(folder: Path) -> Mapping[str, str]:
    """Why measures are unscored, of a run that was finished and has nothing left to ask."""
    return read_results(folder).unscored if is_run(folder) else {}


@contextmanager
def open_task(
    task: Task, settings: Settings, on_indexing: Callable[[int, int], None]
) -> Iterator[Library]:
    """The library that a task is asked over: its corpus, or the person's own."""
    if task.corpus is not None:
        with open_corpus(task.corpus, settings, on_progress=on_indexing) as library:
            yield library
        return
    with open_library(settings) as library:
        check_scope(library, Scope(collection=task.collection))
        yield library


class _Keeper:
    """Scores outcomes some at a time, keeps them as cases and tells how it goes."""

    def __init__(self, plan: Plan, log: CaseLog) -> None:
        self._plan = plan
        self._log = log
        self._waiting: list[Outcome] = []
        self._written = time.perf_counter()
        self._sums: dict[str, tuple[float, int]] = {}
        self.reasons: dict[str, str] = {}
        self._count(log.cases.values())

    def keep(self, outcome: Outcome) -> None:
        """Take an outcome; it is written within a second, if more of them come."""
        self._waiting.append(outcome)
        if time.perf_counter() - self._written > SECONDS_BETWEEN_WRITES:
            self.write()

    def write(self) -> None:
        """Score and write what is waiting."""
        cases, reasons = score_outcomes(self._waiting, self._plan.measures)
        self._waiting = []
        self._log.add(cases)
        self._count(cases)
        self.reasons.update(reasons)
        self._written = time.perf_counter()
        means = {name: total / count for name, (total, count) in self._sums.items()}
        done, total = len(self._log.cases), len(self._plan.task.questions)
        self._plan.on_progress(RunProgress(done=done, total=total, means=means))

    def _count(self, cases: Iterable[Case]) -> None:
        for case in cases:
            for name, score in case.measures.items():
                total, count = self._sums.get(name, (0.0, 0))
                self._sums[name] = (total + score, count + 1)


async def _respond_all(
    respondent: Respondent, questions: Sequence[Question], keeper: _Keeper, at_once: int
) -> float:
    """The seconds that asking took; what was done is kept whatever ends it."""
    if questions:
        await _respond(respondent, WARMING)
    waiting = iter(questions)

    async def work() -> None:
        for question in waiting:
            keeper.keep(await _respond(respondent, question))
            await asyncio.sleep(0)  # a search alone never waits, and an interruption must get in

    started = time.perf_counter()
    try:
        await asyncio.gather(*(work() for _ in range(at_once)))
    finally:
        keeper.write()
    return time.perf_counter() - started


async def _respond(respondent: Respondent, question: Question) -> Outcome:
    started = time.perf_counter()
    try:
        return await respondent.respond(question)
    # One question that breaks, in whatever way, must not cost the others of a long run.
    except Exception as error:  # noqa: BLE001
        seconds = time.perf_counter() - started
        told = str(error) if isinstance(error, GroundwireError) else repr(error)
        return Outcome(question=question, seconds=seconds, error=told)
