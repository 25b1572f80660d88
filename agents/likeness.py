"""How much a text is about a question: by the encoder, and by the question's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundwire.core.protocols import Encoder
from groundwire.retrievers import TermWeights


class Likeness:
    """Compares with the same encoder, and the same weights of words, that searched."""

    def __init__(self, encoder: Encoder, weigh: Callable[[str], TermWeights]) -> None:
        self._encoder = encoder
        self._weigh = weigh

    def nearness(self, question: str, texts: Sequence[str]) -> list[float]:
        """The cosine of the question to each text."""
        once = list(dict.fromkeys(texts))
        asked, *vectors = self._encoder.encode([question, *once])
        near = {text: float(asked @ vector) for text, vector in zip(once, vectors, strict=True)}
        return [near[text] for text in texts]

    def coverage(self, question: str, texts: Sequence[str]) -> list[float]:
        """The share of the question's weight whose words stand in each text, 0 to 1."""
        terms = self._weigh(question)
        return [terms.coverage(text) for text in texts]
