"""A run of the graph: with what it starts, what it tells, and what is kept of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal, cast

from langchain_core.runnables import RunnableConfig

from groundwire.agents.graph import Graph, build_graph, with_checkpoints
from groundwire.agents.state import State, Tools
from groundwire.core.errors import GroundwireError
from groundwire.core.schema import Answer, Event, Status, Usage

# Turns that a rewriter is given; what was said earlier is seldom meant.
HISTORY = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A graph and what to give it; ``start`` is None where a checkpoint holds the state."""

    graph: Graph
    state: State
    start: State | None
    config: RunnableConfig
    in_conversation: bool = False


@asynccontextmanager
async def begin_alone(state: State) -> AsyncIterator[Run]:
    """A run of which nothing is kept."""
    yield Run(graph=build_graph(), state=state, start=state, config=RunnableConfig())


@asynccontextmanager
async def begin_in_conversation(tools: Tools, state: State, thread: str) -> AsyncIterator[Run]:
    """A run that knows what was said before, and that a crash does not lose."""
    # Only here, because its import costs as much as a question.
    from groundwire.agents.checkpoints import holds, open_checkpoints

    history = list(tools.threads.history(thread, HISTORY))
    interrupted = tools.threads.interrupted_run(thread, state.question)
    state = replace(state, history=history, run_id=interrupted or state.run_id)
    config: RunnableConfig = {"configurable": {"thread_id": thread}}
    async with open_checkpoints(tools.library.folder) as saver:
        continues = await holds(saver, config, state=state)
        if not continues:
            await saver.adelete_thread(thread)
        if not interrupted:
            tools.threads.begin(thread, state.question, state.run_id)
        yield Run(
            graph=with_checkpoints(saver),
            state=state,
            start=None if continues else state,
            config=config,
            in_conversation=True,
        )
        await saver.adelete_thread(thread)


async def follow(tools: Tools, run: Run) -> AsyncGenerator[Event, None]:
    """What the run tells; its last event holds the answer, also when something broke."""
    last, usage = None, Usage()
    durability: Literal["sync"] | None = "sync" if run.in_conversation else None
    try:
        async for event in run.graph.astream(
            run.start, run.config, context=tools, stream_mode="custom", durability=durability
        ):
            last = cast("Event", event)  # steps write nothing else
            usage = cast("Usage", last.data.get("usage", usage))
            yield _kept(tools, run, last)
        if last is None or last.step != "answer":
            # The run was interrupted after its last step had ended, but before anyone heard of it.
            finished = await run.graph.aget_state(run.config)
            yield _kept(tools, run, tools.event("answer", answer=finished.values["answer"]))
    except GroundwireError as error:
        failed = Answer(
            question=run.state.question,
            status=Status.FAILED,
            reason=str(error),
            usage=replace(usage, seconds=tools.seconds),
            run_id=run.state.run_id,
        )
        yield _kept(tools, run, tools.event("answer", answer=failed))


def _kept(tools: Tools, run: Run, event: Event) -> Event:
    """The event, after the answer it may hold was kept in its conversation."""
    answer = event.data.get("answer")
    if run.in_conversation and isinstance(answer, Answer):
        tools.threads.finish(run.state.run_id, answer)
    return event
