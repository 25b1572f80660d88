"""What the answer on the page is made of: plain data for the component that draws it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groundwire.app.assurance_text import describe_promise
from groundwire.app.page_markdown import as_markdown
from groundwire.app.page_sources import (
    Standing,
    explain_standing,
    numbers_of,
    openable,
    place_of,
)
from groundwire.core.schema import Answer, Citation, Sentence, Status, Verdict

Judge = Callable[[Citation], Standing]

_TITLES = {
    Status.PARTIAL: "Only part of this is supported by your documents.",
    Status.ABSTAINED: "Your documents do not seem to answer this.",
    Status.FAILED: "This question could not be answered.",
}
_DOUBTS = {
    Verdict.UNSUPPORTED: "not supported",
    Verdict.CONTRADICTED: "contradicted by your documents",
}


def answer_payload(answer: Answer, judge: Judge) -> dict[str, Any]:
    """The answer as the component takes it; ``judge`` says whether a quote still stands."""
    cited = answer.status in {Status.ANSWERED, Status.PARTIAL}
    places = openable(answer)
    return {
        "status": answer.status.value,
        "title": _TITLES.get(answer.status),
        "short": answer.short_answer,
        "sentences": _sentences(answer),
        "notes": [answer.reason] if answer.reason else [],
        "label": "Sources" if cited else "Nearest passages",
        "sources": [
            _source(number, place, judge(place), excerpt=not cited)
            for number, place in enumerate(places, 1)
        ],
        "assurance": describe_promise(answer),
        "markdown": as_markdown(answer) if cited else None,
    }


def _sentences(answer: Answer) -> list[dict[str, Any]]:
    if not answer.sentences and answer.text:
        return [_plain(answer.text)]
    numbers = numbers_of(answer)
    return [_sentence(sentence, numbers) for sentence in answer.sentences]


def _sentence(sentence: Sentence, numbers: dict[Citation, int]) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "verdict": sentence.verdict.value,
        "numbers": list(dict.fromkeys(numbers[citation] for citation in sentence.citations)),
        "note": _DOUBTS.get(sentence.verdict),
    }


def _plain(text: str) -> dict[str, Any]:
    return {"text": text, "verdict": Verdict.UNCHECKED.value, "numbers": [], "note": None}


def _source(number: int, place: Citation, what: Standing, *, excerpt: bool) -> dict[str, Any]:
    return {
        "number": number,
        "title": place.title,
        "where": place_of(place),
        "path": place.source,
        "excerpt": " ".join(place.quote.split())[:400] if excerpt else None,
        "warning": explain_standing(what),
    }
