from __future__ import annotations

import numpy as np
import pytest

from groundwire.core.findings import AnswerSpan
from groundwire.models.answer_spans import LONGEST, best_spans, merge_spans
from groundwire.models.pair_tokens import Pair


@pytest.mark.parametrize("count", [1, 3, 29, 60])
def test_the_best_spans_are_those_of_all_that_there_are(count: int) -> None:
    draw = np.random.default_rng(count)
    start, end = draw.normal(size=(2, count + 4)).astype(np.float32)
    pair = Pair(ids=[0] * (count + 4), second=3, spans=[(n, n + 1) for n in range(count)])
    every = {
        (first, last + 1): float(start[first + 3] + end[last + 3] - start[0] - end[0])
        for first in range(count)
        for last in range(first, min(count, first + LONGEST))
    }
    expected = sorted(every.items(), key=lambda item: -item[1])[:5]
    found = best_spans(start, end, pair, most=5)
    assert [(one.start, one.end) for one in found] == [place for place, _ in expected]
    assert [one.score for one in found] == pytest.approx([score for _, score in expected], abs=1e-5)


def test_a_pair_without_a_second_text_has_none() -> None:
    logits = np.zeros(3, dtype=np.float32)
    assert best_spans(logits, logits, Pair(ids=[1, 2, 3], second=2, spans=[]), most=5) == []


def test_merged_spans_stand_once_without_blanks_and_in_order() -> None:
    text = "an  eagle \n swan"
    spans = [
        AnswerSpan(start=2, end=11, score=1.0),
        AnswerSpan(start=4, end=9, score=2.0),
        AnswerSpan(start=12, end=16, score=3.0),
        AnswerSpan(start=9, end=12, score=9.0),
    ]
    merged = merge_spans(spans, text, most=5)
    assert [(text[one.start : one.end], one.score) for one in merged] == [
        ("swan", 3.0),
        ("eagle", 2.0),
    ]
    assert merge_spans(spans, text, most=1) == merged[:1]
