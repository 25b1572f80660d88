"""How much passages say for or against words, and the part of a passage that says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from groundwire.agents.quoting import in_place, quote_best
from groundwire.core.findings import Judgement
from groundwire.core.protocols import ClaimJudge
from groundwire.core.schema import Citation, Passage, Verdict
from groundwire.retrievers import Library, weigh_terms

# From this probability on a judgement counts: where supported meets not supported.
ENOUGH = 0.5
# A passage is about a claim if it holds at least this share of what the best one holds of its
# words. Otherwise "It was built in 1901" would be supported by whatever was built in 1901, and
# contradicted by whatever was not.
ABOUT = 0.5
# In characters; a longer topic says nothing more.
LONGEST_TOPIC = 2_000
# The worst one first: a text is as good as its worst sentence, a sentence as its worst part.
SEVERITY = (Verdict.CONTRADICTED, Verdict.UNSUPPORTED, Verdict.SUPPORTED, Verdict.UNCHECKED)


class Weigher:
    """Holds words against passages of a library, as the entailment model judges them."""

    def __init__(self, library: Library, judge: ClaimJudge) -> None:
        self._library = library
        self._judge = judge

    def judge(
        self, words: str, context: str, passages: Sequence[Passage], among: Sequence[Passage]
    ) -> list[Judgement]:
        """What each of ``passages``, one at least, says of ``words`` in their ``context``.

        This is what they lean on, empty if they do not. A passage that holds much less of both
        than another of ``among`` says nothing against them, nor anything for those that lean.
        """
        judged = self._judge.judge([(in_place(one, one.text), words) for one in passages])
        about = self._are_about(topic_of(words, context), passages, among)
        return [
            judgement if is_about else _discount(judgement, leaning=bool(context))
            for judgement, is_about in zip(judged, about, strict=True)
        ]

    def quote(self, passage: Passage, words: str, verdict: Verdict) -> Citation:
        """The exact characters of ``passage`` that speak most for a verdict on ``words``."""

        def weigh(texts: Sequence[str]) -> list[float]:
            judged = self._judge.judge([(text, words) for text in texts])
            return [weight_for(verdict, one) for one in judged]

        enough = 0.0 if verdict is Verdict.UNSUPPORTED else ENOUGH
        return quote_best(passage, weigh, enough=enough)

    def _are_about(
        self, topic: str, passages: Sequence[Passage], among: Sequence[Passage]
    ) -> list[bool]:
        terms = weigh_terms(self._library, topic)
        every = dict.fromkeys([*passages, *among])
        covered = {one: terms.coverage(in_place(one, one.text)) for one in every}
        least = ABOUT * max(covered.values())
        return [covered[passage] >= least for passage in passages]


def topic_of(words: str, context: str) -> str:
    """``words`` with what they lean on, no longer than says something."""
    return f"{words} {context}".strip()[:LONGEST_TOPIC]


def total_of(judgements: Iterable[Judgement]) -> Judgement:
    """The most that any of them says for and against."""
    judged = list(judgements)
    return Judgement(
        support=round(max(one.support for one in judged), 4),
        contradiction=round(max(one.contradiction for one in judged), 4),
    )


def verdict_of(judgement: Judgement, *, threshold: float = ENOUGH) -> Verdict:
    """Supported from ``threshold`` on; else contradicted if that is likelier than not."""
    if judgement.support >= threshold:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if judgement.contradiction >= ENOUGH else Verdict.UNSUPPORTED


def weight_for(verdict: Verdict, judgement: Judgement) -> float:
    """How much evidence speaks for ``verdict``; for none of both, how much it says at all."""
    if verdict is Verdict.SUPPORTED:
        return judgement.support
    if verdict is Verdict.CONTRADICTED:
        return judgement.contradiction
    return max(judgement.support, judgement.contradiction)


def _discount(judgement: Judgement, *, leaning: bool) -> Judgement:
    """What a passage on something else says of a claim: nothing against it.

    Nor anything for it, if the claim itself does not name what it is about.
    """
    return Judgement(support=0.0 if leaning else judgement.support, contradiction=0.0)
