"""Asking: one question in, events and an answer out."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, aclosing
from typing import TypedDict, Unpack

from groundwire.agents.runs import HISTORY, Run, begin_alone, begin_in_conversation, follow
from groundwire.agents.state import State, Tools
from groundwire.agents.tools import open_tools
from groundwire.core.errors import GroundwireError, UsageError
from groundwire.core.schema import Answer, Event, Turn
from groundwire.core.settings import Settings, load_settings
from groundwire.retrievers import Scope, check_scope

Where = Mapping[str, str] | Iterable[tuple[str, str]]


class Options(TypedDict, total=False):
    """How to ask. Each may be left out or None.

    ``settings``: which library and how, by default those of the environment. ``collection``: the
    only one to search. ``where``: what must hold of a document. ``thread``: the conversation to
    continue. ``history``: what was said before, where no thread keeps it. ``tools``: opened
    already, they save opening the library and win over ``settings``.
    """

    settings: Settings | None
    collection: str | None
    where: Where
    thread: str | None
    history: Sequence[Turn] | None
    tools: Tools | None


async def ask(question: str, **options: Unpack[Options]) -> Answer:
    """The answer to ``question`` from the library's documents; see ``Options`` for the keywords.

    Raises UsageError for a question or scope that means nothing, LibraryError for a library that
    cannot be opened or written; what breaks on the way is an answer of status ``failed``.
    """
    answer: object = None
    async with aclosing(stream(question, **options)) as events:
        async for event in events:
            answer = event.data.get("answer")
    if not isinstance(answer, Answer):
        raise GroundwireError("The run ended without an answer.", "Report this: it is a defect.")
    return answer


async def stream(question: str, **options: Unpack[Options]) -> AsyncGenerator[Event, None]:
    """The same as ``ask``, watched: an event after each step, the last one with the answer.

    Closing the iterator stops the run. In a conversation, asking again what was stopped or
    interrupted continues after the last step that was finished.
    """
    question, scope = _sound(question), _scope(options)
    if not question.strip():
        raise UsageError("The question is empty.", "Ask something.")
    with ExitStack() as stack:
        tools = _tools(options, stack).begin()
        check_scope(tools.library, scope)
        history = list(options.get("history") or ())[-HISTORY:]
        state = State(
            question=question,
            run_id=uuid.uuid4().hex,
            scope=scope,
            assurance=tools.assurance,
            language_model=tools.writing.reader.name if tools.writing else None,
            history=history,
        )
        async with _begin(tools, state, options) as run, aclosing(follow(tools, run)) as events:
            async for event in events:
                yield event


def _tools(options: Options, stack: ExitStack) -> Tools:
    """Those that are given, or those of the settings, which ``stack`` will close."""
    settings = options.get("settings")
    return options.get("tools") or stack.enter_context(open_tools(settings or load_settings()))


def _scope(options: Options) -> Scope:
    collection, where = options.get("collection"), options.get("where") or ()
    pairs = where.items() if isinstance(where, Mapping) else where
    return Scope(
        collection=collection and _sound(collection),
        where=tuple((_sound(key), _sound(value)) for key, value in pairs),
    )


def _begin(tools: Tools, state: State, options: Options) -> AbstractAsyncContextManager[Run]:
    thread = options.get("thread")
    if thread is not None and not thread.strip():
        raise UsageError("The conversation has no name.", "Give one with --thread NAME.")
    if thread and options.get("history"):
        raise UsageError("A conversation has its own history.", "Give a thread or a history.")
    return begin_in_conversation(tools, state, _sound(thread)) if thread else begin_alone(state)


def _sound(text: str) -> str:
    """``text`` with a mark where half a surrogate pair stands, as in arguments that are no UTF-8.

    Neither the database nor the indexes could take such a half.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
