"""Hybrid search: two searches and a fusion, within a scope of collections and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

import numpy as np
from sqlalchemy import Connection, and_, func, select

from groundwire.core.errors import UsageError
from groundwire.core.protocols import FloatArray
from groundwire.core.schema import Hit
from groundwire.core.text import without_halves
from groundwire.retrievers.dense import DenseIndex, exact_search
from groundwire.retrievers.fusion import fuse_ranks
from groundwire.retrievers.indexing import batches
from groundwire.retrievers.library import Library
from groundwire.retrievers.scope import Limits, Scope, look_up
from groundwire.retrievers.stored_passages import read_passages
from groundwire.retrievers.tables import collections, documents, passages, vectors

DENSE, LEXICAL = "dense", "lexical"
# Ids of one statement: below what SQLite can bind.
IDS = 10_000
# Passages read from the database at once.
READ_AT_ONCE = 10
Ranked = list[tuple[int, float]]
SearchVectors = Callable[[FloatArray, int], list[Ranked]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a search found, by ids of passages.

    ``fused`` holds them with the fused score, best first, ``own`` each retriever's scores.
    ``vector`` is the query's, None where only words are searched by the settings.
    """

    fused: Ranked = field(default_factory=list)
    own: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    vector: FloatArray | None = None

    def scores(self, identity: int) -> dict[str, float]:
        """Each retriever's own score of a passage, by the retriever's name."""
        return {name: ranked[identity] for name, ranked in self.own.items() if identity in ranked}


def search(
    library: Library, text: str, *, k: int | None = None, scope: Scope | None = None
) -> list[Hit]:
    """The ``k`` passages that fit ``text`` best, from vectors and words fused by rank.

    ``score`` is the fused score, ``scores`` holds each retriever's own: cosine under ``dense``,
    BM25 under ``lexical``. Raises UsageError for an empty text or an unknown collection.
    """
    found = find_ids(library, text, scope)
    return list(islice(_hits(library, found, scope or Scope()), k or library.settings.search.k))


def find_ids(library: Library, text: str, scope: Scope | None = None) -> Found:
    """What ``text`` finds, as ids of passages; raises as ``search`` does."""
    if not text.strip():
        raise UsageError("There is nothing to search for.", "Give some words.")
    text = without_halves(text)
    settings = library.settings.search
    limits = look_up(library, scope or Scope())
    if limits.documents == ():
        return Found()
    vector = library.encoder.encode([text])[0] if settings.dense_weight else None
    own = library.reading_whole(lambda: _rank(library, text, vector, limits))
    fused = fuse_ranks(
        [list(own[DENSE]), list(own[LEXICAL])],
        weights=[settings.dense_weight, settings.lexical_weight],
        k=settings.rrf_k,
    )
    return Found(fused=fused, own=own, vector=vector)


def _hits(library: Library, found: Found, scope: Scope) -> Iterator[Hit]:
    """The passages behind the ids, read a few at a time: seldom more are wanted."""
    for part in batches(found.fused, READ_AT_ONCE):
        there = read_passages(library, [key for key, _ in part], scope)
        for key, score in part:
            if key in there:
                yield Hit(passage=there[key], score=score, scores=found.scores(key))


def _rank(
    library: Library, text: str, vector: FloatArray | None, limits: Limits
) -> dict[str, dict[int, float]]:
    """What each retriever found, best first: passage ids and its own scores."""
    settings = library.settings.search
    with library.reading() as (dense, lexical):
        find_words = partial(
            lexical.search,
            text,
            settings.depth if settings.lexical_weight else 0,
            analysers=analysers_in_use(library),
            collection=limits.collection,
            documents=limits.documents,
        )
        # Both leave Python's lock while they search: the shorter one costs no time of its own.
        worded = library.beside(find_words)
        near: Ranked = []
        if vector is not None:
            find_near = searching_vectors(library, limits, dense)
            (near,) = find_near(vector[np.newaxis, :], settings.depth)
        return {DENSE: dict(near), LEXICAL: dict(worded.result())}


def searching_vectors(library: Library, limits: Limits, dense: DenseIndex) -> SearchVectors:
    """What finds the nearest passages by cosine, for vectors of shape (vectors, dimension).

    To be made while reading; it may be called beside.
    """
    if library.remember("encoder", lambda: library.adopted_encoder) != library.encoder.name:
        return _find_none  # two models' vectors must not be mixed; a notice tells
    if limits.documents is not None:
        return partial(_search_exactly, library, limits.documents)
    if limits.collection is not None:
        return partial(dense.search_all, limits.collection)
    every = library.remember("collections", partial(_collection_ids, library))
    return partial(_search_collections, dense, every)


def _find_none(wanted: FloatArray, depth: int) -> list[Ranked]:  # noqa: ARG001 (as the others)
    return [[] for _ in wanted]


def _search_exactly(
    library: Library, ids: Sequence[int], wanted: FloatArray, depth: int
) -> list[Ranked]:
    with library.engine.connect() as connection:
        return exact_search(wanted, _vectors_of(connection, library, ids), depth)


def _search_collections(
    dense: DenseIndex, ids: Sequence[int], wanted: FloatArray, depth: int
) -> list[Ranked]:
    best: list[dict[int, float]] = [{} for _ in wanted]
    for collection in ids:
        for one, ranked in zip(best, dense.search_all(collection, wanted, depth), strict=True):
            one.update(ranked)
    return [sorted(one.items(), key=lambda item: (-item[1], item[0]))[:depth] for one in best]


def _vectors_of(
    connection: Connection, library: Library, ids: Sequence[int]
) -> Iterator[tuple[int, bytes]]:
    of_text = and_(
        vectors.c.text_hash == passages.c.text_hash, vectors.c.model == library.encoder.name
    )
    query = select(passages.c.id, vectors.c.vector).select_from(passages.join(vectors, of_text))
    for part in batches(ids, IDS):
        for row in connection.execute(query.where(passages.c.document_id.in_(part))):
            yield row.id, row.vector


def analysers_in_use(library: Library) -> list[str]:
    """Names of the analysers that the library's documents were indexed with, most used first."""
    return library.remember("analysers", partial(_distinct_languages, library))


def _distinct_languages(library: Library) -> list[str]:
    names = select(documents.c.language).group_by(documents.c.language)
    names = names.order_by(func.count().desc(), documents.c.language)
    with library.engine.connect() as connection:
        return list(connection.scalars(names))


def _collection_ids(library: Library) -> list[int]:
    with library.engine.connect() as connection:
        return list(connection.scalars(select(collections.c.id)))
