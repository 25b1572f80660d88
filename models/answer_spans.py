"""From the logits of a pair's tokens to the spans that may answer."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from groundwire.core.findings import AnswerSpan
from groundwire.core.protocols import FloatArray
from groundwire.models.pair_tokens import Pair

# Most tokens of an answer, as in "BERT: Pre-training of Deep Bidirectional Transformers".
LONGEST = 30


def best_spans(start: FloatArray, end: FloatArray, pair: Pair, *, most: int) -> list[AnswerSpan]:
    """The ``most`` likeliest spans of ``pair``, the best first, in characters of its second text.

    ``start`` and ``end`` hold a logit a token. A span's score is their sum, less that of the first
    token, which stands for no answer.
    """
    count = len(pair.spans)
    if count == 0:
        return []
    starts, ends = start[pair.second :][:count], end[pair.second :][:count]
    padded = np.pad(ends, (0, LONGEST - 1), constant_values=-np.inf)
    # Row: the first token of a span; column: how many tokens follow it.
    following = np.lib.stride_tricks.sliding_window_view(padded, LONGEST)
    scores = (starts[:, np.newaxis] + following - (start[0] + end[0])).ravel()
    likeliest = np.argpartition(-scores, min(most, scores.size - 1))[:most]
    ordered = sorted(likeliest.tolist(), key=lambda place: (-scores[place], place))
    return [
        AnswerSpan(
            start=pair.spans[place // LONGEST][0],
            end=pair.spans[place // LONGEST + place % LONGEST][1],
            score=float(scores[place]),
        )
        for place in ordered
        if np.isfinite(scores[place])
    ]


def merge_spans(spans: Iterable[AnswerSpan], text: str, *, most: int) -> tuple[AnswerSpan, ...]:
    """The ``most`` best of ``spans``, each once and without blanks around it."""
    best: dict[tuple[int, int], AnswerSpan] = {}
    for span in spans:
        trimmed = _trim(span, text)
        place = (trimmed.start, trimmed.end)
        if trimmed.start < trimmed.end and (place not in best or best[place].score < trimmed.score):
            best[place] = trimmed
    return tuple(sorted(best.values(), key=lambda span: (-span.score, span.start, span.end))[:most])


def _trim(span: AnswerSpan, text: str) -> AnswerSpan:
    part = text[span.start : span.end]
    start = span.start + len(part) - len(part.lstrip())
    return AnswerSpan(start=start, end=start + len(part.strip()), score=span.score)
