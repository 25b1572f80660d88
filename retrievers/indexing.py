"""Bringing the derived indexes in line with the database, and marking documents ready."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from sqlalchemy import Connection, Row, Select, and_, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from groundwire.core.errors import IndexDamaged, LibraryError
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
    hyperlinks,
    names,
    passages,
    places,
    vectors,
)

if TYPE_CHECKING:
    from groundwire.retrievers.dense import DenseIndex

# Documents brought in line under one lock: other writers wait for no more than these.
SETTLE_BATCH = 512
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
    if library.adopted_encoder == name:
        return
    with library.locked(), library.transaction() as connection:
        if get_property(connection, "encoder") == name:
            return
        connection.execute(update(documents).values(state=NEW))
        put_property(connection, "encoder", name)
        library.publish(connection)
    drop_strangers(library)


def drop_strangers(library: Library) -> None:
    """Remove vectors of other encoders and of collections that went from the vector index."""
    with suppress(IndexDamaged), library.writing() as (dense, _):
        with library.engine.connect() as connection:
            known = list(connection.scalars(select(collections.c.id)))
        dense.keep_only(known)


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
            with library.transaction() as connection:
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
        if not pending_documents(connection):
            return 0
    # Under the lock nobody is in the middle of it, so what is pending here was interrupted.
    with library.locked(), library.transaction() as connection:
        pending = pending_documents(connection)
        interrupted = update(documents).where(documents.c.state == NEW)
        connection.execute(interrupted.values(state=CHANGED))
    finish_documents(library, pending, on_encoded)
    return len(pending)


def finish_documents(
    library: Library, ids: Sequence[int], on_encoded: Callable[[int], None] | None = None
) -> None:
    """Encode and index those of ``ids`` that are pending, some at a time.

    Nothing is encoded under the lock but what another process took out of the cache meanwhile.
    """
    for part in batches(ids, SETTLE_BATCH):
        with library.engine.connect() as connection:
            pending = [*set(part) & set(pending_documents(connection))]
        _encode_documents(library, pending, on_encoded)
        with library.writing():
            lacking = settle(library, sorted(pending))
            _encode_documents(library, lacking)
            settle(library, lacking)


def settle(library: Library, ids: Sequence[int]) -> list[int]:
    """Make every index agree with the database on the documents ``ids``, and mark them ready.

    Those whose vectors are not all in the cache stay pending and are returned. May be repeated at
    will: a process killed in the middle leaves the documents pending, and the next one does it
    again. Raises LibraryError when another process has adopted another encoder.
    """
    if not ids:
        return []
    with library.writing() as (dense, lexical):
        require_encoder(library)
        lacking: set[int] = set()
        for part in batches(ids, SETTLE_BATCH):
            with library.engine.connect() as connection:
                wanted = _collections_of(connection, part)
                lacking |= _write_vectors(connection, library, dense, wanted)
                lexical.replace(part, _entries(connection, part, wanted))
            with library.transaction() as connection:
                _finish(connection, wanted, lacking)
                library.publish(connection)
    return sorted(lacking)


def require_encoder(library: Library) -> None:
    """Raise LibraryError if the indexes hold, or wait for, another encoder's vectors."""
    adopted = library.adopted_encoder
    if adopted not in (None, library.encoder.name):
        raise LibraryError(
            f"Another process has changed the library's encoder to {adopted}.",
            "Start this one again with the same setting `encoder.model`.",
        )


def _write_vectors(
    connection: Connection,
    library: Library,
    dense: DenseIndex,
    wanted: Mapping[int, tuple[int, ...]],
) -> set[int]:
    """Bring each collection's vectors in line; the documents that lack some are returned."""
    ids = list(wanted)
    fresh = set(connection.scalars(_in_state(ids, NEW)))
    everywhere = list(connection.scalars(select(collections.c.id)))
    lacking: set[int] = set()
    for batch in batches(_rows(connection, library.encoder.name, ids), ENCODE_BATCH):
        standing = [row for row in batch if wanted[row.document_id]]
        lacking |= {row.document_id for row in standing if row.vector is None}
        for collection in everywhere:
            here = [row for row in standing if collection in wanted[row.document_id]]
            there = [row for row in here if row.vector is not None]
            dense.add(collection, [row.id for row in there], _matrix(there))
            gone = [
                row.id
                for row in batch
                if collection not in wanted[row.document_id] and row.document_id not in fresh
            ]
            dense.remove(collection, gone)
    return lacking


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """``items`` in lists of at most ``size``."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _known_vectors(model: str, keys: Sequence[bytes]) -> Select[bytes]:
    return select(vectors.c.text_hash).where(
        vectors.c.model == model, vectors.c.text_hash.in_(keys)
    )


def _encode_documents(
    library: Library, ids: Sequence[int], on_encoded: Callable[[int], None] | None = None
) -> None:
    for document in ids:
        for batch in batches(_index_texts(library, document), ENCODE_BATCH):
            encode_missing(library, batch, on_encoded)


def _index_texts(library: Library, document: int) -> Iterator[str]:
    """What has to be encoded of a document; nothing of one that stands nowhere any more."""
    query = select(passages.c.context, passages.c.text).where(
        passages.c.document_id == document,
        passages.c.document_id.in_(select(places.c.document_id)),
    )
    with library.engine.connect() as connection:
        for context, text in connection.execute(query.order_by(passages.c.start)):
            yield index_text(context, text)


def _collections_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    wanted: dict[int, set[int]] = {document: set() for document in ids}
    query = select(places.c.document_id, places.c.collection_id)
    for document, collection in connection.execute(query.where(places.c.document_id.in_(ids))):
        wanted[document].add(collection)
    return {document: tuple(sorted(found)) for document, found in wanted.items()}


def _in_state(ids: Sequence[int], state: str) -> Select[int]:
    return select(documents.c.id).where(documents.c.state == state, documents.c.id.in_(ids))


def _rows(connection: Connection, model: str, ids: Sequence[int]) -> Iterator[Row[Any, Any, Any]]:
    """Passages of ``ids`` with their vectors, streamed."""
    of_text = and_(vectors.c.text_hash == passages.c.text_hash, vectors.c.model == model)
    query = select(passages.c.id, passages.c.document_id, vectors.c.vector)
    query = query.select_from(passages.outerjoin(vectors, of_text))
    # In this order, so that an index built twice from the same documents is the same.
    yield from connection.execute(
        query.where(passages.c.document_id.in_(ids)).order_by(passages.c.id)
    )


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
    query = query.where(passages.c.document_id.in_(standing)).order_by(passages.c.id)
    for row in connection.execute(query):
        yield LexicalEntry(
            passage=row.id,
            document=row.document_id,
            collections=wanted[row.document_id],
            analyser=row.language,
            text=index_text(row.context, row.text),
        )


def _finish(
    connection: Connection, wanted: Mapping[int, tuple[int, ...]], lacking: Collection[int]
) -> None:
    """Mark what every index has as ready, and forget what stands nowhere with its vectors."""
    gone = [document for document, found in wanted.items() if not found]
    whole = [document for document in wanted if document not in lacking]
    hashes = select(passages.c.text_hash).where(passages.c.document_id.in_(gone))
    orphaned = set(connection.scalars(hashes)) if gone else set()
    for own in (names, hyperlinks):
        connection.execute(delete(own).where(own.c.document_id.in_(gone)))
    connection.execute(delete(passages).where(passages.c.document_id.in_(gone)))
    connection.execute(delete(documents).where(documents.c.id.in_(gone)))
    connection.execute(update(documents).where(documents.c.id.in_(whole)).values(state=READY))
    forget_unused(connection, orphaned)


def forget_unused(connection: Connection, hashes: Collection[bytes]) -> None:
    """Drop from the vector cache those of ``hashes`` that no passage has any more."""
    for keys in batches(sorted(hashes), ENCODE_BATCH):
        used = select(passages.c.text_hash).where(passages.c.text_hash.in_(keys))
        unused = set(keys) - set(connection.scalars(used))
        connection.execute(delete(vectors).where(vectors.c.text_hash.in_(sorted(unused))))
