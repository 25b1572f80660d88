"""From a question to its outcome: what a system answers or finds, and what it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from groundwire.agents import Tools, check_citation, stream
from groundwire.core.errors import GroundwireError, LedgerError
from groundwire.core.schema import Answer, Citation, Event, Passage, Sentence, Status
from groundwire.eval.schema import Outcome, Question, Span
from groundwire.retrievers import Scope, search


@dataclass(frozen=True, kw_only=True)
class Respondent:
    """A system with its tools open. ``collection`` is None for a corpus of its own."""

    tools: Tools
    answers: bool
    collection: str | None = None

    async def respond(self, question: Question) -> Outcome:
        """The outcome of ``question``; what breaks on the way is raised or told in it."""
        started = time.perf_counter()
        watched = await self._ask(question) if self.answers else self._search(question)
        return self._outcome(question, watched, time.perf_counter() - started)

    def _search(self, question: Question) -> _Watched:
        """Search alone, with the question as it stands by itself."""
        query = self.tools.rewriter.rewrite(question.text, question.history)[0]
        kept = self.tools.settings.answer.evidence
        scope = Scope(collection=self.collection)
        hits = search(self.tools.library, query.text, k=kept, scope=scope)
        return _Watched(
            found=[(hit.passage, hit.score) for hit in hits],
            trace={"queries": [{"text": query.text, "kind": query.kind.value}]},
        )

    async def _ask(self, question: Question) -> _Watched:
        events: list[Event] = []
        async with aclosing(
            stream(
                question.text,
                tools=self.tools,
                collection=self.collection,
                history=question.history,
            )
        ) as watched:
            async for event in watched:
                events.append(event)  # noqa: PERF401 - an asynchronous comprehension is no clearer
        return _watch(events)

    def _outcome(self, question: Question, watched: _Watched, seconds: float) -> Outcome:
        answer = watched.answer
        shown = answer.sentences if answer else ()
        naming = _Naming(question, named=self.collection is None)
        failed = answer is not None and answer.status is Status.FAILED
        ranking = tuple(dict.fromkeys(naming.name(passage) for passage, _ in watched.found))
        return Outcome(
            question=question,
            seconds=seconds,
            answer=answer,
            ranking=ranking,
            cited=dict(_cited(shown, watched, naming)),
            support=max((one.support for one in watched.drafted), default=None),
            quotes_exact=tuple(self._is_exact(one) for one in _citations(shown)),
            passages_read=min(self.tools.settings.answer.read, len(watched.found)) if answer else 0,
            trace=watched.trace | {"evidence": _ranked(watched, naming)},
            error=answer.reason if answer and failed else None,
        )

    def _is_exact(self, citation: Citation) -> bool:
        try:
            check_citation(self.tools.library, citation)
        except LedgerError:
            return False
        return True


@dataclass(frozen=True, kw_only=True)
class _Watched:
    """What was seen of a run: passages with their scores, best first, and what was made of them."""

    found: list[tuple[Passage, float]]
    answer: Answer | None = None
    drafted: tuple[Sentence, ...] = ()
    trace: dict[str, Any] = field(default_factory=dict)


def _watch(events: list[Event]) -> _Watched:
    """What the events of a run told; the last one holds the answer."""
    answer = events[-1].data.get("answer") if events else None
    if not isinstance(answer, Answer):
        raise GroundwireError("The run ended without an answer.", "Report this: it is a defect.")
    verified = [event.data["sentences"] for event in events if event.step == "verify"]
    drafted = verified[-1] if verified else answer.sentences
    sentences = tuple(drafted) if isinstance(drafted, list | tuple) else ()
    return _Watched(
        found=[(one.passage, one.score) for one in answer.evidence],
        answer=answer,
        drafted=sentences,
        trace={
            "queries": [{"text": one.text, "kind": one.kind.value} for one in answer.queries],
            "sentences": [_sentence(one) for one in sentences],
            "reason": answer.reason,
            "steps": _step_seconds(events),
        },
    )


def _step_seconds(events: list[Event]) -> dict[str, float]:
    """Seconds that each step took; a step that ran twice counts both times."""
    starts = [0.0, *(event.seconds for event in events)]
    spent: dict[str, float] = {}
    for event, (start, end) in zip(events, pairwise(starts), strict=True):
        spent[event.step] = round(spent.get(event.step, 0.0) + end - start, 4)
    return spent


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "verdict": sentence.verdict.value,
        "support": sentence.support,
        "citations": [
            {"source": one.source, "start": one.start, "end": one.end, "quote": one.quote}
            for one in sentence.citations
        ],
    }


def _ranked(watched: _Watched, naming: _Naming) -> list[dict[str, Any]]:
    return [
        {"id": naming.name(passage), "score": round(score, 5)} for passage, score in watched.found
    ]


def _citations(sentences: tuple[Sentence, ...]) -> Iterator[Citation]:
    return (citation for sentence in sentences for citation in sentence.citations)


def _cited(
    shown: tuple[Sentence, ...], watched: _Watched, naming: _Naming
) -> Iterator[tuple[str, str]]:
    """Ids and texts of the passages that the shown sentences cite."""
    for citation in _citations(shown):
        for passage, _ in watched.found:
            if passage.document_id == citation.document_id and _overlaps(passage, citation):
                yield naming.name(passage), passage.text


class _Naming:
    """Names passages as the judgements of a question do.

    The lines of a corpus are named by its ids, which stand as their source. Passages of a
    collection have no names: one that touches a judged span bears the span's id, every other one
    its own place.
    """

    def __init__(self, question: Question, *, named: bool) -> None:
        self._spans = () if named else question.spans
        self._named = named

    def name(self, passage: Passage) -> str:
        """The id of ``passage``."""
        if self._named:
            return passage.source
        for span in self._spans:
            if same_file(passage.source, span.source) and _overlaps(passage, span):
                return span.id
        return f"{passage.source}:{passage.start}-{passage.end}"


def same_file(path: str, name: str) -> bool:
    """Whether ``name`` is the path, or the end of it from a folder on."""
    return path == name or path.endswith(f"/{name}")


def _overlaps(passage: Passage, place: Citation | Span) -> bool:
    end = passage.end if place.end is None else place.end
    return passage.start < end and place.start < passage.end
