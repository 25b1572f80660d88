"""The first local verifier: support from the encoder's and the words' agreement, calibrated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundwire.agents.calibration import Calibration
from groundwire.agents.supporting import mark_supported
from groundwire.core.protocols import Encoder
from groundwire.core.schema import Draft, Evidence, Sentence
from groundwire.retrievers import TermWeights

# Names of what a calibration weighs.
FEATURES = ("nearness", "coverage")
# Fitted to whether the first sentence holds a gold answer, on every other article; the threshold
# tells right sentences from the others. No risk was certified with it.
SCORE_CALIBRATION = Calibration(
    bias=-4.63,
    weights={"nearness": 3.74, "coverage": 3.184},
    threshold=0.27,
    task="squad-open",
    questions=6307,
)


class ScoreVerifier:
    """Looks at question and sentence anew; it does not see the reader's scores."""

    def __init__(
        self,
        encoder: Encoder,
        weigh: Callable[[str], TermWeights],
        *,
        calibration: Calibration = SCORE_CALIBRATION,
        threshold: float,
    ) -> None:
        self._encoder = encoder
        self._weigh = weigh
        self._calibration = calibration
        self._threshold = threshold

    def verify(self, question: str, draft: Draft, evidence: Sequence[Evidence]) -> list[Sentence]:
        """The draft's sentences; supported from the threshold on."""
        return mark_supported(
            draft.sentences,
            map(self._calibration.support, self.features(question, draft, evidence)),
            self._threshold,
        )

    def features(
        self,
        question: str,
        draft: Draft,
        evidence: Sequence[Evidence],  # noqa: ARG002 (protocol)
    ) -> list[dict[str, float]]:
        """For each sentence its cosine to the question and the share of the question it covers."""
        if not draft.sentences:
            return []
        terms = self._weigh(question)
        vectors = self._encoder.encode([question, *(one.text for one in draft.sentences)])
        return [
            {
                "nearness": float(vectors[0] @ vector),
                "coverage": terms.coverage(_with_context(sentence)),
            }
            for vector, sentence in zip(vectors[1:], draft.sentences, strict=True)
        ]


def _with_context(sentence: Sentence) -> str:
    """A sentence with the titles and headings it stands under: they often name its subject."""
    places = (f"{one.title} {one.heading or ''}" for one in sentence.citations)
    return " ".join([*places, sentence.text])
