"""What the evaluation itself costs: beside a plain loop over the steps, and for its measures.

Part of ``make bench``; nothing here is a test, since times depend on the machine and its load.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from groundwire.agents import ask, local_tools
from groundwire.core.schema import Answer, Sentence, Status
from groundwire.core.settings import Settings
from groundwire.eval.measures import WHOLE_MEASURES, score_outcomes, standard_measures, summarise
from groundwire.eval.running import Plan, ask_all, open_task
from groundwire.eval.schema import Outcome, Question, Task
from groundwire.eval.systems import find_system
from groundwire.retrievers import search

Sizes = Mapping[str, float]
# Turn by turn, so that both meet the same load of the machine.
TURNS = 5
RANKED = 20


def measure_harness(task: Task, settings: Settings) -> dict[str, Sizes]:
    """Seconds of a run of ``task`` beside those of a plain loop, answering and only searching."""
    return {
        "harness, local": _beside(task, settings, "local", _plain_asking),
        "harness, bm25": _beside(task, settings, "bm25", _plain_searching),
    }


def measure_scoring(count: int) -> Sizes:
    """Seconds to score ``count`` made-up answers by every measure, and to sum them up."""
    outcomes = [_made_up(number) for number in range(count)]
    measures = standard_measures()
    started = time.perf_counter()
    cases, _ = score_outcomes(outcomes, measures)
    scored = time.perf_counter()
    summarise(cases, measures, WHOLE_MEASURES)
    ended = time.perf_counter()
    return {
        "questions": count,
        "scoring, s": scored - started,
        "means and intervals, s": ended - scored,
        "together, s": ended - started,
    }


def _beside(
    task: Task, settings: Settings, name: str, loop: Callable[[Task, Settings], float]
) -> Sizes:
    system = find_system(name, settings)
    plain = harness = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(TURNS):
            plan = Plan(task=task, system=system, settings=settings, folder=Path(folder, str(turn)))
            plain += loop(task, system.settings(settings))
            harness += ask_all(plan).seconds
    return {
        "questions": TURNS * len(task.questions),
        "plain loop, s": plain,
        "harness, s": harness,
        "ratio": harness / plain,
    }


def _plain_asking(task: Task, settings: Settings) -> float:
    with open_task(task, settings, _unseen) as library, asyncio.Runner() as loop:
        tools = local_tools(library)
        return _seconds(
            [partial(loop.run, ask(one.text, tools=tools)) for one in task.questions],
            warm=partial(loop.run, ask("What is this about?", tools=tools)),
        )


def _plain_searching(task: Task, settings: Settings) -> float:
    with open_task(task, settings, _unseen) as library:
        kept = settings.answer.evidence
        return _seconds(
            [partial(search, library, one.text, k=kept) for one in task.questions],
            warm=partial(search, library, "What is this about?", k=kept),
        )


def _seconds(calls: Sequence[Callable[[], object]], *, warm: Callable[[], object]) -> float:
    warm()
    started = time.perf_counter()
    for call in calls:
        call()
    return time.perf_counter() - started


def _unseen(done: int, total: int) -> None:
    """Indexing is not part of what is timed."""


def _made_up(number: int) -> Outcome:
    """An outcome as a run gives it: twenty passages, and mostly an answer."""
    chance = random.Random(number)  # noqa: S311 - no secret
    ranking = tuple(f"passage-{chance.randrange(1000)}" for _ in range(RANKED))
    question = Question(
        id=f"question-{number}",
        text="What was asked?",
        answerable=number % 3 > 0,
        answers=("the right answer",) if number % 3 else (),
        relevant={ranking[chance.randrange(RANKED)]: 1, f"passage-{number}": 1},
    )
    said = Answer(
        question=question.text,
        status=Status.ANSWERED,
        text=chance.choice(["It is the right answer.", "It is something else."]),
        short_answer=chance.choice(["right answer", "something else"]),
        sentences=(Sentence(text="It is the right answer.", citations=()),),
    )
    silent = replace(said, status=Status.ABSTAINED, text="", short_answer=None, sentences=())
    return Outcome(
        question=question,
        seconds=0.01,
        answer=said if chance.random() < 0.7 else silent,
        ranking=ranking,
        cited={ranking[0]: "a passage"},
        support=chance.random(),
        quotes_exact=(True, True),
    )
