"""From calibrated support to verdicts: the part that all local verifiers share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from groundwire.core.schema import Sentence, Verdict


def mark_supported(
    sentences: Sequence[Sentence], supports: Iterable[float], threshold: float
) -> list[Sentence]:
    """``sentences`` with their verdicts: supported from ``threshold`` on.

    ``supports`` are probabilities, one for each sentence.
    """
    judged = []
    for sentence, support in zip(sentences, supports, strict=True):
        verdict = Verdict.SUPPORTED if support >= threshold else Verdict.UNSUPPORTED
        judged.append(replace(sentence, verdict=verdict, support=round(support, 4)))
    return judged
