"""From what was found out about an answer to its support, and from a stated risk to a threshold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol, runtime_checkable

from groundwire.core.errors import ModelError
from groundwire.core.schema import Assurance, Draft, Evidence
from groundwire.core.settings import AnswerSettings
from groundwire.core.wire import as_json

# The setting answer.reader of the trained models; every other reader is verified by scores alone.
SPANS = "spans"


@runtime_checkable
class FeatureSource(Protocol):
    """A verifier that says what it found out about sentences, before it is calibrated."""

    def features(
        self, question: str, draft: Draft, evidence: Sequence[Evidence]
    ) -> list[dict[str, float]]:
        """Named numbers for each drafted sentence, in their order; the names are always the same.

        ``evidence`` is what the draft was written from.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class CertifiedRisk:
    """With the calibration's confidence at most a share ``risk`` of the answers given is wrong.

    It holds when answering from ``threshold`` on; ``answered`` is the share of questions that
    were answered then.
    """

    risk: float
    threshold: float
    answered: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """A logistic regression from named features to the probability that an answer is right.

    ``threshold`` is where answering begins if no risk is stated, and ``risk`` what is certified
    there, None if nothing is. ``risks`` are in rising order of risk; those that could not be
    certified are not among them. ``task`` and the number of its ``questions`` tell where it was
    fitted and certified, ``fitted_with`` with which models: identities by their names. With others
    supports mean something else, and no risk is certified.
    """

    bias: float
    weights: Mapping[str, float]
    threshold: float
    task: str
    questions: int
    confidence: float = 0.9
    risk: float | None = None
    reader: str = SPANS
    risks: tuple[CertifiedRisk, ...] = field(default=())
    fitted_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """A hash of all of it: whatever changes a support or a threshold changes it."""
        return sha256(written(self).encode()).hexdigest()

    def support(self, features: Mapping[str, float]) -> float:
        """The probability that an answer with these features is right.

        Raises ModelError when a feature that counts is missing.
        """
        if missing := [name for name in self.weights if name not in features]:
            raise ModelError(
                f"The calibration on {self.task} needs {missing[0]!r}, which is not known of this "
                "answer: it was made with another verifier.",
                "Run `groundwire calibrate TASK` again, or delete it from the home folder.",
            )
        logit = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, logit))))

    def certified(self, risk: float) -> CertifiedRisk | None:
        """The largest certified risk that is not above ``risk``; None if there is none."""
        return max(
            (one for one in self.risks if one.risk <= risk), key=lambda one: one.risk, default=None
        )

    def other_models(self, in_force: Mapping[str, str]) -> tuple[str, ...]:
        """Names of the models that are other ones than it was fitted with, in order."""
        names = sorted({*in_force, *self.fitted_with})
        return tuple(one for one in names if in_force.get(one) != self.fitted_with.get(one))

    def assure(self, chosen: AnswerSettings, models: Mapping[str, str]) -> Assurance:
        """From which support on to answer under these settings, and what that promises.

        ``models`` are the identities of those in force, by their names. With others than it was
        fitted with it promises nothing, and at a stated risk nothing is answered.
        """
        others = self.other_models(models)
        threshold, risk = chosen.threshold, None
        if threshold is None and chosen.risk is None:
            threshold, risk = self.threshold, None if others else self.risk
        elif threshold is None and chosen.risk is not None:
            found = None if others else self.certified(chosen.risk)
            threshold, risk = (found.threshold, found.risk) if found else (None, None)
        return Assurance(
            threshold=threshold,
            risk=risk,
            confidence=self.confidence,
            task=self.task,
            questions=self.questions,
            other_models=others,
        )


def least_support(assurance: Assurance) -> float:
    """The support from which a sentence is supported; infinite where nothing is to be answered."""
    return math.inf if assurance.threshold is None else assurance.threshold


def written(calibration: Calibration) -> str:
    """``calibration`` as its file holds it."""
    return json.dumps(as_json(calibration), indent=2) + "\n"
