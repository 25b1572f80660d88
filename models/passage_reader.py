"""The bundled ranker-reader: one pass over question and passage serves ranking and reading."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np

from groundwire.core.findings import Reading
from groundwire.models.answer_spans import best_spans, merge_spans
from groundwire.models.pair_graph import Outputs, PairGraph
from groundwire.models.pair_tokens import Pair, windows
from groundwire.models.recent import Recent

OUTPUTS = ("start", "end", "whole")
# What the numbers of the output ``whole`` say, in their order.
RELEVANT, ANSWERS, KINDS = 0, 1, slice(2, 5)
SPANS = 5
# Windows of one text that are read: at least 39,000 tokens, or 150,000 characters of English.
MOST_WINDOWS = 512
# Readings kept, so that the steps of one question share them.
KEPT = 4096


class ExtractiveReader:
    """Reads texts of any length in windows; of each probability the best window's counts.

    Of the question the first 64 tokens are read, and of a text the first 512 windows (at least
    150,000 characters). What was read last is remembered: asking again for the same question and
    text costs nothing. ``graph`` is what it runs. Raises ModelError as PairGraph does.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.graph = PairGraph(folder, outputs=OUTPUTS, threads=threads)
        self._recent: Recent[bytes, Reading] = Recent(KEPT)

    @property
    def name(self) -> str:
        """Identity of model and weights."""
        return self.graph.name

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """A reading of each text, in their order; each is the same whatever the others are."""
        found: dict[str, Reading] = {}
        missing: dict[str, bytes] = {}
        for text in texts:
            key = _key(question, text)
            known = self._recent.get(key)
            if known is None:
                missing[text] = key
            else:
                found[text] = known
        for text, fresh in zip(missing, self._read(question, list(missing)), strict=True):
            found[text] = fresh
            self._recent.put(missing[text], fresh)
        return [found[text] for text in texts]

    def _read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        if not texts:
            return []
        asked, *encoded = self.graph.encode([question, *texts])
        # A text without a token has no window: there is nothing to read in it.
        pairs = [
            list(islice(windows(asked, text, most=self.graph.max_tokens), MOST_WINDOWS))
            if text.ids
            else []
            for text in encoded
        ]
        outputs = iter(self.graph.run([pair for group in pairs for pair in group]))
        return [
            self._fold(text, [(pair, next(outputs)) for pair in group])
            for text, group in zip(texts, pairs, strict=True)
        ]

    def _fold(self, text: str, read: Sequence[tuple[Pair, Outputs]]) -> Reading:
        if not read:
            return Reading(relevance=0.0, answers=0.0)
        wholes = np.stack([outputs["whole"] for _, outputs in read])
        most_relevant = wholes[wholes[:, RELEVANT].argmax()]
        _, yes, no = _softmax(most_relevant[KINDS].tolist())
        spans = [
            span
            for pair, outputs in read
            for span in best_spans(outputs["start"], outputs["end"], pair, most=SPANS)
        ]
        return Reading(
            relevance=self._probability("relevance", wholes[:, RELEVANT].max()),
            answers=self._probability("answers", wholes[:, ANSWERS].max()),
            yes=yes,
            no=no,
            spans=merge_spans(spans, text, most=SPANS),
        )

    def _probability(self, output: str, logit: np.float32) -> float:
        return self.graph.scaling(output).probability(float(logit))


def _softmax(logits: Sequence[float]) -> list[float]:
    powers = np.exp(np.array(logits) - max(logits))
    return [float(power) for power in powers / powers.sum()]


def _key(question: str, text: str) -> bytes:
    """A hash, since texts may be long and many are remembered."""
    parts = (question.encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass"))
    return blake2b(len(parts[0]).to_bytes(8) + b"".join(parts), digest_size=16).digest()
