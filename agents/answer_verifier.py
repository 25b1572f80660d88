"""The local verifier: how well a sentence answers, by models that did not choose it alone."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.agents.calibration import Calibration
from groundwire.agents.likeness import Likeness
from groundwire.agents.passage_view import asked, logit, probability, view
from groundwire.agents.span_reader import Found, find_spans
from groundwire.agents.supporting import mark_supported
from groundwire.core.protocols import ClaimJudge, PassageReader
from groundwire.core.schema import Citation, Draft, Evidence, Sentence, Step

Features = dict[str, float]
# Names of what a calibration may weigh.
FEATURES = ("entailed", "span", "nearness", "coverage")
# From the log odds of the weakest step to those of a computed comparison: small errors in dates
# mostly leave their order. Fitted to 241 train questions of 2WikiMultihopQA and HotpotQA, of which
# 91 % came out right; of 248 dev questions 89 % did, and this says 91 %. Of 496 comparisons of
# things that no passage names, none was answered. With a step below 0.01, 6 % of the dev questions,
# half were right: that makes nothing surer. Those tasks hold nine comparisons of numbers, too few
# to fit anything: of 44 more over their passages all came out right.
COMPARED_WEIGHT, COMPARED_BIAS, COMPARED_FROM = 0.38, 3.24, 0.01
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
        supports = map(self._calibration.support, self.features(question, draft, evidence))
        if draft.steps and draft.short_answer != draft.steps[-1].answer:
            supports = map(_support_compared, supports)
        return mark_supported(draft.sentences, supports, self._threshold)

    def features(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Features]:
        """What is known of each drafted sentence, by name."""
        if not draft.sentences:
            return []
        if draft.steps:
            steps = [self._of_step(step, evidence) for step in draft.steps]
            # What rests on steps is as sure as the least sure of them.
            return [min(steps, key=self._calibration.support)] * len(draft.sentences)
        # The short answer rests on the first sentence, and may be yes, no or a field of a row.
        return self._measure(question, draft.sentences, draft.short_answer, evidence)

    def _of_step(self, step: Step, evidence: Sequence[Evidence]) -> Features:
        sentence = Sentence(text=step.citation.quote, citations=(step.citation,))
        cited = [one for one in evidence if _holds(one, step.citation)]
        (features,) = self._measure(step.question, [sentence], step.answer, cited)
        return features

    def _measure(
        self,
        question: str,
        sentences: Sequence[Sentence],
        short_answer: str | None,
        evidence: Sequence[Evidence],
    ) -> list[Features]:
        found = find_spans(self._reader, question, evidence)
        spans = [_span_of(sentence, found) for sentence in sentences]
        said = [span.text if span else one.text for one, span in zip(sentences, spans, strict=True)]
        said[0] = short_answer or said[0]
        shown = [_shown(sentence, span) for sentence, span in zip(sentences, spans, strict=True)]
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


def _support_compared(weakest: float) -> float:
    if weakest < COMPARED_FROM:
        return weakest
    return probability(COMPARED_WEIGHT * logit(weakest) + COMPARED_BIAS)


def _holds(item: Evidence, citation: Citation) -> bool:
    passage = item.passage
    within = passage.start <= citation.start and citation.end <= passage.end
    return within and passage.document_id == citation.document_id


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
