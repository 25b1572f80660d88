"""Step: a question whose wording shows sub-questions is answered by them, and a list by records."""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools
from groundwire.agents.step_reader import Stepped
from groundwire.core.schema import Draft, Evidence


async def decompose(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """A draft of the steps, and what they cite among the evidence; an empty one without any."""
    tools = runtime.context
    stepped = await asyncio.to_thread(_read_in_steps, tools, state)
    if stepped is None:
        return {"draft": Draft()}
    draft = stepped.draft
    runtime.stream_writer(tools.event("decompose", steps=list(draft.steps)))
    return {"draft": draft, "evidence": _with_cited(state.evidence, stepped)}


def _read_in_steps(tools: Tools, state: State) -> Stepped | None:
    question, stepped = state.resolved_question, None

    def goes_on() -> bool:
        return not tools.time_is_up

    if tools.step_reader:
        best = state.evidence[: tools.settings.answer.read]
        stepped = tools.step_reader.read(question, best, scope=state.scope, goes_on=goes_on)
    if tools.listing_reader and not stepped:
        stepped = tools.listing_reader.read(question, state.evidence, goes_on=goes_on)
    return stepped


def _with_cited(evidence: list[Evidence], stepped: Stepped) -> list[Evidence]:
    """What the steps cite comes first: the verifier reads from there on."""
    cited = [one.passage for one in stepped.evidence]
    return [*stepped.evidence, *(one for one in evidence if one.passage not in cited)]
