"""From what was found out about an answer to its support, and from a stated risk to a threshold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Protocol, runtime_checkable

from pydantic import TypeAdapter, ValidationError

from groundwire.core.errors import LibraryError, ModelError
from groundwire.core.schema import Assurance, Draft, Evidence
from groundwire.core.settings import AnswerSettings, Settings
from groundwire.core.wire import as_json

FILE_NAME = "calibration.json"
# The setting answer.reader of the trained models; every other reader is verified by scores alone.
SPANS = "spans"
_SHIPPED = Path(__file__).parent


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
    fitted and certified.
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

    @property
    def identity(self) -> str:
        """A hash of all of it: whatever changes a support or a threshold changes it."""
        return sha256(_written(self).encode()).hexdigest()

    def support(self, features: Mapping[str, float]) -> float:
        """The probability that an answer with these features is right.

        Raises ModelError when a feature that counts is missing.
        """
        if missing := [name for name in self.weights if name not in features]:
            raise ModelError(
                f"The calibration on {self.task} needs {missing[0]!r}, which is not known of this "
                "answer: it was made with another verifier.",
                f"Run `groundwire calibrate TASK` again, or delete {FILE_NAME} in the home folder.",
            )
        logit = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, logit))))

    def certified(self, risk: float) -> CertifiedRisk | None:
        """The largest certified risk that is not above ``risk``; None if there is none."""
        return max(
            (one for one in self.risks if one.risk <= risk), key=lambda one: one.risk, default=None
        )

    def assure(self, chosen: AnswerSettings) -> Assurance:
        """From which support on to answer under these settings, and what that promises."""
        threshold, risk = chosen.threshold, None
        if threshold is None and chosen.risk is None:
            threshold, risk = self.threshold, self.risk
        elif threshold is None and chosen.risk is not None:
            found = self.certified(chosen.risk)
            threshold, risk = (found.threshold, found.risk) if found else (None, None)
        return Assurance(
            threshold=threshold,
            risk=risk,
            confidence=self.confidence,
            task=self.task,
            questions=self.questions,
        )


def least_support(assurance: Assurance) -> float:
    """The support from which a sentence is supported; infinite where nothing is to be answered."""
    return math.inf if assurance.threshold is None else assurance.threshold


def read_calibration(settings: Settings) -> Calibration:
    """The calibration to a person's own questions, or the shipped one if none is for this reader.

    Raises ModelError naming the file when it cannot be read or is damaged.
    """
    own = settings.home / FILE_NAME
    if own.exists():
        found = _read(own)
        if found.reader == settings.answer.reader:
            return found
    return shipped_calibration(settings.answer)


def shipped_calibration(chosen: AnswerSettings) -> Calibration:
    """The calibration that comes with groundwire for the reader that is ``chosen``."""
    name = FILE_NAME if chosen.reader == SPANS else "calibration-sentences.json"
    return _read(_SHIPPED / name)


def write_calibration(home: Path, calibration: Calibration) -> Path:
    """Keep ``calibration`` as that of the home folder, whole or not at all; where it is.

    Raises LibraryError when the folder cannot be written.
    """
    path = home / FILE_NAME
    unfinished = path.with_suffix(".new")
    try:
        home.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(_written(calibration), encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise LibraryError(
            f"{path} cannot be written: {error.strerror}.",
            "Choose another folder with --home DIR or the variable GROUNDWIRE_HOME.",
        ) from error
    return path


def _written(calibration: Calibration) -> str:
    return json.dumps(as_json(calibration), indent=2) + "\n"


def _read(path: Path) -> Calibration:
    try:
        found = TypeAdapter(Calibration).validate_json(path.read_bytes())
        _check(found)
    except (OSError, ValueError) as error:
        why = _first(error) if isinstance(error, ValidationError) else str(error)
        raise ModelError(f"{path} is no calibration: {why}.", _remedy(path)) from error
    return found


def _check(found: Calibration) -> None:
    """Raise ValueError unless every number is one that a calibration can hold."""
    numbers = [found.bias, *found.weights.values()]
    shares = [found.threshold, found.confidence]
    shares += [] if found.risk is None else [found.risk]
    for one in found.risks:
        shares += [one.risk, one.threshold, one.answered]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a weight is no finite number")
    if not all(0 <= share <= 1 for share in shares):
        raise ValueError("a threshold or share is not from 0 to 1")
    if not found.weights:
        raise ValueError("it has no weights")


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    return f"{name}: {first['msg']}" if name else str(first["msg"])


def _remedy(path: Path) -> str:
    if path.parent == _SHIPPED:
        return "Install groundwire again."
    return "Delete it to use the shipped one, or make it anew with `groundwire calibrate TASK`."
