"""Hybrid search: two searches and a fusion, within a scope of collections and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, select, true

from groundwire.core.errors import IndexDamaged, UsageError
from groundwire.core.protocols import FloatArray
from groundwire.core.schema import Hit, Passage
from groundwire.retrievers.dense import exact_search
from groundwire.retrievers.fusion import fuse_ranks
from groundwire.retrievers.indexing import batches
from groundwire.retrievers.library import Library
from groundwire.retrievers.listing import require_collection
from groundwire.retrievers.tables import collections, documents, passages, places, vectors

DENSE, LEXICAL = "dense", "lexical"
# What every document may be filtered by, beside its own metadata.
PLACE_KEYS = ("source", "title", "type", "modified")
# Ids of one statement: below what SQLite can bind.
IDS = 10_000
# Passages read from the database at once.
READ_AT_ONCE = 10
Ranked = list[tuple[int, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Where to search: one collection or all, and what must hold of a document."""

    collection: str | None = None
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Limits:
    """A scope, looked up: ids of ours. None means no limit."""

    collection: int | None
    documents: tuple[int, ...] | None


def search(
    library: Library, text: str, *, k: int | None = None, scope: Scope | None = None
) -> list[Hit]:
    """The ``k`` passages that fit ``text`` best, from vectors and words fused by rank.

    ``score`` is the fused score, ``scores`` holds each retriever's own: cosine under ``dense``,
    BM25 under ``lexical``. Raises UsageError for an empty text or an unknown collection.
    """
    if not text.strip():
        raise UsageError("There is nothing to search for.", "Give some words.")
    text = text.encode("utf-8", "replace").decode()  # halves of characters are no text
    settings = library.settings.search
    limits = _look_up(library, scope or Scope())
    if limits.documents == ():
        return []
    vector = library.encoder.encode([text])[0] if settings.dense_weight else None
    try:
        own = _rank(library, text, vector, limits)
    except IndexDamaged:
        # Another process may have been in the middle of writing: without one it must work.
        with library.undisturbed():
            own = _rank(library, text, vector, limits)
    fused = fuse_ranks(
        [list(own[DENSE]), list(own[LEXICAL])],
        weights=[settings.dense_weight, settings.lexical_weight],
        k=settings.rrf_k,
    )
    return list(islice(_hits(library, fused, own, scope or Scope()), k or settings.k))


def _hits(
    library: Library, fused: Ranked, own: Mapping[str, Mapping[int, float]], scope: Scope
) -> Iterator[Hit]:
    """The passages behind the ids, read a few at a time: seldom more are wanted."""
    for part in batches(fused, READ_AT_ONCE):
        found = _read_passages(library, [key for key, _ in part], scope)
        for key, score in part:
            if key in found:
                scores = {name: ranked[key] for name, ranked in own.items() if key in ranked}
                yield Hit(passage=found[key], score=score, scores=scores)


def _rank(
    library: Library, text: str, vector: FloatArray | None, limits: _Limits
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
        near = [] if vector is None else _search_dense(library, vector, limits, dense.search)
        return {DENSE: dict(near), LEXICAL: dict(worded.result())}


def check_scope(library: Library, scope: Scope) -> None:
    """Raise UsageError if the scope names a collection or filter that cannot be meant."""
    if scope.collection is not None:
        require_collection(library, scope.collection)
    if not all(key.strip() for key, _ in scope.where):
        raise UsageError("A filter has no key.", "Write it as key=value.")
    own = {key for key, _ in scope.where} - set(PLACE_KEYS)
    if unknown := sorted(own - _own_keys(library) if own else ()):
        there = ", ".join([*PLACE_KEYS, *sorted(_own_keys(library))])
        raise UsageError(
            f"No document has {unknown[0]!r} to filter by.", f"Write key=value; keys: {there}."
        )


def _own_keys(library: Library) -> set[str]:
    """What the documents' own metadata may be filtered by."""
    item = func.json_each(documents.c.metadata).table_valued("key")
    with library.engine.connect() as connection:
        return set(
            connection.scalars(
                select(item.c.key).select_from(documents.join(item, true())).distinct()
            )
        )


def _look_up(library: Library, scope: Scope) -> _Limits:
    collection = None if scope.collection is None else require_collection(library, scope.collection)
    if not scope.where:
        return _Limits(collection=collection, documents=None)
    with library.engine.connect() as connection:
        query = (
            select(documents.c.id)
            .join(places)
            .where(*_conditions(scope))
            .distinct()
            .order_by(documents.c.id)
        )
        return _Limits(collection=collection, documents=tuple(connection.scalars(query)))


def _conditions(scope: Scope) -> Iterator[ColumnElement[bool]]:
    if scope.collection is not None:
        of_name = select(collections.c.id).where(collections.c.name == scope.collection)
        yield places.c.collection_id.in_(of_name)
    for key, value in scope.where:
        yield _condition(key, value)


def _condition(key: str, value: str) -> ColumnElement[bool]:
    if key == "source":
        return places.c.path == value
    if key == "modified":
        # Times are ISO 8601 in UTC, so "2024" and "2024-05-01" name a year and a day.
        return places.c.modified.startswith(value, autoescape=True)
    if key == "title":
        return documents.c.title == value
    if key == "type":
        return documents.c.media_type == value
    # Not by a JSON path, in which quotes and dots of a file's own keys would be syntax.
    own = func.json_each(documents.c.metadata).table_valued("key", "value")
    return select(own.c.key).where(own.c.key == key, own.c.value == value).exists()


def _search_dense(
    library: Library,
    vector: FloatArray,
    limits: _Limits,
    search_index: Callable[[int, FloatArray, int], Ranked],
) -> Ranked:
    depth = library.settings.search.depth
    if library.remember("encoder", lambda: library.adopted_encoder) != library.encoder.name:
        return []  # vectors of two models must never be mixed; the library's notice tells
    if limits.documents is not None:
        with library.engine.connect() as connection:
            return exact_search(vector, _vectors_of(connection, library, limits.documents), depth)
    if limits.collection is not None:
        return search_index(limits.collection, vector, depth)
    best: dict[int, float] = {}
    for collection in library.remember("collections", partial(_collection_ids, library)):
        best.update(search_index(collection, vector, depth))
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:depth]


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
    """Names of the analysers that the library's documents were indexed with, sorted."""
    return library.remember("analysers", partial(_distinct_languages, library))


def _distinct_languages(library: Library) -> list[str]:
    names = select(documents.c.language).distinct().order_by(documents.c.language)
    with library.engine.connect() as connection:
        return list(connection.scalars(names))


def _collection_ids(library: Library) -> list[int]:
    with library.engine.connect() as connection:
        return list(connection.scalars(select(collections.c.id)))


def _read_passages(library: Library, ids: Sequence[int], scope: Scope) -> dict[int, Passage]:
    with library.engine.connect() as connection:
        # After a checkpoint, what was a tuple is a list: no key for the cache.
        where = tuple((key, value) for key, value in scope.where)
        query = _passage_query(replace(scope, where=where))
        rows = connection.execute(query, {"ids": ids}).all()
    # An index may be behind the database, which alone says what stands where.
    return {row.id: _as_passage(row) for row in rows if row.source is not None}


# Building the statement takes longer than running it.
@lru_cache(maxsize=64)
def _passage_query(scope: Scope) -> Select[Any]:
    # A document may stand at several places: the first one within the scope names its source.
    source = (
        select(func.min(places.c.path))
        .where(places.c.document_id == documents.c.id, *_conditions(scope))
        .correlate(documents)
        .scalar_subquery()
    )
    wanted = (
        passages.c.id,
        documents.c.sha256,
        documents.c.title,
        source.label("source"),
        passages.c.start,
        passages.c.end,
        passages.c.text,
        passages.c.page,
        passages.c.heading,
    )
    query = select(*wanted).select_from(passages.join(documents))
    return query.where(passages.c.id.in_(bindparam("ids", expanding=True)))


def _as_passage(row: Row[Any]) -> Passage:
    return Passage(
        document_id=row.sha256,
        source=row.source,
        title=row.title,
        start=row.start,
        end=row.end,
        text=row.text,
        page=row.page,
        heading=row.heading,
    )
