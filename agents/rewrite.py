"""Step: the question, in the light of the conversation, becomes queries."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools
from groundwire.core.schema import Query, QueryKind

FEEDBACK_CHARACTERS = 400


async def rewrite(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """Queries that stand alone; the first one is what the later steps take for the question."""
    tools = runtime.context
    queries = tools.rewriter.rewrite(state.question, state.history)
    if state.evidence:
        # Nothing was supported: search again with the best passage found so far in view.
        near = f"{state.resolved_question} {state.evidence[0].passage.text[:FEEDBACK_CHARACTERS]}"
        queries = [*queries, Query(text=near, kind=QueryKind.FEEDBACK)]
    runtime.stream_writer(tools.event("rewrite", queries=queries))
    return {"queries": queries, "rounds": state.rounds + 1}
