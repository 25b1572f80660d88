"""Step: what a language model wrote and no passage supports goes back to it, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools
from groundwire.core.schema import Verdict
from groundwire.core.usage import add_usage


def needs_repair(tools: Tools, state: State) -> bool:
    """Whether a language model wrote what is not supported, and may still be asked."""
    draft = state.draft
    was_written = tools.writing is not None and draft.written_by is not None
    wrong = any(one.verdict is not Verdict.SUPPORTED for one in state.sentences)
    return was_written and wrong and not state.mended and not tools.time_is_up


async def repair(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """The draft with other sentences for those that are not supported, to be verified again."""
    tools = runtime.context
    draft = replace(state.draft, sentences=tuple(state.sentences))
    update: dict[str, Any] = {"draft": draft, "mended": True}
    if tools.writing:
        best = state.evidence[: tools.settings.answer.read]
        question, seconds = state.resolved_question, tools.seconds_left
        mended = await tools.writing.reader.repair(question, best, draft, seconds=seconds)
        update |= {"draft": mended.draft, "usage": add_usage(state.usage, mended.usage)}
        if mended.problem:
            update["notices"] = [*state.notices, mended.problem]
    sentences, usage = list(update["draft"].sentences), update.get("usage", state.usage)
    runtime.stream_writer(tools.event("repair", sentences=sentences, usage=usage))
    return update
