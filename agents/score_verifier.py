"""The first local verifier: support from the encoder's and the words' agreement, calibrated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from groundwire.core.protocols import Encoder
from groundwire.core.schema import Draft, Evidence, Sentence, Verdict
from groundwire.retrievers import TermWeights


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """A logistic regression from the features of a sentence to its support, and its threshold.

    Fitted by ``python -m groundwire.eval.abstention`` on half of the squad-open articles.
    """

    bias: float = -4.63
    nearness: float = 3.74
    coverage: float = 3.184
    threshold: float = 0.27

    def support(self, nearness: float, coverage: float) -> float:
        """The probability that a sentence with these features answers the question."""
        logit = self.bias + self.nearness * nearness + self.coverage * coverage
        return 1.0 / (1.0 + math.exp(-logit))


class ScoreVerifier:
    """Looks at question and sentence anew; it does not see the reader's scores."""

    def __init__(
        self,
        encoder: Encoder,
        weigh: Callable[[str], TermWeights],
        *,
        calibration: Calibration,
        threshold: float,
    ) -> None:
        self._encoder = encoder
        self._weigh = weigh
        self._calibration = calibration
        self._threshold = threshold

    def verify(
        self,
        question: str,
        draft: Draft,
        evidence: Sequence[Evidence],  # noqa: ARG002 (protocol)
    ) -> list[Sentence]:
        """The draft's sentences; supported from the threshold on."""
        if not draft.sentences:
            return []
        judged = []
        for sentence, (nearness, coverage) in zip(
            draft.sentences, self.features(question, draft), strict=True
        ):
            support = self._calibration.support(nearness, coverage)
            enough = support >= self._threshold
            verdict = Verdict.SUPPORTED if enough else Verdict.UNSUPPORTED
            judged.append(replace(sentence, verdict=verdict, support=round(support, 4)))
        return judged

    def features(self, question: str, draft: Draft) -> list[tuple[float, float]]:
        """For each sentence its cosine to the question and the share of the question it covers."""
        terms = self._weigh(question)
        vectors = self._encoder.encode([question, *(one.text for one in draft.sentences)])
        return [
            (float(vectors[0] @ vector), terms.coverage(_with_context(sentence)))
            for vector, sentence in zip(vectors[1:], draft.sentences, strict=True)
        ]


def _with_context(sentence: Sentence) -> str:
    """A sentence with the titles and headings it stands under: they often name its subject."""
    places = (f"{one.title} {one.heading or ''}" for one in sentence.citations)
    return " ".join([*places, sentence.text])
