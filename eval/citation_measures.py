"""Measures of what answers rest on: exact quotes, gold passages, support by an entailment model.

CitationRecall and CitationPrecision are those of ALCE, "Enabling Large Language Models to Generate
Text with Citations", without its limit of three citations a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from groundwire.core.protocols import Entailment
from groundwire.core.schema import Answer, Citation, Evidence, Status
from groundwire.core.settings import Settings
from groundwire.eval.answer_measures import NO_ANSWERS, AnswerMeasure
from groundwire.eval.measure import Score, Unscored
from groundwire.eval.retrieval_measures import NOT_JUDGED
from groundwire.eval.schema import Outcome
from groundwire.models import load_entailment

NOTHING_ANSWERED = Unscored("no question was answered")
NO_SENTENCES = Unscored("its answers have no sentences")
NO_MODEL = Unscored("no entailment model: there is none to ask whether a text supports a sentence")
# From this probability on, evidence supports a sentence.
SUPPORTED = 0.5
# Pairs of texts remembered at most; a batch has fewer, and a pair rarely takes over 4 kB.
MOST_PAIRS = 10_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer, and the texts that it is said to rest on."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntailmentMeasure:
    """The share of an answer's sentences, or of its citations, that hold by an entailment model.

    ``claims`` takes an answer apart; ``count`` says of each claim how much holds, and of how much.
    """

    name: str
    claims: Callable[[Answer], list[Claim]] = field(compare=False, repr=False)
    count: Callable[[Sequence[Claim], Entailment], list[tuple[int, int]]] = field(
        compare=False, repr=False
    )
    entailment: Entailment | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return self.name

    @property
    def is_yes_no(self) -> bool:
        """Never: it is a share."""
        return False

    @property
    def higher_is_better(self) -> bool:
        """Always."""
        return True

    def score(self, outcomes: Sequence[Outcome]) -> list[Score]:
        """One score an outcome, from 0 to 1; the model is asked for all of them together."""
        answers = [self._ready(outcome.answer) for outcome in outcomes]
        shares = iter(self._shares([one for one in answers if isinstance(one, Answer)]))
        return [next(shares) if isinstance(one, Answer) else one for one in answers]

    def _ready(self, answer: Answer | None) -> Answer | Unscored:
        if answer is None:
            return NO_ANSWERS
        if self.entailment is None:
            return NO_MODEL
        if answer.status is Status.ABSTAINED:
            return NOTHING_ANSWERED
        return answer if answer.sentences else NO_SENTENCES

    def _shares(self, answers: Sequence[Answer]) -> list[float]:
        if self.entailment is None or not answers:
            return []
        parts = [self.claims(answer) for answer in answers]
        counts = iter(self.count([claim for part in parts for claim in part], self.entailment))
        return [_share(islice(counts, len(part))) for part in parts]


class RememberedEntailment:
    """An entailment model that is asked once about a pair which several measures need."""

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment
        self._known: dict[tuple[str, str], float] = {}

    @property
    def name(self) -> str:
        """That of the model."""
        return self._entailment.name

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """What the model says of each pair, now or when it was asked before."""
        if len(self._known) > MOST_PAIRS:
            self._known.clear()
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        self._known.update(zip(new, self._entailment.support(new) if new else (), strict=True))
        return [self._known[pair] for pair in pairs]


def cited_passage(citation: Citation, evidence: Sequence[Evidence]) -> str:
    """The passage among ``evidence`` that holds most of a citation, under its title.

    Where none of them holds any of it, that is the quote alone.
    """

    def shared(item: Evidence) -> int:
        passage = item.passage
        if passage.document_id != citation.document_id:
            return 0
        return min(passage.end, citation.end) - max(passage.start, citation.start)

    best = max(evidence, key=shared, default=None)
    text = best.passage.text if best and shared(best) > 0 else citation.quote
    # ALCE puts the title first, for what the text alone does not name; corpora have it there.
    return text if text.startswith(citation.title) else f"{citation.title}\n{text}"


def _over_passages(answer: Answer) -> list[Claim]:
    """The sentences with the passages that they cite, each once."""
    return [
        Claim(
            one.text, tuple(dict.fromkeys(cited_passage(c, answer.evidence) for c in one.citations))
        )
        for one in answer.sentences
    ]


def _over_quotes(answer: Answer) -> list[Claim]:
    """The sentences with the exact quotes under them."""
    return [
        Claim(one.text, tuple(citation.quote for citation in one.citations))
        for one in answer.sentences
    ]


def _supported(claims: Iterable[Claim], entailment: Entailment) -> list[bool]:
    """Whether the texts of each claim, joined, support it; nothing supports nothing."""
    claims = list(claims)
    pairs = [("\n".join(claim.evidence), claim.text) for claim in claims if claim.evidence]
    said = iter(entailment.support(pairs) if pairs else ())
    return [bool(claim.evidence) and next(said) >= SUPPORTED for claim in claims]


def _count_supported(claims: Sequence[Claim], entailment: Entailment) -> list[tuple[int, int]]:
    """Of each sentence 1 of 1, if what it cites supports it."""
    return [(int(held), 1) for held in _supported(claims, entailment)]


def _count_precise(claims: Sequence[Claim], entailment: Entailment) -> list[tuple[int, int]]:
    """Of each sentence how many citations are precise, and how many there are.

    None is where the citations together do not support it. Else those are not that neither
    support it alone nor are needed by the others.
    """
    together = _supported(claims, entailment)
    precise = [len(one.evidence) * held for one, held in zip(claims, together, strict=True)]
    several = [
        (place, cited) for place, count in enumerate(precise) if count > 1 for cited in range(count)
    ]
    alone = _supported((_only(claims[place], cited) for place, cited in several), entailment)
    weak = [one for one, held in zip(several, alone, strict=True) if not held]
    rest = _supported((_without(claims[place], cited) for place, cited in weak), entailment)
    for (place, _), is_superfluous in zip(weak, rest, strict=True):
        precise[place] -= is_superfluous
    return [(count, len(one.evidence)) for count, one in zip(precise, claims, strict=True)]


def _only(claim: Claim, cited: int) -> Claim:
    return Claim(claim.text, claim.evidence[cited : cited + 1])


def _without(claim: Claim, cited: int) -> Claim:
    return Claim(claim.text, claim.evidence[:cited] + claim.evidence[cited + 1 :])


def _share(counts: Iterable[tuple[int, int]]) -> float:
    """The mean over sentences or citations; an answer without citations has precision 0 in ALCE."""
    held, total = map(sum, zip((0, 0), *counts, strict=True))
    return held / total if total else 0.0


def _quotes_exact(outcome: Outcome, _: Answer) -> Score:
    shown = outcome.quotes_exact
    return sum(shown) / len(shown) if shown else Unscored("no quote is shown")


def _gold_cited(outcome: Outcome, answer: Answer) -> Score:
    relevant = outcome.question.relevant
    if not relevant:
        return NOT_JUDGED
    if answer.status is Status.ABSTAINED:
        return NOTHING_ANSWERED
    return len(relevant.keys() & outcome.cited.keys()) / len(relevant)


QUOTE_EXACT = AnswerMeasure("QuoteExact", _quotes_exact)
CITED_GOLD = AnswerMeasure("CitedGold", _gold_cited)


def scoring_entailment(settings: Settings) -> Entailment | None:
    """The bundled model; None where ``settings`` let no trained model answer, so none scores."""
    return load_entailment() if settings.answer.reader == "spans" else None


def entailment_measures(entailment: Entailment | None) -> tuple[EntailmentMeasure, ...]:
    """CitationRecall, CitationPrecision and Faithfulness by one model; unscored without one."""
    asked = RememberedEntailment(entailment) if entailment else None
    return (
        EntailmentMeasure("CitationRecall", _over_passages, _count_supported, asked),
        EntailmentMeasure("CitationPrecision", _over_passages, _count_precise, asked),
        EntailmentMeasure("Faithfulness", _over_quotes, _count_supported, asked),
    )
