"""A run that was stopped or killed goes on after the last step that was finished."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest

from groundwire.agents import Tools, ask, local_tools, stream
from groundwire.agents.checkpoints import FILE_NAME, open_checkpoints
from groundwire.agents.graph import with_checkpoints
from groundwire.agents.state import State
from groundwire.core.errors import LibraryError
from groundwire.core.schema import Answer, Draft, Evidence, Status
from groundwire.core.settings import load_settings
from groundwire.core.wire import as_json
from groundwire.models import ScriptedReader
from groundwire.retrievers import Library, remove_documents

STEPS = ["rewrite", "search", "rerank", "read", "verify", "answer"]
QUESTION = "When did the harbour of Tarnholm open?"
OTHER = "What does Kestrel Looms make?"


@pytest.fixture
def tools(own_library: Library, fill: Callable[[dict[str, str]], Path]) -> Tools:
    fill(
        {
            "harbour.md": "The harbour of Tarnholm opened in 1921. It has room for 48 boats.\n",
            "looms.txt": "Kestrel Looms makes looms for wool.\n",
        }
    )
    return local_tools(own_library)


async def stop_after(step: str, tools: Tools, question: str = QUESTION) -> None:
    async with aclosing(stream(question, tools=tools, thread="talk")) as events:
        async for event in events:
            if event.step == step:
                return


async def steps_of(tools: Tools, question: str = QUESTION, **scope: str) -> list[str]:
    events = stream(question, tools=tools, thread="talk", **scope)
    return [event.step async for event in events]


def kept_runs(tools: Tools) -> int:
    """Rows that checkpoints hold of runs that are not finished."""
    path = tools.library.folder / FILE_NAME
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        both = "select count(*) from (select 1 from checkpoints union all select 1 from writes)"
        return int(connection.execute(both).fetchone()[0])


@pytest.mark.parametrize("step", STEPS[1:-1])
async def test_what_was_stopped_continues_after_the_last_finished_step(
    tools: Tools, step: str
) -> None:
    await stop_after(step, tools)
    (turn,) = tools.threads.turns("talk")
    assert (turn.question, turn.answer) == (QUESTION, None)
    ran = await steps_of(tools)
    # A step that had told what it found may have been stopped before that was kept.
    done = STEPS.index(step)
    assert ran in (STEPS[done:], STEPS[done + 1 :])
    (turn,) = tools.threads.turns("talk")
    assert turn.answer is not None
    assert turn.answer.status is Status.ANSWERED


async def test_a_continued_run_gives_the_answer_it_would_have_given(tools: Tools) -> None:
    expected = comparable(await ask(QUESTION, tools=tools))
    for step in STEPS[:-1]:
        await stop_after(step, tools)
        found = await ask(QUESTION, tools=tools, thread="talk")
        assert comparable(found) == expected
        tools.threads.delete("talk")


async def test_a_finished_run_leaves_no_checkpoints_and_runs_anew_when_asked_again(
    tools: Tools,
) -> None:
    assert await steps_of(tools) == STEPS
    assert kept_runs(tools) == 0
    assert await steps_of(tools) == STEPS
    assert len(tools.threads.turns("talk")) == 2


async def test_asking_something_else_starts_anew_and_keeps_the_question(tools: Tools) -> None:
    await stop_after("read", tools)
    assert await steps_of(tools, OTHER) == STEPS
    assert await steps_of(tools) == STEPS
    turns = tools.threads.turns("talk")
    assert [turn.question for turn in turns] == [QUESTION, OTHER, QUESTION]
    assert [turn.answer is None for turn in turns] == [True, False, False]


async def test_another_scope_starts_anew(tools: Tools) -> None:
    await stop_after("read", tools)
    assert await steps_of(tools, collection="default") == STEPS
    assert len(tools.threads.turns("talk")) == 1


async def test_under_another_risk_nothing_verified_before_is_kept(tools: Tools) -> None:
    await stop_after("verify", tools)
    stricter = replace(tools.assurance, threshold=0.9)
    found = await ask(QUESTION, tools=replace(tools, assurance=stricter), thread="talk")
    assert found.assurance == stricter
    await stop_after("verify", tools)
    assert await steps_of(replace(tools, assurance=stricter)) == STEPS


async def test_the_same_filters_are_the_same_scope(tools: Tools) -> None:
    where = [("title", "harbour"), ("type", "text/markdown")]
    async with aclosing(stream(QUESTION, tools=tools, thread="talk", where=where)) as events:
        async for event in events:
            if event.step == "read":
                break
    events = stream(QUESTION, tools=tools, thread="talk", where=where)
    assert len([event.step async for event in events]) < len(STEPS)


async def test_another_conversation_is_not_continued(tools: Tools) -> None:
    await stop_after("read", tools)
    events = stream(QUESTION, tools=tools, thread="another")
    assert [event.step async for event in events] == STEPS


async def test_a_continued_run_has_its_own_time(tools: Tools) -> None:
    home = tools.library.folder
    settings = load_settings(home=home, folder=home, environ={}, flags={"limits.seconds": 60})
    now = [1000.0]
    limited = replace(tools, settings=settings, clock=lambda: now[0])
    await stop_after("search", limited)
    now[0] += 3600
    found = await ask(QUESTION, tools=limited, thread="talk")
    assert (found.status, found.usage.seconds) == (Status.ANSWERED, 0.0)


async def test_a_run_that_ended_unheard_is_heard(tools: Tools) -> None:
    tools.threads.begin("talk", QUESTION, "unheard")
    async with open_checkpoints(tools.library.folder) as saver:
        await with_checkpoints(saver).ainvoke(
            State(question=QUESTION, run_id="unheard", assurance=tools.assurance),
            {"configurable": {"thread_id": "talk"}},
            context=tools.begin(),
        )
    assert await steps_of(tools) == ["answer"]
    (turn,) = tools.threads.turns("talk")
    assert turn.answer is not None
    assert (turn.answer.status, turn.answer.run_id) == (Status.ANSWERED, "unheard")


async def test_checkpoints_of_another_run_are_not_taken_for_this_one(tools: Tools) -> None:
    async with open_checkpoints(tools.library.folder) as saver:
        await with_checkpoints(saver).ainvoke(
            State(question=OTHER, run_id="stray"),
            {"configurable": {"thread_id": "talk"}},
            context=tools.begin(),
        )
    tools.threads.begin("talk", QUESTION, "mine")
    assert await steps_of(tools) == STEPS
    (turn,) = tools.threads.turns("talk")
    assert turn.answer is not None
    assert turn.answer.question == QUESTION


async def test_deleting_a_conversation_forgets_its_checkpoints(tools: Tools) -> None:
    await stop_after("read", tools)
    assert kept_runs(tools) > 0
    tools.threads.delete("talk")
    assert kept_runs(tools) == 0
    assert await steps_of(tools) == STEPS


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"x" * 4096), Path.mkdir])
async def test_a_damaged_file_of_checkpoints_is_named(
    tools: Tools, spoil: Callable[[Path], object]
) -> None:
    path = tools.library.folder / FILE_NAME
    spoil(path)
    with pytest.raises(LibraryError, match=r"runs\.sqlite cannot be used .* remove the file"):
        await ask(QUESTION, tools=tools, thread="talk")
    with pytest.raises(LibraryError, match=r"runs\.sqlite cannot be used"):
        tools.threads.delete("talk")
    assert (await ask(QUESTION, tools=tools)).status is Status.ANSWERED


async def test_a_document_that_went_meanwhile_fails_the_run_and_the_next_is_new(
    tools: Tools,
) -> None:
    await stop_after("read", tools)
    remove_documents(tools.library, "harbour.md")
    found = await ask(QUESTION, tools=tools, thread="talk")
    assert found.status is Status.FAILED
    assert "removed or replaced" in (found.reason or "")
    assert await steps_of(tools) == STEPS


RUN = """
import asyncio, sys, time, warnings
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from groundwire.agents import local_tools, stream
from groundwire.core.settings import load_settings
from groundwire.models import HashEncoder, ScriptedReader
from groundwire.retrievers import open_library

warnings.simplefilter("error")
home, question, stop = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
flags = {"answer.reader": "sentences", "answer.threshold": 0}
settings = load_settings(home=home, folder=home, environ={}, flags=flags)

def hang(question, evidence):
    print("reading", flush=True)
    time.sleep(600)

async def run(tools):
    async with aclosing(stream(question, tools=tools, thread="talk")) as events:
        async for event in events:
            print(event.step, flush=True)
            if event.step == stop:
                return

with open_library(settings, encoder=HashEncoder()) as library:
    tools = local_tools(library)
    asyncio.run(run(replace(tools, reader=ScriptedReader(hang)) if stop == "hang" else tools))
"""


def command(tools: Tools, stop: str) -> list[str]:
    return [sys.executable, "-c", RUN, str(tools.library.folder), QUESTION, stop]


def test_checkpoints_are_read_where_unknown_types_are_refused(tools: Tools) -> None:
    environ = {**os.environ, "LANGGRAPH_STRICT_MSGPACK": "true"}

    def run(stop: str) -> list[str]:
        done = subprocess.run(
            command(tools, stop), check=True, capture_output=True, text=True, env=environ
        )
        assert done.stderr == ""
        return done.stdout.split()

    assert run("verify") == STEPS[:5]
    assert run("nowhere") in (["answer"], ["verify", "answer"])
    (turn,) = tools.threads.turns("talk")
    assert turn.answer is not None
    assert turn.answer.status is Status.ANSWERED


def test_what_a_killed_process_had_finished_is_not_run_again(tools: Tools) -> None:
    with subprocess.Popen(command(tools, "hang"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = [next(process.stdout).strip() for _ in range(4)]
        process.send_signal(signal.SIGKILL)
    assert seen == ["rewrite", "search", "rerank", "reading"]
    done = subprocess.run(command(tools, "nowhere"), check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["read", "verify", "answer"]


async def test_a_reader_that_was_stopped_reads_again(tools: Tools) -> None:
    readings: list[str] = []

    def note(question: str, evidence: Sequence[Evidence]) -> Draft:
        readings.append(question)
        return tools.reader.read(question, evidence)

    counted = replace(tools, reader=ScriptedReader(note))
    await stop_after("rerank", counted)
    assert readings == []
    await steps_of(counted)
    assert readings == [QUESTION]


def comparable(found: Answer) -> str:
    data = as_json(found)
    del data["run_id"], data["usage"]["seconds"]
    return json.dumps(data)
