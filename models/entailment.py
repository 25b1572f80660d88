"""The bundled entailment model: whether evidence supports or contradicts a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np

from groundwire.core.findings import Judgement
from groundwire.models.pair_graph import Outputs, PairGraph
from groundwire.models.pair_tokens import MOST_CLAIM, Pair, TokenizedText, windows

# The sentence is the first text of a pair and the evidence the second.
# Windows of one evidence that are read: about 40,000 tokens, or 170,000 characters of English.
MOST_WINDOWS = 256
# Parts of one sentence that are read: 768 tokens, which no sentence of prose has.
MOST_PARTS = 8

UNKNOWN = Judgement(support=0.0, contradiction=0.0)


class EntailmentJudge:
    """Judges sentences by evidence of any length, read in windows.

    Support is that of the window which supports most. What one window supports another cannot
    contradict: contradiction is the highest of all windows, but never more than what support
    leaves. A sentence of more than 96 tokens is read in parts, and is supported as far as its
    least supported part. Nothing is found of an empty sentence or evidence, nor of a sentence
    over 768 tokens: what was not read to its end is never called supported. Of evidence the
    first 256 windows are read (about 170,000 characters). ``graph`` is what it runs. Raises
    ModelError as PairGraph does.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.graph = PairGraph(folder, outputs=("logits",), threads=threads)

    @property
    def name(self) -> str:
        """Identity of model, weights and calibration."""
        return self.graph.name

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """For each pair of evidence and sentence how probably the first supports the second."""
        return [judgement.support for judgement in self.judge(pairs)]

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each pair of evidence and sentence, in their order."""
        encoded = self._encode(pairs)
        once = list(dict.fromkeys(pairs))
        parts = [self._windows(encoded[evidence], encoded[claim]) for evidence, claim in once]
        flat = chain.from_iterable(chain.from_iterable(parts))
        outputs = iter(self.graph.run(list(flat)))
        judged = {
            pair: _join([self._best(list(islice(outputs, len(one)))) for one in part])
            for pair, part in zip(once, parts, strict=True)
        }
        return [judged[pair] for pair in pairs]

    def _encode(self, pairs: Sequence[tuple[str, str]]) -> dict[str, TokenizedText]:
        texts = list(dict.fromkeys(chain.from_iterable(pairs)))
        return dict(zip(texts, self.graph.encode(texts), strict=True))

    def _windows(self, evidence: TokenizedText, claim: TokenizedText) -> list[list[Pair]]:
        """For every part of the sentence the windows of the evidence."""
        if not evidence.ids or len(claim.ids) > MOST_PARTS * MOST_CLAIM:
            return []
        most = self.graph.max_tokens
        return [
            list(islice(windows(part, evidence, most=most, most_first=MOST_CLAIM), MOST_WINDOWS))
            for part in _parts(claim)
        ]

    def _best(self, outputs: Sequence[Outputs]) -> Judgement:
        """One judgement from those of all windows."""
        judged = [self._judgement(output["logits"].tolist()) for output in outputs]
        support = max(one.support for one in judged)
        contradiction = max(one.contradiction for one in judged)
        return Judgement(support=support, contradiction=min(contradiction, 1.0 - support))

    def _judgement(self, logits: Sequence[float]) -> Judgement:
        """Support against the two others together, which share what calibration leaves them."""
        supported, neutral, contradicted = logits
        against = float(np.logaddexp(neutral, contradicted))
        support = self.graph.scaling("support").probability(supported - against)
        return Judgement(
            support=support, contradiction=(1.0 - support) * math.exp(contradicted - against)
        )


def _parts(claim: TokenizedText) -> Iterator[TokenizedText]:
    """The sentence in parts of like length; none of an empty one."""
    count = math.ceil(len(claim.ids) / MOST_CLAIM)
    for number in range(count):
        here = slice(len(claim.ids) * number // count, len(claim.ids) * (number + 1) // count)
        yield TokenizedText(ids=claim.ids[here], offsets=claim.offsets[here])


def _join(parts: Sequence[Judgement]) -> Judgement:
    """Of a whole sentence: supported if every part is, contradicted if one is."""
    if not parts:
        return UNKNOWN
    return Judgement(
        support=min(part.support for part in parts),
        contradiction=max(part.contradiction for part in parts),
    )
