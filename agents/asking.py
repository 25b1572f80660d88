"""Asking: one question in, events and an answer out."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import ExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple

from groundwire.agents.graph import Graph, build_graph, with_checkpoints
from groundwire.agents.state import State, Tools
from groundwire.agents.tools import open_tools
from groundwire.core.errors import GroundwireError, UsageError
from groundwire.core.schema import Answer, Event, Status, Usage
from groundwire.core.settings import Settings, load_settings
from groundwire.core.wire import as_json
from groundwire.retrievers import Scope, check_scope

# Turns that a rewriter is given; what was said earlier is seldom meant.
HISTORY = 8

Where = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """A graph and what to give it; ``start`` is None where a checkpoint holds the state."""

    graph: Graph
    state: State
    start: State | None
    config: RunnableConfig
    durability: Literal["sync"] | None = None


async def ask(  # noqa: PLR0913 - a contract
    question: str,
    *,
    settings: Settings | None = None,
    collection: str | None = None,
    thread: str | None = None,
    where: Where = (),
    tools: Tools | None = None,
) -> Answer:
    """The answer to ``question`` from the library's documents.

    ``thread`` names a conversation to continue. ``tools`` that are already open save opening the
    library; otherwise ``settings`` (by default those of the environment) say which one. Raises
    UsageError for a question or scope that means nothing, LibraryError for a library that cannot
    be opened or written; what breaks on the way is an answer of status ``failed``.
    """
    events = stream(
        question, settings=settings, collection=collection, thread=thread, where=where, tools=tools
    )
    answer: object = None
    async with aclosing(events):
        async for event in events:
            answer = event.data.get("answer")
    if not isinstance(answer, Answer):
        raise GroundwireError("The run ended without an answer.", "Report this: it is a defect.")
    return answer


async def stream(  # noqa: PLR0913 - a contract
    question: str,
    *,
    settings: Settings | None = None,
    collection: str | None = None,
    thread: str | None = None,
    where: Where = (),
    tools: Tools | None = None,
) -> AsyncGenerator[Event, None]:
    """The same as ``ask``, watched: an event after each step, the last one with the answer.

    Closing the iterator stops the run. In a conversation, asking again what was stopped or
    interrupted continues after the last step that was finished.
    """
    question, thread = _sound(question), thread and _sound(thread)
    if not question.strip():
        raise UsageError("The question is empty.", "Ask something.")
    pairs = where.items() if isinstance(where, Mapping) else where
    scope = Scope(
        collection=collection and _sound(collection),
        where=tuple((_sound(key), _sound(value)) for key, value in pairs),
    )
    with ExitStack() as stack:
        opened = (tools or stack.enter_context(open_tools(settings or load_settings()))).begin()
        check_scope(opened.library, scope)
        state = State(question=question, scope=scope, run_id=uuid.uuid4().hex)
        run = _in_conversation(opened, state, thread) if thread else _alone(state)
        async with run as prepared, aclosing(_follow(opened, prepared)) as events:
            async for event in events:
                if thread and isinstance(answer := event.data.get("answer"), Answer):
                    opened.threads.finish(prepared.state.run_id, answer)
                yield event


def _sound(text: str) -> str:
    """``text`` with a mark where half a surrogate pair stands, as in arguments that are no UTF-8.

    Neither the database nor the indexes could take such a half.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


async def _follow(tools: Tools, run: _Run) -> AsyncGenerator[Event, None]:
    last = None
    try:
        async for event in run.graph.astream(
            run.start, run.config, context=tools, stream_mode="custom", durability=run.durability
        ):
            last = cast("Event", event)  # steps write nothing else
            yield last
        if last is None or last.step != "answer":
            # The run was interrupted after its last step had ended, but before anyone heard of it.
            finished = await run.graph.aget_state(run.config)
            yield tools.event("answer", answer=finished.values["answer"])
    except GroundwireError as error:
        failed = Answer(
            question=run.state.question,
            status=Status.FAILED,
            reason=str(error),
            usage=Usage(seconds=tools.seconds),
            run_id=run.state.run_id,
        )
        yield tools.event("answer", answer=failed)


@asynccontextmanager
async def _alone(state: State) -> AsyncIterator[_Run]:
    yield _Run(graph=build_graph(), state=state, start=state, config=RunnableConfig())


@asynccontextmanager
async def _in_conversation(tools: Tools, state: State, thread: str) -> AsyncIterator[_Run]:
    """A run that knows what was said before, and that a crash does not lose."""
    # Only here, because its import costs as much as a question.
    from groundwire.agents.checkpoints import open_checkpoints

    history = list(tools.threads.history(thread, HISTORY))
    interrupted = tools.threads.interrupted_run(thread, state.question)
    state = replace(state, history=history, run_id=interrupted or state.run_id)
    config: RunnableConfig = {"configurable": {"thread_id": thread}}
    async with open_checkpoints(tools.library.folder) as saver:
        continues = _fits(await saver.aget_tuple(config), state)
        if not continues:
            await saver.adelete_thread(thread)
        if not interrupted:
            tools.threads.begin(thread, state.question, state.run_id)
        start = None if continues else state
        yield _Run(
            graph=with_checkpoints(saver),
            state=state,
            start=start,
            config=config,
            durability="sync",
        )
        await saver.adelete_thread(thread)


def _fits(kept: CheckpointTuple | None, state: State) -> bool:
    """Whether a checkpoint is of this very run, and of the same scope."""
    values = kept.checkpoint["channel_values"] if kept else {}
    return bool(
        values.get("run_id") == state.run_id and as_json(values["scope"]) == as_json(state.scope)
    )
