"""Step: evidence becomes a draft whose sentences cite it."""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools


async def read(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """A draft from the best passages, unless steps made one; nothing in it is verified yet.

    One of steps that was verified already did not hold.
    """
    tools = runtime.context
    draft = state.draft
    if not draft.steps or state.sentences:
        best = state.evidence[: tools.settings.answer.read]
        draft = await asyncio.to_thread(tools.reader.read, state.resolved_question, best)
    runtime.stream_writer(tools.event("read", sentences=list(draft.sentences)))
    return {"draft": draft}
