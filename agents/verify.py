"""Step: every sentence of the draft is checked against the exact characters it cites."""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from groundwire.agents.state import State, Tools
from groundwire.core.errors import LedgerError
from groundwire.core.schema import Citation, Sentence
from groundwire.retrievers import Library, read_span


async def verify(state: State, runtime: Runtime[Tools]) -> dict[str, Any]:
    """The draft's sentences with their verdicts."""
    tools = runtime.context
    sentences = await asyncio.to_thread(_verify_all, tools, state)
    runtime.stream_writer(tools.event("verify", sentences=sentences))
    return {"sentences": sentences}


def _verify_all(tools: Tools, state: State) -> list[Sentence]:
    for sentence in state.draft.sentences:
        if not sentence.citations:
            raise LedgerError(
                f"The reader drafted a sentence without a source: {sentence.text[:80]!r}.",
                "Ask again; if it happens again, report it: it is a defect.",
            )
        for citation in sentence.citations:
            check_citation(tools.library, citation)
    read = state.evidence[: max(tools.settings.answer.read, len(state.draft.steps))]
    if not state.draft.written_by or not tools.writing:
        return tools.verifier.verify(state.resolved_question, state.draft, read)
    sentences = tools.writing.verifier.verify(state.resolved_question, state.draft, read)
    for citation in (one for sentence in sentences for one in sentence.citations):
        check_citation(tools.library, citation)
    return sentences


def check_citation(library: Library, citation: Citation) -> None:
    """Raise LedgerError unless the quote is what stands at its offsets in the library."""
    is_whole = len(citation.quote) == citation.end - citation.start > 0
    found = read_span(library, citation.document_id, citation.start, citation.end)
    if found is None:
        raise LedgerError(
            f"{citation.source} was removed or replaced while it was being read.", "Ask again."
        )
    if found != citation.quote or not is_whole:
        raise LedgerError(
            f"A quote from {citation.source} is not what stands at its place.",
            "Run `groundwire check`, and report this: it is a defect.",
        )
