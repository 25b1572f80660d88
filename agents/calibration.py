"""From what was found out about an answer to its support, and from a stated risk to a threshold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


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

    ``threshold`` is where answering begins if no risk is stated. ``risks`` are in rising order of
    risk; those that could not be certified are not among them. ``task`` and ``questions`` tell
    where it was fitted.
    """

    bias: float
    weights: Mapping[str, float]
    threshold: float
    task: str
    questions: int
    confidence: float = 0.9
    risks: tuple[CertifiedRisk, ...] = field(default=())

    def support(self, features: Mapping[str, float]) -> float:
        """The probability that an answer with these features is right.

        Raises KeyError when a feature that counts is missing.
        """
        logit = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, logit))))
