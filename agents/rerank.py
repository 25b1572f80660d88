"""Step: candidates become ranked evidence."""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools


async def rerank(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """All candidates, those that matter most first."""
    tools = runtime.context
    evidence = await asyncio.to_thread(tools.reranker.rerank, state.resolved_question, state.hits)
    runtime.stream_writer(tools.event("rerank", evidence=evidence))
    return {"evidence": evidence}
