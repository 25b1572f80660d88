"""What models are told and say, before anybody decides what to make of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from groundwire.core.schema import Usage

# --- texts and sentences ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerSpan:
    """Characters of a text that may answer a question; ``score`` above 0: likelier than none."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a model found in one text for one question.

    ``relevance`` is the probability that the text is needed, ``answers`` that it alone holds the
    answer, ``yes`` and ``no`` that the answer is this word. ``spans``: the likeliest ones, the
    best first; none in a text without characters.
    """

    relevance: float
    answers: float
    yes: float = 0.0
    no: float = 0.0
    spans: tuple[AnswerSpan, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What evidence makes of a sentence: probabilities that it supports or contradicts it."""

    support: float
    contradiction: float


# --- language models -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A turn of a conversation with a language model."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """What a language model replied, and what it cost; ``cut`` if it had more to say."""

    text: str
    usage: Usage = field(default_factory=Usage)
    cut: bool = False
