"""The local verifier: how well a sentence answers, by models that did not choose it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from groundwire.agents.calibration import Calibration
from groundwire.agents.passage_view import logit, view
from groundwire.agents.span_reader import Found, find_spans, same_answer
from groundwire.core.protocols import ClaimJudge, PassageReader
from groundwire.core.schema import Draft, Evidence, Sentence, Verdict
from groundwire.retrievers import TermWeights

Features = dict[str, float]


class AnswerVerifier:
    """Asks the entailment model whether the passage supports the answer that a sentence gives.

    What it says is joined with the passage reader's doubts and with the words of the question,
    and calibrated on judged questions.
    """

    def __init__(
        self,
        models: tuple[PassageReader, ClaimJudge],
        weigh: Callable[[str], TermWeights],
        *,
        calibration: Calibration,
        threshold: float,
    ) -> None:
        self._reader, self._judge = models
        self._weigh = weigh
        self._calibration = calibration
        self._threshold = threshold

    def verify(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Sentence]:
        """The draft's sentences; supported from the threshold on."""
        judged = []
        for sentence, features in zip(
            draft.sentences, self.features(question, draft, evidence), strict=True
        ):
            support = self._calibration.support(features)
            enough = support >= self._threshold
            verdict = Verdict.SUPPORTED if enough else Verdict.UNSUPPORTED
            judged.append(replace(sentence, verdict=verdict, support=round(support, 4)))
        return judged

    def features(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Features]:
        """What is known of each drafted sentence, by name."""
        if not draft.sentences:
            return []
        found = find_spans(self._reader, question, evidence)
        spans = [_span_of(sentence, found) for sentence in draft.sentences]
        pairs = [
            (_shown(sentence, span), f"Q: {question} A: {span.text if span else sentence.text}")
            for sentence, span in zip(draft.sentences, spans, strict=True)
        ]
        terms = self._weigh(question)
        return [
            {
                "entailed": logit(judgement.support),
                "contradicted": judgement.contradiction,
                "coverage": terms.coverage(shown),
                **_of_span(span, found),
            }
            for (shown, _), judgement, span in zip(
                pairs, self._judge.judge(pairs), spans, strict=True
            )
        ]


def _span_of(sentence: Sentence, found: Sequence[Found]) -> Found | None:
    """The best span that stands within what the sentence cites."""
    for citation in sentence.citations:
        for span in found:
            passage = span.evidence.passage
            start, end = passage.start + span.start, passage.start + span.end
            within = citation.start <= start and end <= citation.end
            if within and passage.document_id == citation.document_id:
                return span
    return None


def _shown(sentence: Sentence, span: Found | None) -> str:
    """The passage that a sentence was taken from, or what it cites."""
    if span:
        return view(span.evidence.passage).text
    return "\n".join(f"{one.title}\n{one.quote}" for one in sentence.citations)


def _of_span(span: Found | None, found: Sequence[Found]) -> Features:
    """What the passage reader finds, and whether other passages give the same answer."""
    if span is None:
        return {"span": -12.0, "answers": -12.0, "relevance": -12.0, "agreeing": 0.0, "ahead": 0.0}
    own = span.score
    others = [other for other in found if other.evidence is not span.evidence]
    agreeing = [other for other in others if same_answer(other.text, span.text)]
    rivals = [other.score for other in others if not same_answer(other.text, span.text)]
    score = next(one.score for one in span.reading.spans)
    return {
        "span": score,
        "answers": logit(span.reading.answers),
        "relevance": logit(span.reading.relevance),
        "agreeing": float(min(2, len(agreeing))),
        "ahead": max(-12.0, min(12.0, own - max(rivals, default=own - 12.0))),
    }
