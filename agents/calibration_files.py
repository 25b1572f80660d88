"""Where calibrations are kept: one file a reader, in the home folder and beside this one."""

from __future__ import annotations

import math
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from groundwire.agents import answer_verifier, score_verifier
from groundwire.agents.calibration import SPANS, Calibration, written
from groundwire.core.errors import LibraryError, ModelError
from groundwire.core.settings import AnswerSettings, Settings

_SHIPPED = Path(__file__).parent
# The readers without trained models are verified alike, and share what ships.
_WITHOUT_MODELS = "sentences"


def calibration_file(home: Path, reader: str) -> Path:
    """Where the calibration for the setting ``answer.reader`` is kept; it need not exist."""
    return home / ("calibration.json" if reader == SPANS else f"calibration-{reader}.json")


def read_calibration(settings: Settings) -> Calibration:
    """The calibration to a person's own questions, or the shipped one if none is for this reader.

    Raises ModelError naming the file when it cannot be read, is damaged, or was made for another
    reader or verifier.
    """
    reader = settings.answer.reader
    own = calibration_file(settings.home, reader)
    if not own.exists():
        return shipped_calibration(settings.answer)
    found = _read(own, reader)
    if found.reader != reader:
        raise ModelError(
            f"{own} was made for answer.reader = {found.reader!r}, not {reader!r}.", _remedy(own)
        )
    return found


def shipped_calibration(chosen: AnswerSettings) -> Calibration:
    """The calibration that comes with groundwire for the reader that is ``chosen``."""
    reader = SPANS if chosen.reader == SPANS else _WITHOUT_MODELS
    return _read(calibration_file(_SHIPPED, reader), reader)


def write_calibration(home: Path, calibration: Calibration) -> Path:
    """Keep ``calibration`` in the home folder as that of its reader, whole or not at all; where.

    Raises LibraryError when the folder cannot be written.
    """
    path = calibration_file(home, calibration.reader)
    unfinished = path.with_suffix(".new")
    try:
        home.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(written(calibration), encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise LibraryError(
            f"{path} cannot be written: {error.strerror}.",
            "Choose another folder with --home DIR or the variable GROUNDWIRE_HOME.",
        ) from error
    return path


def _read(path: Path, reader: str) -> Calibration:
    try:
        found = TypeAdapter(Calibration).validate_json(path.read_bytes())
        _check_numbers(found)
    except (OSError, ValueError) as error:
        why = _first(error) if isinstance(error, ValidationError) else str(error)
        raise ModelError(f"{path} is no calibration: {why}.", _remedy(path)) from error
    known = answer_verifier.FEATURES if reader == SPANS else score_verifier.FEATURES
    if found.reader == reader and not set(found.weights) <= set(known):
        raise ModelError(
            f"{path} was made with another verifier: it weighs {', '.join(found.weights)}, and "
            f"this one finds out {', '.join(known)}.",
            _remedy(path),
        )
    return found


def _check_numbers(found: Calibration) -> None:
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
