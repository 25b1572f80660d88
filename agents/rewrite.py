"""Step: the question, in the light of the conversation, becomes queries."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools


async def rewrite(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """Queries that stand alone; the first one is what the later steps take for the question."""
    tools = runtime.context
    queries = tools.rewriter.rewrite(state.question, state.history)
    runtime.stream_writer(tools.event("rewrite", queries=queries))
    return {"queries": queries, "rounds": state.rounds + 1}
