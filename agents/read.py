"""Step: evidence becomes a draft whose sentences cite it."""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools, Writing
from groundwire.core.schema import Draft
from groundwire.core.usage import add_usage


async def read(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """A draft from the best passages, unless steps made one; nothing in it is verified yet.

    One of steps that was verified already did not hold.
    """
    tools = runtime.context
    update: dict[str, Any] = {"draft": state.draft}
    if not state.draft.steps or state.sentences:
        update = await _write(tools, tools.writing, state) if tools.writing else {}
        if "draft" not in update:
            best = state.evidence[: tools.settings.answer.read]
            draft = await asyncio.to_thread(tools.reader.read, state.resolved_question, best)
            update["draft"] = draft
    sentences, usage = list(update["draft"].sentences), update.get("usage", state.usage)
    runtime.stream_writer(tools.event("read", sentences=sentences, usage=usage))
    return update


async def _write(tools: Tools, writing: Writing, state: State) -> dict[str, Any]:
    """What the language model drafts and cost; without a draft where the local engine is to read.

    Where it fails in a further round it has replied before, so that the run does not fail.
    """
    if tools.time_is_up:
        usage, problem = state.usage, tools.out_of_time
    else:
        best = state.evidence[: tools.settings.answer.read]
        written = await writing.reader.read(
            state.resolved_question, best, seconds=tools.seconds_left
        )
        usage, problem = add_usage(state.usage, written.usage), written.problem
        if not problem:
            return {"draft": written.draft, "usage": usage, "mended": False}
    if writing.fallback:
        notice = f"{problem} The local engine answered in its place."
        return {"usage": usage, "notices": [*state.notices, notice]}
    draft = Draft(written_by=writing.reader.name)
    if state.rounds > 1:
        return {"draft": draft, "usage": usage, "notices": [*state.notices, problem]}
    return {"draft": draft, "usage": usage, "failure": problem}
