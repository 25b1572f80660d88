"""Vectors of passages, searched by cosine: the one door to Chroma.

One Chroma collection stands for one of ours, so that searching a collection needs no filter.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError

from groundwire.core.protocols import FloatArray
from groundwire.retrievers.damage import erase_index, explain_damage
from groundwire.retrievers.hnsw_files import find_damage

# HNSW's defaults lose up to 1.7 points of recall on real text (measured on 2WikiMultihopQA). With
# these, the first five of 9,616 real passages are those of exact search for every question tried,
# and 99.8 % of the first hundred; a search depth of 400 costs a third more for nothing in the five.
HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_search": 200,
    "ef_construction": 200,
    # With 24, no path leads to 2 in 100 of 600 passages of nearly the same words; with 48 to all.
    "max_neighbors": 48,
}
# Vectors written at once: searches of other threads wait for no more than these.
BATCH = 256
# Vectors multiplied at once in an exact search: 12 MB of them.
EXACT_CHUNK = 8192
# What damaged files make Chroma raise.
_CHROMA_RAISES = (
    ChromaError,
    ValueError,
    TypeError,
    RuntimeError,
    OSError,
    KeyError,
    AttributeError,
)
_DATABASE = "chroma.sqlite3"
_SPELLINGS: set[str] = set()
_SPELLING = threading.Lock()


class DenseIndex:
    """A folder with Chroma collections, for the vectors of one ``model``.

    Writers must hold the library's lock; threads may share an index.
    """

    def __init__(self, folder: Path, *, model: str) -> None:
        self._folder = folder
        self._model = hashlib.sha256(model.encode()).hexdigest()[:8]
        self._busy = threading.RLock()
        self._open_collections: dict[int, Collection] = {}
        with self._guarded():
            folder.mkdir(parents=True, exist_ok=True)
            damage = find_damage(folder)
            if damage:
                raise OSError(damage)
            self._spelling, self._client = _open_client(folder)

    def close(self) -> None:
        """Let go of the folder."""
        with self._busy:
            self._open_collections.clear()
            self._client.close()
            _SPELLINGS.discard(self._spelling)

    def add(self, collection: int, passages: Sequence[int], vectors: FloatArray) -> None:
        """Add passages with vectors of shape (len(passages), dimension); those there are kept.

        A passage never changes, so one that is there has its vector already.
        """
        for start in range(0, len(passages), BATCH):
            with self._guarded():
                into = self._make_collection(collection)
                ids = [str(passage) for passage in passages[start : start + BATCH]]
                there = _present(into, ids)
                rows = [row for row, key in enumerate(ids) if key not in there]
                if rows:
                    into.add(
                        ids=[ids[row] for row in rows],
                        embeddings=vectors[start : start + BATCH][rows],
                    )

    def remove(self, collection: int, passages: Sequence[int]) -> None:
        """Drop passages; those that are not there are passed over."""
        for start in range(0, len(passages), BATCH):
            with self._guarded():
                of = self._find_collection(collection)
                # Asked to delete what it has not, Chroma writes its index once for each of them.
                ids = [str(passage) for passage in passages[start : start + BATCH]]
                there = sorted(_present(of, ids)) if of else []
                if of and there:
                    of.delete(ids=there)

    def keep_only(self, collections: Sequence[int]) -> None:
        """Remove every collection that is not named, and all that hold another model's vectors."""
        kept = {self._name(collection) for collection in collections}
        with self._guarded():
            for name in sorted({one.name for one in self._client.list_collections()} - kept):
                self._client.delete_collection(name)
            self._open_collections.clear()

    def search(self, collection: int, vector: FloatArray, depth: int) -> list[tuple[int, float]]:
        """Passage ids and cosine similarities to ``vector`` (shape (dimension,)), best first."""
        return self.search_all(collection, vector[np.newaxis, :], depth)[0]

    def search_all(
        self, collection: int, wanted: FloatArray, depth: int
    ) -> list[list[tuple[int, float]]]:
        """The same for each of several vectors, of shape (vectors, dimension)."""
        with self._guarded():
            of = self._find_collection(collection)
            if of is None:
                return [[] for _ in wanted]
            found = of.query(query_embeddings=wanted, n_results=depth, include=["distances"])
        scored = [
            [(int(key), 1.0 - float(distance)) for key, distance in zip(keys, far, strict=True)]
            for keys, far in zip(found["ids"], found["distances"] or [], strict=True)
        ]
        return [sorted(one, key=lambda item: (-item[1], item[0])) for one in scored]

    def passage_ids(self, collection: int) -> set[int]:
        """Every passage in a collection."""
        with self._guarded():
            of = self._find_collection(collection)
            return {int(key) for key in of.get(include=[])["ids"]} if of else set()

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether there is an index in ``folder``, damaged or not."""
        database = folder / _DATABASE
        return database.exists() and database.stat().st_size > 0

    @staticmethod
    def erase(folder: Path) -> None:
        """Remove the index, to be built anew."""
        erase_index(folder)

    def _make_collection(self, collection: int) -> Collection:
        if collection not in self._open_collections:
            self._open_collections[collection] = self._client.get_or_create_collection(
                self._name(collection), configuration={"hnsw": HNSW}, embedding_function=None
            )
        return self._open_collections[collection]

    def _find_collection(self, collection: int) -> Collection | None:
        if collection not in self._open_collections:
            with suppress(NotFoundError):
                self._open_collections[collection] = self._client.get_collection(
                    self._name(collection), embedding_function=None
                )
        return self._open_collections.get(collection)

    def _name(self, collection: int) -> str:
        return f"collection-{collection}-{self._model}"

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            with self._busy:
                yield
        except _CHROMA_RAISES as error:
            raise explain_damage("vector", self._folder, error) from error


def exact_search(
    wanted: FloatArray, rows: Iterator[tuple[int, bytes]], depth: int
) -> list[list[tuple[int, float]]]:
    """For each of ``wanted`` (shape (vectors, dimension)) the ``depth`` best of ``rows`` by cosine.

    Rows are a passage's id and its vector as bytes. Used where filters leave a part of the
    passages: an approximate index could miss some of them.
    """
    best: list[list[tuple[int, float]]] = [[] for _ in wanted]
    while chunk := list(islice(rows, EXACT_CHUNK)):
        matrix = np.frombuffer(b"".join(raw for _, raw in chunk), dtype=np.float32)
        near = wanted @ matrix.reshape(len(chunk), -1).T
        keys = [key for key, _ in chunk]
        for place, scores in enumerate(near.tolist()):
            scored = [*best[place], *zip(keys, scores, strict=True)]
            best[place] = sorted(scored, key=lambda item: (-item[1], item[0]))[:depth]
    return best


def _present(collection: Collection, ids: list[str]) -> set[str]:
    return set(collection.get(ids=ids, include=[])["ids"])


def _open_client(folder: Path) -> tuple[str, Client]:
    """A client of its own, and the spelling of ``folder`` that no other of this process uses.

    Chroma shares one open database among all clients that name the same path, so opening it anew
    would show nothing new as long as another library of this process has it open.
    """
    quiet = ChromaSettings(anonymized_telemetry=False)
    with _SPELLING:
        number = 0
        while (spelling := f"{folder}{'/.' * number}") in _SPELLINGS:
            number += 1
        # Never taken back when opening fails: Chroma keeps what failed under that name.
        _SPELLINGS.add(spelling)
        client = chromadb.PersistentClient(path=spelling, settings=quiet)
    return spelling, cast("Client", client)  # what it is; only this class can be closed
