"""The token embeddings that all bundled models share, read in place from the encoder's file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from groundwire.core.errors import ModelError
from groundwire.core.protocols import FloatArray
from groundwire.models.manifest import REMEDY, graph_file, read_manifest


class WordTable:
    """One row a token of the vocabulary, stored in eight bits inside the encoder's graph file.

    The file is mapped into memory, so that only rows which are used are ever read. Raises
    ModelError when the encoder of ``folder`` is missing, damaged or does not say where they are.
    """

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        path = folder / "manifest.json"
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))["words"]
            offset, self.size = int(entry["offset"]), int(entry["size"])
            self._scale, self._zero = np.float32(entry["scale"]), np.float32(entry["zero_point"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} is missing or damaged: {error!r}.", REMEDY) from error
        self.trunk = manifest.sha256
        self._stored = np.memmap(
            graph_file(manifest),
            dtype=np.uint8,
            mode="r",
            offset=offset,
            shape=(self.size, manifest.dimension),
        )

    def rows(self, tokens: Sequence[int]) -> FloatArray:
        """The embeddings of ``tokens``, of shape (tokens, dimension)."""
        rows: FloatArray = self._stored[np.asarray(tokens)].astype(np.float32)
        rows -= self._zero
        rows *= self._scale
        return rows
