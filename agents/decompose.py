"""Step: a question whose wording shows sub-questions is answered by them, if they lead on."""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools
from groundwire.agents.step_reader import Stepped
from groundwire.core.schema import Draft, Evidence, Sentence


async def decompose(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """A draft of the steps, and what they cite among the evidence; an empty one without any."""
    tools = runtime.context
    stepped = await asyncio.to_thread(_read_in_steps, tools, state)
    if stepped is None:
        return {"draft": Draft()}
    draft = _draft(stepped)
    runtime.stream_writer(tools.event("decompose", steps=list(draft.steps)))
    return {"draft": draft, "evidence": _with_cited(state.evidence, stepped)}


def _read_in_steps(tools: Tools, state: State) -> Stepped | None:
    if tools.step_reader is None:
        return None
    return tools.step_reader.read(
        state.resolved_question,
        state.evidence[: tools.settings.answer.read],
        scope=state.scope,
        goes_on=lambda: not tools.time_is_up,
    )


def _draft(stepped: Stepped) -> Draft:
    cited = {step.citation: None for step in stepped.steps}
    sentences = tuple(Sentence(text=one.quote, citations=(one,)) for one in cited)
    return Draft(sentences=sentences, short_answer=stepped.answer, steps=stepped.steps)


def _with_cited(evidence: list[Evidence], stepped: Stepped) -> list[Evidence]:
    """What the steps cite comes first: the verifier reads from there on."""
    cited = [one.passage for one in stepped.evidence]
    return [*stepped.evidence, *(one for one in evidence if one.passage not in cited)]
