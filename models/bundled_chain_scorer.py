"""The bundled chain score: features of candidates become log odds of being needed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from groundwire.core.errors import ModelError
from groundwire.core.protocols import FloatArray
from groundwire.models.manifest import DAMAGE, read_manifest, remedy
from groundwire.models.onnx_graph import Graph, open_graph


class BundledChainScorer:
    """Scores rows of ``features``, whose names must be those that it was trained with.

    Raises ModelError when the weights are missing, damaged, or for other features.
    """

    def __init__(self, folder: Path, features: Sequence[str]) -> None:
        self._manifest = read_manifest(folder)
        path = folder / "manifest.json"
        try:
            learned = list(json.loads(path.read_text(encoding="utf-8"))["features"])
        except DAMAGE as error:
            raise ModelError(f"{path} is damaged: {error!r}.", remedy(folder)) from error
        if learned != list(features):
            raise ModelError(f"The weights in {folder} are for other features.", remedy(folder))

    @property
    def name(self) -> str:
        """Identity of the weights."""
        return self._manifest.identity

    def score(self, rows: FloatArray) -> FloatArray:
        """Log odds of shape (candidates,), from features of shape (candidates, features)."""
        if not len(rows):
            return np.zeros(0, dtype=np.float32)
        return np.asarray(self._graph({"features": rows})[0], dtype=np.float32)

    @cached_property
    def _graph(self) -> Graph:
        return open_graph(self._manifest)
