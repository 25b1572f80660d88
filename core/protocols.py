"""The few shapes that parts of groundwire are exchanged by. Implementations do not inherit them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from groundwire.core.findings import Completion, Judgement, Message, Reading
from groundwire.core.schema import (
    Draft,
    Evidence,
    Hit,
    Query,
    Sentence,
    Turn,
)

FloatArray = NDArray[np.float32]


class Tokens(Protocol):
    """What splitting needs of an encoder: a measure of length."""

    @property
    def max_tokens(self) -> int:
        """Most tokens of one text that are read; what is longer is cut."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""


class Encoder(Tokens, Protocol):
    """Turns texts into vectors of unit length."""

    @property
    def name(self) -> str:
        """Identity of model and weights: vectors of two names must never be mixed."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of shape (len(texts), dimension), in the order given."""


class ChainScorer(Protocol):
    """Tells from how candidates were found and reached how much each of them matters."""

    @property
    def name(self) -> str:
        """Identity of the weights."""

    def score(self, rows: FloatArray) -> FloatArray:
        """Log odds of shape (candidates,), from features of shape (candidates, features)."""


class Reranker(Protocol):
    """Orders candidates by how well they answer a question."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:
        """All of ``hits`` as evidence, best first."""


class Reader(Protocol):
    """Drafts an answer whose every sentence cites characters of the evidence."""

    def read(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """A draft; empty when the evidence holds nothing to say."""


class Verifier(Protocol):
    """Judges a draft that it did not write."""

    def verify(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Sentence]:
        """The draft's sentences, each with its verdict and support, in their order.

        ``evidence`` is what the draft was written from.
        """


class Rewriter(Protocol):
    """Turns a question of a conversation into queries that stand alone."""

    def rewrite(self, question: str, history: Sequence[Turn]) -> list[Query]:
        """The queries to search for, the most important first; never empty."""


class Entailment(Protocol):
    """Says whether texts support sentences."""

    @property
    def name(self) -> str:
        """Identity of model and weights: what two names say must never be mixed."""

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """For each pair of evidence and sentence how probably the first supports the second.

        Probabilities are from 0 to 1, in the order of ``pairs``; from 0.5 on it is supported.
        """


class ClaimJudge(Entailment, Protocol):
    """An entailment model that also says when texts contradict sentences."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each pair of evidence and sentence, in their order."""


class PassageReader(Protocol):
    """Reads texts for a question: whether each matters, and which span of it answers."""

    @property
    def name(self) -> str:
        """Identity of model and weights."""

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """A reading of each text, in their order; each is the same whatever the others are."""


class TermPicker(Protocol):
    """Picks the words of a conversation that its latest question leaves out."""

    @property
    def name(self) -> str:
        """Identity of model and weights."""

    def pick(self, question: str, history: Sequence[str]) -> list[tuple[str, float]]:
        """Words of ``history``, as they stand there, with the probability that each is needed.

        ``history`` holds what was asked and answered, the oldest first. Each word once, in the
        order of its first appearance.
        """


class LanguageModel(Protocol):
    """Writes text that goes on a conversation."""

    @property
    def name(self) -> str:
        """Identity of the model: what two names wrote must never be mixed."""

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float = 0.0,
        seed: int | None = None,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """Its reply to ``messages``, the oldest first, of ``most_tokens`` at most.

        At ``temperature`` 0 it is the likeliest one; above, the same ``seed`` gives the same
        reply as far as the model can. A JSON ``schema`` guides the reply where the model can be
        guided, and is ignored where it cannot. Raises ModelError when there is none to be had.
        """

    async def stream(
        self,
        messages: Sequence[Message],
        on_text: Callable[[str], None],
        *,
        temperature: float = 0.0,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """As ``complete``, with each piece of the reply given to ``on_text`` as it comes.

        What came before a stream broke is a reply that was cut; ModelError if nothing came.
        """
