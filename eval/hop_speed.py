"""What search in hops costs a warm question: part of ``make bench``."""

from __future__ import annotations

import asyncio
import statistics
from functools import partial
from pathlib import Path

from groundwire.agents import ask, local_tools
from groundwire.core.settings import Settings
from groundwire.eval.corpus import open_corpus
from groundwire.eval.model_speed import WARM, Bar
from groundwire.eval.schema import Corpus, Task
from groundwire.eval.tasks import Choice, read_task
from groundwire.eval.timing import Sizes, percentiles, seconds_of

# Tasks, and by how much a question may take longer there than with one search: where several hops
# are needed, and where one is enough.
TASKS = {"multihop-2wiki": 2.5, "squad-open": 1.2, "nq-oracle-closed": 1.2}
ASKED = 200
HOP_BARS = tuple(
    Bar(
        part=f"hops, {name}",
        size="ratio of p50",
        meaning=f"a warm question of {name} in hops, over one search",
        most=most,
    )
    for name, most in TASKS.items()
)


def measure_hops(data: Path, settings: Settings) -> dict[str, Sizes]:
    """Milliseconds of questions in hops and of others with one search, for each of TASKS."""
    tasks = [read_task(data / name, choice=Choice(limit=ASKED)) for name in TASKS]
    return {
        f"hops, {task.name}": _measure(task, task.corpus, settings) for task in tasks if task.corpus
    }


def _measure(task: Task, corpus: Corpus, settings: Settings) -> Sizes:
    """Every second question in hops: one that was read is remembered, so none is asked twice."""
    limits = settings.limits.model_copy(update={"hops": 1})
    once = settings.model_copy(update={"limits": limits})
    seconds: list[list[float]] = [[], []]
    with open_corpus(corpus, settings) as library, asyncio.Runner() as loop:
        hops = local_tools(library)
        library.settings = once
        tools = (hops, local_tools(library))
        for number, question in enumerate(task.questions):
            asked = ask(question.text, tools=tools[number % 2])
            seconds[number % 2].append(seconds_of(partial(loop.run, asked)))
    warm = [each[WARM:] for each in seconds]
    ratio = statistics.median(warm[0]) / statistics.median(warm[1])
    return {
        **percentiles("in hops", warm[0]),
        **percentiles("one search", warm[1]),
        "ratio of p50": ratio,
    }
