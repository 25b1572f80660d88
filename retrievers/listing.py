"""What the library holds: documents, collections, canonical texts and quotes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select

from groundwire.core.errors import UsageError
from groundwire.core.schema import Document, Heading, PageSpan, Passage, TableSpan
from groundwire.retrievers.library import Library
from groundwire.retrievers.tables import collections, documents, passages, places

SHORTEST_ID = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredDocument:
    """A document at one place; a document at several places is listed once for each."""

    document_id: str
    source: str
    title: str
    collection: str
    passages: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredCollection:
    """A collection and how much stands in it."""

    name: str
    documents: int
    passages: int


def list_documents(library: Library, collection: str | None = None) -> list[StoredDocument]:
    """Documents by collection and path; UsageError if there is no such collection."""
    if collection is not None:
        require_collection(library, collection)
    counts = (
        select(passages.c.document_id, func.count().label("passages"))
        .group_by(passages.c.document_id)
        .subquery()
    )
    query = (
        select(
            documents.c.sha256.label("document_id"),
            places.c.path.label("source"),
            documents.c.title,
            collections.c.name.label("collection"),
            func.coalesce(counts.c.passages, 0).label("passages"),
        )
        .join(places, places.c.document_id == documents.c.id)
        .join(collections, collections.c.id == places.c.collection_id)
        .outerjoin(counts, counts.c.document_id == documents.c.id)
        .order_by(collections.c.name, places.c.path)
    )
    if collection is not None:
        query = query.where(collections.c.name == collection)
    with library.engine.connect() as connection:
        return [StoredDocument(**row) for row in connection.execute(query).mappings()]


def show_documents(library: Library, name: str) -> list[StoredDocument]:
    """Documents by id, start of an id (6 characters at least), path or file name.

    Raises UsageError when there is none.
    """
    path = os.path.abspath(os.path.expanduser(name))  # noqa: PTH100, PTH111 - keeps links, no error
    found = [
        document
        for document in list_documents(library)
        if document.source == path
        or Path(document.source).name == name
        or (len(name) >= SHORTEST_ID and document.document_id.startswith(name.lower()))
    ]
    if not found:
        raise UsageError(
            f"No document {name!r} in the library.", "`groundwire documents list` shows them."
        )
    return found


def list_collections(library: Library) -> list[StoredCollection]:
    """Collections in alphabetical order."""
    counted: dict[str, list[int]] = {}
    with library.engine.connect() as connection:
        for name in connection.scalars(select(collections.c.name).order_by(collections.c.name)):
            counted[name] = []
    for document in list_documents(library):
        counted[document.collection].append(document.passages)
    return [
        StoredCollection(name=name, documents=len(counts), passages=sum(counts))
        for name, counts in counted.items()
    ]


def require_collection(library: Library, name: str) -> int:
    """Id of the collection of that name; UsageError naming those there are if it is none."""
    with library.engine.connect() as connection:
        known = {row.name: row.id for row in connection.execute(select(collections))}
    if name not in known:
        there = ", ".join(sorted(known)) or "none yet"
        raise UsageError(f"There is no collection {name!r}.", f"Collections: {there}.")
    return int(known[name])


def read_document(library: Library, document_id: str) -> Document | None:
    """The document of that id with its canonical text, or None if it has gone."""
    with library.engine.connect() as connection:
        row = connection.execute(
            select(documents).where(documents.c.sha256 == document_id)
        ).one_or_none()
        if row is None:
            return None
        source = connection.scalar(
            select(func.min(places.c.path)).where(places.c.document_id == row.id)
        )
        texts = select(passages.c.text).where(passages.c.document_id == row.id)
        text = "".join(connection.scalars(texts.order_by(passages.c.start)))
    return Document(
        id=document_id,
        source=source or "",
        title=row.title,
        text=text,
        media_type=row.media_type,
        headings=tuple(Heading(**item) for item in row.headings),
        pages=tuple(PageSpan(**item) for item in row.pages),
        tables=tuple(TableSpan(**item) for item in row.tables),
        metadata=row.metadata,
    )


def iterate_passages(library: Library, collection: str) -> Iterator[Passage]:
    """Every passage of a collection, document by document in the order of their paths.

    A document at several places is gone through once, under the first of them. Raises UsageError
    if there is no such collection.
    """
    here = places.c.collection_id == require_collection(library, collection)
    first = (
        select(places.c.document_id, func.min(places.c.path).label("source"))
        .where(here)
        .group_by(places.c.document_id)
        .subquery()
    )
    own = (passages.c.start, passages.c.end, passages.c.text, passages.c.page, passages.c.heading)
    query = (
        select(documents.c.sha256.label("document_id"), first.c.source, documents.c.title, *own)
        .select_from(passages.join(documents).join(first, first.c.document_id == documents.c.id))
        .order_by(first.c.source, passages.c.start)
    )
    with library.engine.connect() as connection:
        rows = connection.execution_options(yield_per=1_000).execute(query)
        yield from (Passage(**row) for row in rows.mappings())


def read_span(library: Library, document_id: str, start: int, end: int) -> str | None:
    """Characters ``start`` to ``end`` of a document's canonical text; None if it has gone.

    Only the passages that hold the span are read. This is the other half of the ledger rule.
    """
    query = (
        select(passages.c.start, passages.c.text)
        .join(documents)
        .where(documents.c.sha256 == document_id)
        .where(passages.c.start < end, passages.c.end > start)
        .order_by(passages.c.start)
    )
    with library.engine.connect() as connection:
        rows = connection.execute(query).all()
    if not rows:
        return None
    return "".join(_parts(rows, start, end))


def _parts(rows: Sequence[Row[Any, Any]], start: int, end: int) -> Iterator[str]:
    for row in rows:
        yield row.text[max(0, start - row.start) : end - row.start]
