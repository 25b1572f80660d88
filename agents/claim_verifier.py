"""The verifier of what a language model wrote: the entailment model, which wrote none of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from groundwire.agents.claims import find_claims
from groundwire.agents.leaning import leans
from groundwire.agents.weighing import (
    ENOUGH,
    SEVERITY,
    Weigher,
    total_of,
    verdict_of,
    weight_for,
)
from groundwire.core.findings import Judgement
from groundwire.core.protocols import ClaimJudge
from groundwire.core.schema import Citation, Document, Draft, Evidence, Passage, Sentence, Verdict
from groundwire.retrievers import Library

_SILENT = Judgement(support=0.0, contradiction=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """What a sentence claims, or a part of it; ``context`` is what the words lean on."""

    words: str
    context: str
    checkable: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """A part, what each cited passage says of it, and the most that any of them says."""

    words: str
    each: Sequence[Judgement]
    total: Judgement
    verdict: Verdict


class ClaimVerifier:
    """Judges written sentences against the passages that they cite.

    A sentence is supported if each of its parts is by one of these, and contradicted if one of them
    contradicts a part that none supports. ``threshold`` is the support from which on it is
    supported; the model is calibrated on 0.5. What two passages say only together is not
    supported: shown a sentence of each, the model called 21 more right answers supported and 28
    more wrong ones (162 questions of HotpotQA and 2WikiMultihopQA).
    """

    def __init__(self, library: Library, judge: ClaimJudge, *, threshold: float = ENOUGH) -> None:
        self._weigher = Weigher(library, judge)
        self.threshold = threshold

    def verify(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Sentence]:
        """The sentences with verdict and support, each citing the characters that decide.

        Of the passages that a supported sentence cites those are left that support it. A sentence
        that has a verdict keeps it.
        """
        passages = [item.passage for item in evidence]
        return [
            self._verify(question, one, passages) if one.verdict is Verdict.UNCHECKED else one
            for one in draft.sentences
        ]

    def _verify(self, question: str, sentence: Sentence, among: Sequence[Passage]) -> Sentence:
        cited = [one for one in among if any(_is_whole(cite, one) for cite in sentence.citations)]
        parts = [self._judge(part, cited, among) for part in _parts(question, sentence.text)]
        worst = min(parts, key=lambda one: (SEVERITY.index(one.verdict), one.total.support))
        return replace(
            sentence,
            verdict=worst.verdict,
            support=worst.total.support,
            citations=tuple(self._quote(worst.verdict, parts, cited)),
        )

    def _judge(self, part: _Part, cited: Sequence[Passage], among: Sequence[Passage]) -> _Judged:
        each = [_SILENT] * len(cited)
        if part.checkable:
            each = self._weigher.judge(part.words, part.context, cited, among)
        total = total_of(each)
        verdict = verdict_of(total, threshold=self.threshold)
        return _Judged(words=part.words, each=each, total=total, verdict=verdict)

    def _quote(
        self, verdict: Verdict, parts: Sequence[_Judged], cited: Sequence[Passage]
    ) -> list[Citation]:
        """Of each passage the characters that say most for the verdict on a part.

        Where some say enough, those that do not are left out.
        """
        weighed = [
            max((weight_for(verdict, part.each[place]), part.words) for part in parts)
            for place in range(len(cited))
        ]
        enough = any(weight >= ENOUGH for weight, _ in weighed)
        return [
            self._weigher.quote(passage, words, verdict)
            for passage, (weight, words) in zip(cited, weighed, strict=True)
            if weight >= ENOUGH or not enough
        ]


def _parts(question: str, text: str) -> list[_Part]:
    """What a sentence claims, part by part.

    Nothing in it goes unjudged: what claims nothing by itself, such as "Yes." or an address, is
    supported by nothing.
    """
    claims = find_claims(
        Document(id="", source="", title="", text=text, media_type="")  # no Markdown: all is shown
    )
    return [
        _Part(
            words=words,
            context=claim.context or (question if leans(claim.words) else ""),
            checkable=claim.checkable,
        )
        for claim in claims
        for words in claim.parts
    ]


def _is_whole(citation: Citation, passage: Passage) -> bool:
    """Whether a citation is of all of a passage, as a draft cites before it is verified."""
    place = (citation.document_id, citation.start, citation.end)
    return place == (passage.document_id, passage.start, passage.end)
