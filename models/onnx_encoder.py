"""The bundled encoder: an int8 graph on ONNX Runtime, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from groundwire.core.protocols import FloatArray
from groundwire.core.threads import available_threads
from groundwire.models.manifest import read_manifest
from groundwire.models.onnx_graph import Graph, open_graph
from groundwire.models.tokenizer_file import read_tokenizer

# Texts tokenized at once for counting: what the tokenizer returns for each is large.
_COUNTED_AT_ONCE = 1024


class OnnxEncoder:
    """Vectors of a folder that holds model.onnx, tokenizer.json and manifest.json.

    Every text goes through the graph alone, each thread taking the next one. A vector is
    therefore the same to the byte whatever else is encoded with it: int8 activations take their
    range from the whole input, and in a batch every text would shift those of the others. It is
    faster as well, since nothing is padded. Graph and tokenizer are read when first needed.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self._manifest = read_manifest(folder)
        self._threads = threads or available_threads()

    @property
    def name(self) -> str:
        """Name of the model and hash of its weights."""
        return self._manifest.identity

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._manifest.dimension

    @property
    def max_tokens(self) -> int:
        """Most tokens of one text that are read, the two special ones included."""
        return self._manifest.max_tokens

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of shape (len(texts), dimension); ModelError when the weights are bad."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        if len(texts) == 0:
            return vectors
        # Both are read before the threads start, so that each is read once.
        graph, tokenizer = self._graph, self._tokenizer
        waiting = enumerate(texts)

        def work(_: int) -> None:
            for row, text in waiting:
                tokens = _cut(tokenizer.encode(_valid(text)).ids, self.max_tokens)
                vectors[row] = graph({"input_ids": np.array([tokens], dtype=np.int64)})[0][0]

        workers = min(self._threads, len(texts))
        if workers == 1:
            work(0)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(work, range(workers)))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted; the graph is not needed."""
        counts: list[int] = []
        for start in range(0, len(texts), _COUNTED_AT_ONCE):
            batch = [_valid(text) for text in texts[start : start + _COUNTED_AT_ONCE]]
            encodings = self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            counts += [len(encoding) for encoding in encodings]
        return counts

    @cached_property
    def _graph(self) -> Graph:
        return open_graph(self._manifest)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return read_tokenizer(self._manifest.folder)


def _cut(tokens: list[int], most: int) -> list[int]:
    """The first tokens and the closing special one, ``most`` in all."""
    return tokens if len(tokens) <= most else [*tokens[: most - 1], tokens[-1]]


def _valid(text: str) -> str:
    """The text with lone surrogates, which the tokenizer refuses, as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
