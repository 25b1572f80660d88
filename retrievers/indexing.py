"""Bringing the derived indexes in line with the database, and marking documents ready."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from groundwire.core.protocols import FloatArray
from groundwire.retrievers.lexical import LexicalEntry
from groundwire.retrievers.library import Library
from groundwire.retrievers.store import get_property, put_property
from groundwire.retrievers.tables import (
    CHANGED,
    NEW,
    READY,
    collections,
    documents,
    passages,
    places,
    vectors,
)
from sqlalchemy import Connection, Row, Select, and_, delete, select, update
from sqlalchemy.dialects.sqlite import insert

# Texts encoded between two commits: what a kill can cost, and what is held in memory.
ENCODE_BATCH = 512
Item = TypeVar("Item")


def hash_text(text: str) -> bytes:
    """Key of a text in the vector cache: the first 16 bytes of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def index_text(context: str, text: str) -> str:
    """What is indexed for a passage: its title, headings and table header, then itself."""
    return f"{context}\n{text}" if context else text


def adopt_encoder(library: Library) -> None:
    """Make every document pending if its vectors come from another encoder than the one in use."""
    name = library.encoder.name
    with library.engine.connect() as connection:
        known = get_property(connection, "encoder")
    if known == name:
        return
    with library.writing() as (dense, _), library.engine.begin() as connection:
        for collection in connection.scalars(select(collections.c.id)).all():
            dense.drop(collection)
        connection.execute(update(documents).values(state=NEW))
        put_property(connection, "encoder", name)
        library.publish(connection)


def encode_missing(
    library: Library, texts: Sequence[str], on_encoded: Callable[[int], None] | None = None
) -> None:
    """Put the vectors of ``texts`` into the cache; those that are there cost nothing."""
    model = library.encoder.name
    for batch in batches(dict.fromkeys(texts), ENCODE_BATCH):
        keys = {hash_text(text): text for text in batch}
        with library.engine.connect() as connection:
            known = set(connection.scalars(_known_vectors(model, list(keys))))
        missing = [key for key in keys if key not in known]
        if missing:
            encoded = library.encoder.encode([keys[key] for key in missing])
            rows = [
                {"model": model, "text_hash": key, "vector": vector.tobytes()}
                for key, vector in zip(missing, encoded, strict=True)
            ]
            with library.engine.begin() as connection:
                connection.execute(insert(vectors).on_conflict_do_nothing(), rows)
        if on_encoded:
            on_encoded(len(batch))


def pending_documents(connection: Connection) -> list[int]:
    """Ids of the documents that some index may lack or still hold, oldest first."""
    query = select(documents.c.id).where(documents.c.state != READY).order_by(documents.c.id)
    return list(connection.scalars(query))


def finish_pending(library: Library, on_encoded: Callable[[int], None] | None = None) -> int:
    """Encode and index whatever is pending; the number of documents finished."""
    with library.engine.connect() as connection:
        pending = pending_documents(connection)
    for document in pending:
        for batch in batches(_index_texts(library, document), ENCODE_BATCH):
            encode_missing(library, batch, on_encoded)
    with library.writing():
        settle(library, pending)
    return len(pending)


def settle(library: Library, ids: Sequence[int]) -> None:
    """Make every index agree with the database on the documents ``ids``, and mark them ready.

    Vectors of documents that stand somewhere must be in the cache. May be repeated at will: a
    process killed in the middle leaves the documents pending, and the next one does it again.
    """
    with library.writing() as (dense, lexical), library.engine.begin() as connection:
        wanted = _collections_of(connection, ids)
        changed = set(connection.scalars(_in_state(ids, CHANGED)))
        everywhere = list(connection.scalars(select(collections.c.id)))
        for batch in batches(_rows(connection, library.encoder.name, ids), ENCODE_BATCH):
            for collection in everywhere:
                here = [row for row in batch if collection in wanted[row.document_id]]
                dense.add(collection, [row.id for row in here], _matrix(here))
                gone = [row.id for row in batch if row.document_id in changed and row not in here]
                dense.remove(collection, gone)
        lexical.replace(ids, _entries(connection, ids, wanted))
        _finish(connection, ids, wanted)
        library.publish(connection)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """``items`` in lists of at most ``size``."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _known_vectors(model: str, keys: Sequence[bytes]) -> Select[bytes]:
    return select(vectors.c.text_hash).where(
        vectors.c.model == model, vectors.c.text_hash.in_(keys)
    )


def _index_texts(library: Library, document: int) -> Iterator[str]:
    query = select(passages.c.context, passages.c.text).where(passages.c.document_id == document)
    with library.engine.connect() as connection:
        for context, text in connection.execute(query.order_by(passages.c.start)):
            yield index_text(context, text)


def _collections_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    wanted: dict[int, set[int]] = {document: set() for document in ids}
    for part in batches(ids, ENCODE_BATCH):
        query = select(places.c.document_id, places.c.collection_id)
        for document, collection in connection.execute(query.where(places.c.document_id.in_(part))):
            wanted[document].add(collection)
    return {document: tuple(sorted(found)) for document, found in wanted.items()}


def _in_state(ids: Sequence[int], state: str) -> Select[int]:
    return select(documents.c.id).where(documents.c.state == state, documents.c.id.in_(ids))


def _rows(connection: Connection, model: str, ids: Sequence[int]) -> Iterator[Row[Any, Any, Any]]:
    """Passages of ``ids`` with their vectors, streamed."""
    of_text = and_(vectors.c.text_hash == passages.c.text_hash, vectors.c.model == model)
    query = select(passages.c.id, passages.c.document_id, vectors.c.vector)
    query = query.select_from(passages.outerjoin(vectors, of_text))
    for part in batches(ids, ENCODE_BATCH):
        yield from connection.execute(query.where(passages.c.document_id.in_(part)))


def _matrix(rows: Sequence[Row[Any, Any, Any]]) -> FloatArray:
    if not rows:
        return np.zeros((0, 0), dtype=np.float32)
    return np.stack([np.frombuffer(row.vector, dtype=np.float32) for row in rows])


def _entries(
    connection: Connection, ids: Sequence[int], wanted: Mapping[int, tuple[int, ...]]
) -> Iterator[LexicalEntry]:
    query = select(
        passages.c.id,
        passages.c.document_id,
        passages.c.context,
        passages.c.text,
        documents.c.language,
    ).join(documents)
    standing = [document for document in ids if wanted[document]]
    for part in batches(standing, ENCODE_BATCH):
        for row in connection.execute(query.where(passages.c.document_id.in_(part))):
            yield LexicalEntry(
                passage=row.id,
                document=row.document_id,
                collections=wanted[row.document_id],
                analyser=row.language,
                text=index_text(row.context, row.text),
            )


def _finish(
    connection: Connection, ids: Sequence[int], wanted: Mapping[int, tuple[int, ...]]
) -> None:
    """Mark what stands somewhere as ready, and forget the rest with its vectors."""
    for part in batches(ids, ENCODE_BATCH):
        gone = [document for document in part if not wanted[document]]
        hashes = select(passages.c.text_hash).where(passages.c.document_id.in_(gone))
        orphaned = set(connection.scalars(hashes)) if gone else set()
        connection.execute(delete(passages).where(passages.c.document_id.in_(gone)))
        connection.execute(delete(documents).where(documents.c.id.in_(gone)))
        connection.execute(update(documents).where(documents.c.id.in_(part)).values(state=READY))
        for keys in batches(sorted(orphaned), ENCODE_BATCH):
            used = select(passages.c.text_hash).where(passages.c.text_hash.in_(keys))
            unused = set(keys) - set(connection.scalars(used))
            connection.execute(delete(vectors).where(vectors.c.text_hash.in_(sorted(unused))))
