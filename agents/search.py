"""Step: queries become candidates."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.hop_searcher import CHAIN, FUSED
from groundwire.agents.state import State, Tools
from groundwire.core.schema import Hit, Query, QueryKind
from groundwire.retrievers import fuse_ranks
from groundwire.retrievers import search as search_library

# The first query, which stands alone, weighs 1; the others fill up what it does not find. On
# MTRAG-UN the question as it was asked costs recall from 0.2 on, and at 0.05 none.
ASKED_WEIGHT, OTHERS_WEIGHT = 0.05, 0.2


async def search(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """The passages that any query finds, fused by rank."""
    tools = runtime.context
    hits = await asyncio.to_thread(_search_all, tools, state)
    runtime.stream_writer(tools.event("search", hits=hits, notice=tools.library.notice))
    return {"hits": hits}


def _search_all(tools: Tools, state: State) -> list[Hit]:
    keep = tools.settings.answer.evidence

    def find(query: Query) -> list[Hit]:
        return search_library(tools.library, query.text, k=keep, scope=state.scope)

    # The others only fill up what the question that stands alone leaves over.
    alone, *others = state.queries
    found = [tools.searcher.search(alone.text, k=keep, scope=state.scope), *map(find, others)]
    if len(found) == 1:
        return found[0]
    by_place = {(hit.passage.document_id, hit.passage.start): hit for hits in found for hit in hits}
    rankings = [[(hit.passage.document_id, hit.passage.start) for hit in hits] for hits in found]
    weights = [1.0, *(_weight(query) for query in state.queries[1:])]
    fused = fuse_ranks(rankings, weights=weights, k=tools.settings.search.rrf_k)[:keep]
    return [
        replace(by_place[place], score=score, scores=_without_chain(by_place[place]))
        for place, score in fused
    ]


def _without_chain(hit: Hit) -> dict[str, float]:
    """Among the passages of several questions, what one of them needs is no measure."""
    return {name: score for name, score in hit.scores.items() if name not in (CHAIN, FUSED)}


def _weight(query: Query) -> float:
    return ASKED_WEIGHT if query.kind is QueryKind.ORIGINAL else OTHERS_WEIGHT
