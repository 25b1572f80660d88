"""The token embeddings that all bundled models share, read in place from the encoder's file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from groundwire.core.errors import ModelError
from groundwire.core.protocols import FloatArray
from groundwire.models.manifest import DAMAGE, check_graph, graph_file, read_manifest, remedy


class WordTable:
    """One row a token of the vocabulary, stored in eight bits inside the encoder's graph file.

    The file is mapped into memory, so that only rows which are used are ever kept there. Raises
    ModelError when the encoder of ``folder`` is missing, damaged or does not say where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._manifest = manifest = read_manifest(folder)
        path = folder / "manifest.json"
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))["words"]
            offset, self.size = int(entry["offset"]), int(entry["size"])
            self._scale, self._zero = np.float32(entry["scale"]), np.float32(entry["zero_point"])
            if min(offset, self.size) < 1 or not np.isfinite([self._scale, self._zero]).all():
                raise ValueError("a number of words is out of bounds")
        except DAMAGE as error:
            raise ModelError(f"{path} is missing or damaged: {error!r}.", remedy(folder)) from error
        self.trunk = manifest.sha256
        shape = (self.size, manifest.dimension)
        graph = graph_file(manifest)
        try:
            self._stored = np.memmap(graph, dtype=np.uint8, mode="r", offset=offset, shape=shape)
        except (OSError, ValueError, OverflowError) as error:
            raise ModelError(f"{path} does not fit {graph}: {error}.", remedy(folder)) from error

    def check(self) -> None:
        """Raise ModelError unless the encoder's file holds what its manifest records."""
        check_graph(self._manifest)

    def rows(self, tokens: Sequence[int]) -> FloatArray:
        """The embeddings of ``tokens``, of shape (tokens, dimension).

        Raises ModelError for a token beyond the table.
        """
        try:
            rows: FloatArray = self._stored[np.asarray(tokens)].astype(np.float32)
        except IndexError as error:
            folder = self._manifest.folder
            raise ModelError(
                f"{folder / 'tokenizer.json'} is for more tokens than {folder / 'model.onnx'} has: "
                f"{error}.",
                remedy(folder),
            ) from error
        rows -= self._zero
        rows *= self._scale
        return rows
