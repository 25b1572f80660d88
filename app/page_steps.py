"""The steps of a run as they are watched, and again later from the answer alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from groundwire.app.page_chains import chains_of
from groundwire.app.page_sources import described
from groundwire.app.page_text import Html, element
from groundwire.core.schema import (
    Answer,
    Event,
    Evidence,
    Hit,
    Passage,
    Query,
    Sentence,
    Step,
    Verdict,
)

Found = TypeVar("Found")

SHOWN = 5
"""Passages listed of each step; the number of all stands above them."""

_TITLES = {
    "rewrite": "What to look for",
    "search": "Searching",
    "rerank": "Ranking",
    "decompose": "Asking in steps",
    "read": "Reading",
    "verify": "Checking",
    "repair": "Mending",
    "answer": "Answering",
}
_VERDICTS = {
    Verdict.SUPPORTED: "supported",
    Verdict.UNSUPPORTED: "not supported",
    Verdict.CONTRADICTED: "contradicted",
    Verdict.UNCHECKED: "not checked yet",
}


def steps_of_events(events: Sequence[Event]) -> Html:
    """What a run has found so far, step by step."""
    rows = [
        _step(_TITLES.get(event.step, event.step), f"{event.seconds:.2f} s", _found(event.data))
        for event in events
        if event.step != "answer"
    ]
    return element("div", "gw-steps", *rows)


def steps_of_answer(answer: Answer) -> Html:
    """The same from a kept answer: its queries, passages and verdicts."""
    rows = [
        _step(_TITLES["rewrite"], "", _queries(answer.queries)),
        _step("Passages", "", _passages(answer.evidence)),
        _step(_TITLES["decompose"], "", _steps(answer.steps)),
        _step("What led to what", "", [row for row in [chains_of(answer.evidence)] if row]),
        _step(_TITLES["verify"], "", _sentences(answer.sentences)),
    ]
    return element("div", "gw-steps", *(row for row in rows if row), _cost(answer))


def headline(answer: Answer) -> str:
    """The folded line above the steps; made of words and numbers of ours alone."""
    queries = _count(len(answer.queries), "query", "queries")
    passages = _count(len(answer.evidence), "passage", "passages")
    return f"{queries}, {passages}, {answer.usage.seconds:.1f} s"


def found_so_far(events: Sequence[Event]) -> list[Evidence]:
    """The best passages that a run which did not finish had come to, best first."""
    for event in reversed(events):
        evidence = _only(event.data.get("evidence"), Evidence)
        if evidence:
            return evidence
        hits = _only(event.data.get("hits"), Hit)
        if hits:
            return [Evidence(passage=hit.passage, score=hit.score) for hit in hits]
    return []


def _step(title: str, seconds: str, body: Sequence[Html]) -> Html:
    if not body and not seconds:
        return Html("")
    head = element(
        "div", "gw-step-head", element("b", "", title), element("span", "gw-time", seconds)
    )
    return element("div", "gw-step", head, *body)


def _found(data: Mapping[str, object]) -> list[Html]:
    return [row for name, render in _RENDERERS.items() for row in render(data.get(name))]


def _queries(queries: object) -> list[Html]:
    return [
        element(
            "div", "gw-row", element("span", "gw-text", query.text), element("i", "", query.kind)
        )
        for query in _only(queries, Query)
    ]


def _passages(found: object) -> list[Html]:
    hits = [(hit.passage, hit.score, dict(hit.scores)) for hit in _only(found, Hit)]
    ranked: list[tuple[Passage, float, dict[str, float]]] = [
        (item.passage, item.score, {}) for item in _only(found, Evidence)
    ]
    passages = [*hits, *ranked]
    rows = [element("div", "gw-count", _count(len(passages), "passage", "passages"))]
    for passage, score, scores in passages[:SHOWN]:
        parts = " ".join(f"{name} {value:.2f}" for name, value in sorted(scores.items()))
        rows.append(
            element(
                "div",
                "gw-row",
                element("span", "gw-text", described(passage)),
                element("i", "", f"{score:.3f}" + (f" ({parts})" if parts else "")),
            )
        )
    return rows if passages else []


def _steps(steps: object) -> list[Html]:
    return [
        element(
            "div",
            "gw-row",
            element("span", "gw-text", step.question),
            element("i", "", f"{step.answer} ({step.citation.title})"),
        )
        for step in _only(steps, Step)
    ]


def _sentences(sentences: object) -> list[Html]:
    return [
        element(
            "div",
            "gw-row",
            element("span", "gw-text", sentence.text),
            element("i", f"gw-{sentence.verdict.value}", _judged(sentence)),
        )
        for sentence in _only(sentences, Sentence)
    ]


def _judged(sentence: Sentence) -> str:
    words = _VERDICTS[sentence.verdict]
    return words if sentence.verdict is Verdict.UNCHECKED else f"{words} {sentence.support:.2f}"


def _cost(answer: Answer) -> Html:
    usage = answer.usage
    if not usage.llm_calls:
        return Html("")
    tokens = usage.prompt_tokens + usage.completion_tokens
    calls = _count(usage.llm_calls, "model call", "model calls")
    return element("div", "gw-count", f"{calls}, {tokens:,} tokens, {usage.cost_usd:.4f} USD")


def _only(found: object, kind: type[Found]) -> list[Found]:
    return [item for item in found if isinstance(item, kind)] if isinstance(found, Iterable) else []


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


_RENDERERS: dict[str, Callable[[object], list[Html]]] = {
    "queries": _queries,
    "hits": _passages,
    "evidence": _passages,
    "steps": _steps,
    "sentences": _sentences,
}
