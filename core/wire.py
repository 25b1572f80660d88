"""The JSON form of core types: the contract of the command line, and how conversations are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from groundwire.core.schema import (
    Answer,
    Assurance,
    Citation,
    Evidence,
    Link,
    Passage,
    Query,
    QueryKind,
    Sentence,
    Status,
    Step,
    Usage,
    Verdict,
)


def as_json(value: object) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """``value`` as plain JSON types. A ``passage`` is merged into the object that holds it."""
    if is_dataclass(value) and not isinstance(value, type):
        merged: dict[str, Any] = {}
        for part in fields(value):
            item = as_json(getattr(value, part.name))
            merged.update(item if part.name == "passage" else {part.name: item})
        return merged
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    return value


def answer_from_json(data: Mapping[str, Any]) -> Answer:
    """The answer that ``as_json`` wrote, now or in an earlier version.

    KeyError or TypeError if it is not one.
    """
    return Answer(
        **{
            **data,
            "status": Status(data["status"]),
            "sentences": tuple(_sentence(item) for item in data["sentences"]),
            "evidence": tuple(_evidence(item) for item in data["evidence"]),
            "queries": tuple(
                Query(text=item["text"], kind=QueryKind(item["kind"])) for item in data["queries"]
            ),
            "usage": Usage(**data["usage"]),
            "assurance": _assurance(data.get("assurance")),
            "steps": tuple(
                Step(**{**item, "citation": Citation(**item["citation"])})
                for item in data.get("steps", ())
            ),
        }
    )


def _assurance(data: Mapping[str, Any] | None) -> Assurance | None:
    if not data:
        return None
    return Assurance(**{**data, "other_models": tuple(data.get("other_models", ()))})


def _sentence(data: Mapping[str, Any]) -> Sentence:
    citations = tuple(Citation(**item) for item in data["citations"])
    return Sentence(**{**data, "citations": citations, "verdict": Verdict(data["verdict"])})


def _evidence(data: Mapping[str, Any]) -> Evidence:
    passage = Passage(**{part.name: data[part.name] for part in fields(Passage)})
    chain = tuple(Link(**item) for item in data["chain"])
    return Evidence(passage=passage, score=data["score"], chain=chain)
