"""Passages by their ids, as far as a scope holds them; with what is indexed of them, if wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, and_, bindparam, func, select

from groundwire.core.protocols import FloatArray
from groundwire.core.schema import Passage
from groundwire.retrievers.indexing import index_text
from groundwire.retrievers.library import Library
from groundwire.retrievers.scope import Scope, conditions
from groundwire.retrievers.tables import documents, passages, places, vectors


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A passage with what is indexed of it: its words, title included, and its unit vector."""

    passage: Passage
    words: str
    vector: FloatArray


def read_passages(library: Library, ids: Sequence[int], scope: Scope) -> dict[int, Passage]:
    """The passages of ``ids`` by their id; those outside the scope are left out."""
    rows = _read(library, ids, scope, _passage_query)
    return {row.id: _as_passage(row) for row in rows}


def read_stored(library: Library, ids: Sequence[int], scope: Scope) -> dict[int, Stored]:
    """The passages of ``ids`` within the scope, in that order; one without a vector has zeros."""
    rows = {row.id: row for row in _read(library, ids, scope, _stored_query)} if ids else {}
    none = np.zeros(library.encoder.dimension, dtype=np.float32)
    return {
        one: Stored(
            passage=_as_passage(rows[one]),
            words=index_text(rows[one].context, rows[one].text),
            vector=np.frombuffer(rows[one].vector, np.float32) if rows[one].vector else none,
        )
        for one in ids
        if one in rows
    }


def _read(
    library: Library, ids: Sequence[int], scope: Scope, query: Callable[[Scope], Select[Any]]
) -> list[Row[Any]]:
    # After a checkpoint, what was a tuple is a list: no key for the cache.
    scope = replace(scope, where=tuple((key, value) for key, value in scope.where))
    with library.engine.connect() as connection:
        rows = connection.execute(query(scope), {"ids": ids, "model": library.encoder.name}).all()
    # An index may be behind the database, which alone says what stands where.
    return [row for row in rows if row.source is not None]


# Building the statement takes longer than running it.
@lru_cache(maxsize=64)
def _passage_query(scope: Scope) -> Select[Any]:
    # A document may stand at several places: the first one within the scope names its source.
    source = (
        select(func.min(places.c.path))
        .where(places.c.document_id == documents.c.id, *conditions(scope))
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


@lru_cache(maxsize=64)
def _stored_query(scope: Scope) -> Select[Any]:
    of_text = and_(
        vectors.c.text_hash == passages.c.text_hash, vectors.c.model == bindparam("model")
    )
    vector = select(vectors.c.vector).where(of_text).correlate(passages).scalar_subquery()
    return _passage_query(scope).add_columns(passages.c.context, vector.label("vector"))


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
