"""A model over pairs of texts: an int8 graph on ONNX Runtime, without torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from groundwire.core.errors import ModelError
from groundwire.core.protocols import FloatArray
from groundwire.core.threads import available_threads
from groundwire.models.encoders import BUNDLED
from groundwire.models.manifest import bundled_folder, remedy
from groundwire.models.onnx_graph import Graph, open_graph
from groundwire.models.pair_manifest import Scaling, read_pair_manifest
from groundwire.models.pair_tokens import Pair, TokenizedText, encode_texts
from groundwire.models.tokenizer_file import read_tokenizer
from groundwire.models.word_table import WordTable

# What the graph gives for one pair, by the names of its outputs, without the dimension of pairs.
Outputs = Mapping[str, FloatArray]
# What the graph takes for one pair, by the names of its inputs.
Inputs = Mapping[str, NDArray[Any]]
_Item = TypeVar("_Item")
_Found = TypeVar("_Found")


class PairGraph:
    """The model of a folder that holds model.onnx and manifest.json.

    Tokenizer and token embeddings are those of the encoder in ``trunk``, mapped into memory; what
    is here begins after them. Every pair goes through the graph alone, so that its numbers are the
    same whatever else is read. All models and questions of a process take turns on the same
    ``threads`` (0: one a processor). The graph is read when first needed; ``outputs`` are those
    it must have. Raises ModelError when the manifest is missing or damaged, or the weights belong
    to another encoder or are of another kind of model.
    """

    def __init__(
        self,
        folder: Path,
        *,
        outputs: Sequence[str] = (),
        trunk: Path | None = None,
        threads: int = 0,
    ) -> None:
        self._manifest = read_pair_manifest(folder)
        self._trunk = trunk or bundled_folder(BUNDLED)
        self._words = WordTable(self._trunk)
        self._threads = threads or available_threads()
        self._records: list[list[list[Pair]]] = []
        if self._manifest.trunk != self._words.trunk:
            raise ModelError(
                f"{folder} holds weights for another encoder ({self._manifest.trunk[:12]}) than "
                f"{self._trunk} ({self._words.trunk[:12]}).",
                f"{remedy(folder)} Weights of your own are to be trained anew from this encoder.",
            )
        if not set(outputs) <= set(self._manifest.outputs):
            given = ", ".join(self._manifest.outputs)
            raise ModelError(
                f"{folder} holds another kind of model: it gives {given}, not "
                f"{', '.join(outputs)}.",
                remedy(folder),
            )

    @property
    def name(self) -> str:
        """Name of the model, hash of its weights and of its calibration."""
        return self._manifest.identity

    @property
    def max_tokens(self) -> int:
        """Most tokens of one pair, the special ones included."""
        return self._manifest.weights.max_tokens

    def scaling(self, output: str) -> Scaling:
        """How the logit called ``output`` becomes a probability."""
        return self._manifest.calibration.get(output, Scaling())

    def encode(self, texts: Sequence[str]) -> list[TokenizedText]:
        """Each text's tokens, in full."""
        return encode_texts(read_tokenizer(self._trunk), texts)

    def run(self, pairs: Sequence[Pair]) -> list[Outputs]:
        """What the graph gives for each pair, in their order; ModelError if it is damaged."""
        if not pairs:
            return []
        for record in self._records:
            record.append(list(pairs))
        return self._spread(
            partial(self._read, self._graph), pairs, [len(one.ids) for one in pairs]
        )

    @contextmanager
    def recording(self) -> Iterator[list[list[Pair]]]:
        """What ``run`` is given meanwhile, call by call: to be measured against ``forward``."""
        record: list[list[Pair]] = []
        self._records.append(record)
        try:
            yield record
        finally:
            self._records = [one for one in self._records if one is not record]

    def prepare(self, pair: Pair) -> Inputs:
        """What the graph takes for ``pair``: embeddings of shape (1, tokens, dimension), types."""
        types = np.zeros((1, len(pair.ids)), dtype=np.int64)
        types[0, pair.second :] = 1
        return {"embeddings": self._words.rows(pair.ids)[np.newaxis], "types": types}

    def forward(self, prepared: Sequence[Inputs]) -> list[list[NDArray[Any]]]:
        """The bare forward passes, on the same threads: no ``run`` of these pairs takes less."""
        return self._spread(self._graph, prepared, [one["types"].shape[1] for one in prepared])

    def _spread(
        self, work: Callable[[_Item], _Found], items: Sequence[_Item], lengths: Sequence[int]
    ) -> list[_Found]:
        """``work`` on each of ``items``, in their order, spread over the threads."""
        # The longest come first, so that no thread is left with one while the others rest.
        order = sorted(range(len(items)), key=lambda place: -lengths[place])
        pool = _pool(self._threads)
        waiting = {place: pool.submit(work, items[place]) for place in order}
        try:
            return [waiting[place].result() for place in range(len(items))]
        finally:
            for one in waiting.values():
                one.cancel()

    def _read(self, graph: Graph, pair: Pair) -> Outputs:
        values = graph(self.prepare(pair))
        return {name: value[0] for name, value in zip(self._manifest.outputs, values, strict=True)}

    @cached_property
    def _graph(self) -> Graph:
        self._words.check()
        return open_graph(self._manifest.weights, outputs=self._manifest.outputs)


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="groundwire-model")


# Threads do not live on in a process that was forked; some systems cannot fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)
