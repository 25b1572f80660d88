"""The local verifier: how well a sentence answers, by models that did not choose it alone."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.agents.calibration import Calibration
from groundwire.agents.likeness import Likeness
from groundwire.agents.passage_view import asked, logit, view
from groundwire.agents.span_reader import Found, find_spans
from groundwire.agents.supporting import mark_supported
from groundwire.core.protocols import ClaimJudge, PassageReader
from groundwire.core.schema import Draft, Evidence, Sentence

Features = dict[str, float]
# Names of what a calibration may weigh.
FEATURES = ("entailed", "span", "nearness", "coverage")
# The score of a sentence in which the passage reader saw no span: as low as scores get.
NO_SPAN = -12.0


class AnswerVerifier:
    """Asks the entailment model whether the passage supports the answer that a sentence gives.

    What it says is joined with how sure the passage reader was of the span, with the cosine of the
    question to the passage, and with the share of the question's words that stand there, and
    calibrated on judged questions.
    """

    def __init__(
        self,
        passage_reader: PassageReader,
        judge: ClaimJudge,
        likeness: Likeness,
        *,
        calibration: Calibration,
        threshold: float,
    ) -> None:
        self._reader = passage_reader
        self._judge = judge
        self._likeness = likeness
        self._calibration = calibration
        self._threshold = threshold

    def verify(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Sentence]:
        """The draft's sentences; supported from the threshold on."""
        return mark_supported(
            draft.sentences,
            map(self._calibration.support, self.features(question, draft, evidence)),
            self._threshold,
        )

    def features(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Features]:
        """What is known of each drafted sentence, by name."""
        if not draft.sentences:
            return []
        found = find_spans(self._reader, question, evidence)
        spans = [_span_of(sentence, found) for sentence in draft.sentences]
        said = [
            span.text if span else one.text
            for one, span in zip(draft.sentences, spans, strict=True)
        ]
        # The short answer rests on the first sentence, and may be yes, no or a field of a row.
        said[0] = draft.short_answer or said[0]
        shown = [
            _shown(sentence, span) for sentence, span in zip(draft.sentences, spans, strict=True)
        ]
        said = [f"Q: {asked(question)} A: {answer}" for answer in said]
        judged = self._judge.judge(list(zip(shown, said, strict=True)))
        near = self._likeness.nearness(question, shown)
        covered = self._likeness.coverage(question, shown)
        return [
            {
                "entailed": logit(judgement.support),
                "span": span.span_score if span else NO_SPAN,
                "nearness": nearness,
                "coverage": coverage,
            }
            for judgement, span, nearness, coverage in zip(
                judged, spans, near, covered, strict=True
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
