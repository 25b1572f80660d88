"""The first local verifier: support from the encoder's and the words' agreement, calibrated."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.agents.calibration import Calibration
from groundwire.agents.likeness import Likeness
from groundwire.agents.supporting import mark_supported
from groundwire.core.schema import Draft, Evidence, Sentence

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
        likeness: Likeness,
        *,
        calibration: Calibration = SCORE_CALIBRATION,
        threshold: float,
    ) -> None:
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

    def features(
        self,
        question: str,
        draft: Draft,
        evidence: Sequence[Evidence],  # noqa: ARG002 (protocol)
    ) -> list[dict[str, float]]:
        """For each sentence its cosine to the question and the share of the question it covers."""
        if not draft.sentences:
            return []
        near = self._likeness.nearness(question, [one.text for one in draft.sentences])
        covered = self._likeness.coverage(question, list(map(_with_context, draft.sentences)))
        return [
            {"nearness": nearness, "coverage": coverage}
            for nearness, coverage in zip(near, covered, strict=True)
        ]


def _with_context(sentence: Sentence) -> str:
    """A sentence with the titles and headings it stands under: they often name its subject."""
    places = (f"{one.title} {one.heading or ''}" for one in sentence.citations)
    return " ".join([*places, sentence.text])
