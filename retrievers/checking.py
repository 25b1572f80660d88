"""Comparing the derived indexes with the database, and mending what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, and_, delete, func, select, update

from groundwire.core.errors import IndexDamaged, LibraryError
from groundwire.core.protocols import FloatArray
from groundwire.retrievers.dense import DenseIndex
from groundwire.retrievers.indexing import adopt_encoder, finish_pending, hash_text, index_text
from groundwire.retrievers.lexical import LexicalIndex
from groundwire.retrievers.library import Library
from groundwire.retrievers.names import stored_names, write_names
from groundwire.retrievers.searching import analysers_in_use
from groundwire.retrievers.tables import (
    NEW,
    READY,
    collections,
    documents,
    names,
    passages,
    places,
    vectors,
)

# Passages of a collection that are looked for by their own vectors.
PROBES = 50
# Any word will do: looking it up opens the files that searches need.
PROBE = "word"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something in the library that is not as it should be."""

    kind: str
    subject: str
    detail: str
    repaired: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """What a check found; ``whole`` is true when nothing is left to mend."""

    problems: tuple[Problem, ...]
    documents: int
    passages: int

    @property
    def whole(self) -> bool:
        """Whether everything is as it should be now."""
        return all(problem.repaired for problem in self.problems)


def check_library(
    library: Library,
    *,
    repair: bool = False,
    on_encoded: Callable[[int], None] | None = None,
) -> CheckReport:
    """Compare every index with the database; with ``repair`` rebuild what differs.

    What is derived can always be mended. Damage to the database itself is told, not hidden.
    """
    found = _find_problems(library)
    if repair:
        if found:
            _repair(library, found, on_encoded)
        left = {(problem.kind, problem.subject) for problem in _find_problems(library)}
        found = [
            replace(problem, repaired=(problem.kind, problem.subject) not in left)
            for problem in found
        ]
        _forget_unused(library)
    with library.engine.connect() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (documents, passages)
        ]
    return CheckReport(problems=tuple(found), documents=counts[0], passages=counts[1])


def _find_problems(library: Library) -> list[Problem]:
    # Under the lock, or what another process is just writing would look like damage.
    with library.locked(), library.engine.connect() as connection:
        state = connection.exec_driver_sql("PRAGMA quick_check").scalar()
        if state != "ok":
            return [Problem(kind="database", subject="library.sqlite", detail=str(state))]
        return [
            *_check_documents(connection),
            *_check_names(connection),
            *_check_cache(library, connection),
            *_check_words(library, connection),
            *_check_vectors(library, connection),
        ]


def _check_documents(connection: Connection) -> Iterator[Problem]:
    pending = select(documents.c.title).where(documents.c.state != READY).order_by(documents.c.id)
    for title in connection.scalars(pending):
        yield Problem(kind="pending", subject=title, detail="indexing was interrupted")
    query = select(documents.c.title, passages).join(passages)
    rows = connection.execute(query.order_by(documents.c.id, passages.c.start))
    for (title, _), own in groupby(rows, lambda row: (row.title, row.document_id)):
        if not _is_intact(own):
            yield Problem(
                kind="text",
                subject=title,
                detail="its text was damaged on the disk: remove it and add it again",
            )


def _is_intact(rows: Iterable[Row[Any]]) -> bool:
    """Whether passages follow each other without a gap, each as it was when it was stored."""
    end = 0
    for row in rows:
        said = (end, end + len(row.text), hash_text(index_text(row.context, row.text)))
        if said != (row.start, row.end, row.text_hash):
            return False
        end = row.end
    return True


def _check_names(connection: Connection) -> Iterator[Problem]:
    try:
        there = _fingerprint(tuple(row) for row in connection.execute(select(names)))
    except LibraryError as error:  # the table has gone, or holds what is no text
        yield Problem(kind="names", subject="names", detail=error.what)
        return
    columns = [column.name for column in names.columns]
    try:
        own = [tuple(row[column] for column in columns) for row in stored_names(connection)]
    except LibraryError as error:
        yield Problem(kind="text", subject="library.sqlite", detail=error.what)
        return
    if there != _fingerprint(own):
        detail = "they are not the titles and headings of the documents"
        yield Problem(kind="names", subject="names", detail=detail)


def _fingerprint(rows: Iterable[tuple[object, ...]]) -> tuple[int, int]:
    """Of rows in any order; equal for equal ones, as far as this process."""
    count = mixed = 0
    for row in rows:
        count, mixed = count + 1, mixed ^ hash(row)
    return count, mixed


def _check_cache(library: Library, connection: Connection) -> Iterator[Problem]:
    kept = select(vectors.c.text_hash).where(vectors.c.model == library.encoder.name)
    lacking = connection.scalar(
        select(func.count())
        .select_from(passages.join(documents))
        .where(documents.c.state == READY, passages.c.text_hash.not_in(kept))
    )
    if lacking:
        detail = f"{lacking} passages have no vector"
        yield Problem(kind="cache", subject="library.sqlite", detail=detail)


def _check_words(library: Library, connection: Connection) -> Iterator[Problem]:
    standing = select(passages.c.id).where(passages.c.document_id.in_(select(places.c.document_id)))
    expected = set(connection.scalars(standing))
    try:
        with library.reading_words() as lexical:
            there = lexical.passage_ids()
            for analyser in analysers_in_use(library):
                lexical.count_terms(analyser, [PROBE])
    except IndexDamaged as damage:
        yield Problem(kind="words", subject="words", detail=damage.what)
        return
    yield from _compare("words", "words", expected, there)


def _check_vectors(library: Library, connection: Connection) -> Iterator[Problem]:
    query = select(collections.c.id, collections.c.name).order_by(collections.c.name)
    for identity, name in connection.execute(query).all():
        here = select(places.c.document_id).where(places.c.collection_id == identity)
        standing = select(passages.c.id).where(passages.c.document_id.in_(here))
        expected = set(connection.scalars(standing))
        try:
            with library.reading_vectors() as dense:
                there = dense.passage_ids(identity)
                tried = _some_vectors(connection, library, sorted(expected & there))
                lost = sum(not _is_found(dense, identity, vector) for vector in tried)
        except IndexDamaged as damage:
            yield Problem(kind="vectors", subject=name, detail=damage.what)
            return
        yield from _compare("vectors", name, expected, there)
        # A graph of near-equal vectors has a few that no path leads to; a broken one has many.
        if lost * 2 > len(tried):
            detail = f"{lost} of {len(tried)} passages tried are not found by their vectors"
            yield Problem(kind="vectors", subject=name, detail=detail)


def _some_vectors(connection: Connection, library: Library, ids: Sequence[int]) -> list[FloatArray]:
    """The cached vectors of some passages, spread over all of them."""
    some = ids[:: max(1, len(ids) // PROBES)]
    of_text = and_(
        vectors.c.text_hash == passages.c.text_hash, vectors.c.model == library.encoder.name
    )
    query = select(vectors.c.vector).select_from(passages.join(vectors, of_text))
    rows = connection.scalars(query.where(passages.c.id.in_(some)))
    return [np.frombuffer(row, dtype=np.float32) for row in rows]


def _is_found(dense: DenseIndex, collection: int, vector: FloatArray) -> bool:
    """Whether something as near as the passage itself is found; it may have equals."""
    return any(score > 0.999 for _, score in dense.search(collection, vector, 1))


def _compare(kind: str, subject: str, expected: set[int], there: set[int]) -> Iterator[Problem]:
    missing, stray = len(expected - there), len(there - expected)
    if missing or stray:
        yield Problem(kind=kind, subject=subject, detail=f"{missing} missing, {stray} too many")


def _repair(
    library: Library, found: Sequence[Problem], on_encoded: Callable[[int], None] | None
) -> None:
    kinds = {problem.kind for problem in found}
    if "database" in kinds:
        return
    if kinds & {"words", "vectors", "cache"}:
        with library.undisturbed():
            # First the note that everything is to be done again, then the erasing: a process
            # killed in between leaves work, never a hole.
            with library.transaction() as connection:
                connection.execute(update(documents).values(state=NEW))
                library.publish(connection)
            if "vectors" in kinds:
                DenseIndex.erase(library.dense_folder)
            if "words" in kinds:
                LexicalIndex.erase(library.lexical_folder)
    if "names" in kinds:
        with library.locked(), library.transaction() as connection:
            write_names(connection)
    adopt_encoder(library)
    finish_pending(library, on_encoded)


def _forget_unused(library: Library) -> None:
    """Drop vectors of texts that no passage has; interrupted adding may leave some."""
    with library.locked(), library.transaction() as connection:
        connection.execute(
            delete(vectors).where(vectors.c.text_hash.not_in(select(passages.c.text_hash)))
        )
