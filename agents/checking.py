"""Checking any text against the library: sentence by sentence, each with its best evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from groundwire.agents.claims import Claim
from groundwire.agents.verify import check_citation
from groundwire.agents.weighing import SEVERITY, Weigher, topic_of, total_of, verdict_of, weight_for
from groundwire.core.findings import Judgement
from groundwire.core.protocols import ClaimJudge
from groundwire.core.schema import (
    Citation,
    Passage,
    Verdict,
)
from groundwire.retrievers import Library, Scope, check_scope, search

# Passages that a sentence is held against.
PASSAGES = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedSentence:
    """A sentence of a text, and what the library makes of it.

    ``text`` is what stands from ``start`` to ``end`` of the text. ``support`` and
    ``contradiction`` are probabilities; both are 0 for what was not checked because it claims
    nothing. ``evidence`` is None where nothing was found.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    support: float = 0.0
    contradiction: float = 0.0
    evidence: Citation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckCounts:
    """How many sentences of a text have which verdict."""

    supported: int = 0
    unsupported: int = 0
    contradicted: int = 0
    unchecked: int = 0

    @property
    def verdict(self) -> Verdict:
        """The verdict on the text: that of its worst sentence."""
        there = (verdict for verdict in SEVERITY if getattr(self, verdict.value))
        return next(there, Verdict.UNCHECKED)


def count_verdicts(sentences: Iterable[CheckedSentence]) -> CheckCounts:
    """How many of ``sentences`` have which verdict."""
    return CheckCounts(**Counter(sentence.verdict.value for sentence in sentences))


def check_claims(
    library: Library, judge: ClaimJudge, *, claims: Iterable[Claim], scope: Scope | None = None
) -> Iterator[CheckedSentence]:
    """Each of ``claims`` with its verdict, as soon as it is known.

    A sentence is supported if one of the passages that fit it best supports it, contradicted if
    none does but one contradicts it. A longer one than a model takes in is checked in parts, and
    is as good as the worst of them. Raises UsageError for an unknown collection.
    """
    within = scope or Scope()
    check_scope(library, within)
    checker = _Checker(library, judge, within)
    return (checker.check(claim) for claim in claims)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Weighed:
    """A part of a claim after it was held against passages; ``passage`` is what decided."""

    words: str
    judgement: Judgement
    verdict: Verdict
    passage: Passage | None = None


_NOTHING = Judgement(support=0.0, contradiction=0.0)


class _Checker:
    def __init__(self, library: Library, judge: ClaimJudge, scope: Scope) -> None:
        self._library = library
        self._weigher = Weigher(library, judge)
        self._scope = scope

    def check(self, claim: Claim) -> CheckedSentence:
        """The claim with its verdict and the exact characters that speak for or against it."""
        unchecked = CheckedSentence(
            text=claim.text, start=claim.start, end=claim.end, verdict=Verdict.UNCHECKED
        )
        if not claim.checkable:
            return unchecked
        weighed = (self._weigh(part, claim.context) for part in claim.parts)
        worst = min(weighed, key=lambda one: (SEVERITY.index(one.verdict), one.judgement.support))
        return replace(
            unchecked,
            verdict=worst.verdict,
            support=worst.judgement.support,
            contradiction=worst.judgement.contradiction,
            evidence=self._quote(worst),
        )

    def _weigh(self, words: str, context: str) -> _Weighed:
        """``words`` against the passages that fit them, and the context they lean on, best."""
        hits = search(self._library, topic_of(words, context), k=PASSAGES, scope=self._scope)
        passages = [hit.passage for hit in hits]
        if not passages:
            return _Weighed(words=words, judgement=_NOTHING, verdict=Verdict.UNSUPPORTED)
        judged = self._weigher.judge(words, context, passages, passages)
        total = total_of(judged)
        verdict = verdict_of(total)
        weights = [weight_for(verdict, one) for one in judged]
        best = passages[weights.index(max(weights))]
        return _Weighed(words=words, judgement=total, verdict=verdict, passage=best)

    def _quote(self, weighed: _Weighed) -> Citation | None:
        if weighed.passage is None:
            return None
        citation = self._weigher.quote(weighed.passage, weighed.words, weighed.verdict)
        check_citation(self._library, citation)
        return citation
