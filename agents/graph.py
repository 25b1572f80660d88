"""The graph: what happens to a question, and in which order. Wiring only."""

from __future__ import annotations

from functools import cache
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from groundwire.agents.aggregation import steps_that_hold
from groundwire.agents.answer import answer
from groundwire.agents.decompose import decompose
from groundwire.agents.read import read
from groundwire.agents.repair import needs_repair, repair
from groundwire.agents.rerank import rerank
from groundwire.agents.rewrite import rewrite
from groundwire.agents.search import search
from groundwire.agents.state import State, Tools
from groundwire.agents.verify import verify
from groundwire.core.schema import Verdict

Graph = CompiledStateGraph[State, Tools, State, State]


@cache
def build_graph() -> Graph:
    """Rewrite -> search -> rerank -> decompose -> read -> verify -> answer.

    From verify back to read where steps do not hold, over repair once where a language model wrote
    what is not supported, and to rewrite as often as the limits allow.
    """
    graph = StateGraph(State, context_schema=Tools)
    graph.add_node("rewrite", rewrite)
    graph.add_node("search", search)
    graph.add_node("rerank", rerank)
    graph.add_node("decompose", decompose)
    graph.add_node("read", read)
    graph.add_node("verify", verify)
    graph.add_node("repair", repair)
    graph.add_node("answer", answer)
    graph.add_edge(START, "rewrite")
    graph.add_edge("rewrite", "search")
    graph.add_conditional_edges("search", anything_found, ["rerank", "answer"])
    graph.add_edge("rerank", "decompose")
    graph.add_edge("decompose", "read")
    graph.add_conditional_edges("read", anything_read, ["verify", "answer"])
    graph.add_conditional_edges("verify", enough_found, ["read", "repair", "rewrite", "answer"])
    graph.add_edge("repair", "verify")
    graph.add_edge("answer", END)
    return graph.compile()


def with_checkpoints(checkpointer: BaseCheckpointSaver[Any]) -> Graph:
    """The same graph, whose steps are kept by ``checkpointer``; building it anew takes longer."""
    return build_graph().copy({"checkpointer": checkpointer})


def anything_found(state: State, runtime: Runtime[Tools]) -> str:
    """Read on if there are candidates and there is time."""
    return "rerank" if state.hits and not runtime.context.time_is_up else "answer"


def anything_read(state: State) -> str:
    """Verify, unless a language model should have read and could not."""
    return "answer" if state.failure else "verify"


def enough_found(state: State, runtime: Runtime[Tools]) -> str:
    """Read the whole question if its steps are not supported, or search again within the limits.

    What a language model wrote it mends first.
    """
    tools = runtime.context
    supported = any(sentence.verdict is Verdict.SUPPORTED for sentence in state.sentences)
    held = steps_that_hold(state.draft, state.sentences)
    if state.draft.steps and not held and not tools.time_is_up:
        return "read"
    if needs_repair(tools, state):
        return "repair"
    spent = state.rounds >= tools.settings.limits.rounds or tools.time_is_up
    return "answer" if supported or spent else "rewrite"
