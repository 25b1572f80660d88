"""What the folder of a model over pairs of texts says of itself."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundwire.core.errors import ModelError
from groundwire.models.manifest import DAMAGE, Manifest, read_manifest, remedy

# A claim of 96 tokens, and as much room for what it is held against.
LEAST_TOKENS = 192


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """From a logit to a probability, as fitted on held-back pairs; by default nothing is changed.

    The method is that of "Probabilistic Outputs for Support Vector Machines".
    """

    scale: float = 1.0
    bias: float = 0.0

    def probability(self, logit: float) -> float:
        """The logistic function of the scaled ``logit``, from 0 to 1."""
        return 0.5 + 0.5 * math.tanh((self.scale * logit + self.bias) / 2)


@dataclass(frozen=True, kw_only=True)
class PairManifest:
    """Weights over pairs of texts.

    ``trunk`` is the hash of the encoder whose token embeddings they were trained on, ``outputs``
    names what the graph returns, ``calibration`` holds a scaling for some probabilities.
    """

    weights: Manifest
    trunk: str
    outputs: tuple[str, ...]
    calibration: Mapping[str, Scaling]

    @property
    def identity(self) -> str:
        """Name, weights and calibration in one word."""
        if not self.calibration:
            return self.weights.identity
        fitted = sorted((name, one.scale, one.bias) for name, one in self.calibration.items())
        digest = hashlib.sha256(json.dumps(fitted).encode()).hexdigest()
        return f"{self.weights.identity}.{digest[:8]}"


def read_pair_manifest(folder: Path) -> PairManifest:
    """The manifest of ``folder``; ModelError when it is missing or damaged."""
    weights = read_manifest(folder)
    path = folder / "manifest.json"
    try:
        entries: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        fitted = entries.get("calibration", {})
        found = PairManifest(
            weights=weights,
            trunk=str(entries["trunk"]),
            outputs=tuple(map(str, entries["outputs"])),
            calibration={
                str(name): Scaling(scale=float(one["scale"]), bias=float(one["bias"]))
                for name, one in fitted.items()
            },
        )
        _check(found)
    except DAMAGE as error:
        raise ModelError(f"{path} is missing or damaged: {error!r}.", remedy(folder)) from error
    return found


def _check(found: PairManifest) -> None:
    """Raise ValueError for numbers with which a pair could not be read."""
    if found.weights.max_tokens < LEAST_TOKENS:
        raise ValueError(f"max_tokens is under {LEAST_TOKENS}")
    numbers = [number for one in found.calibration.values() for number in (one.scale, one.bias)]
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a calibration is no finite number")
