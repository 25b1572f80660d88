"""Comparing the derived indexes with the database, and mending what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from groundwire.core.errors import IndexDamaged
from groundwire.retrievers.dense import DenseIndex
from groundwire.retrievers.indexing import adopt_encoder, finish_pending, pending_documents
from groundwire.retrievers.lexical import LexicalIndex
from groundwire.retrievers.library import Library
from groundwire.retrievers.store import explain_database_error
from groundwire.retrievers.tables import (
    NEW,
    collections,
    documents,
    passages,
    places,
    vectors,
)
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import DatabaseError


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
    found = list(_find_problems(library))
    if repair and found:
        _repair(library, found, on_encoded)
        left = {(problem.kind, problem.subject) for problem in _find_problems(library)}
        found = [
            Problem(
                kind=problem.kind,
                subject=problem.subject,
                detail=problem.detail,
                repaired=(problem.kind, problem.subject) not in left,
            )
            for problem in found
        ]
    with library.engine.connect() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (documents, passages)
        ]
    return CheckReport(problems=tuple(found), documents=counts[0], passages=counts[1])


def _find_problems(library: Library) -> Iterator[Problem]:
    try:
        with library.engine.connect() as connection:
            state = connection.exec_driver_sql("PRAGMA quick_check").scalar()
            if state != "ok":
                yield Problem(kind="database", subject="library.sqlite", detail=str(state))
                return
            yield from _check_documents(connection)
            yield from _check_cache(connection)
            yield from _check_words(library, connection)
            yield from _check_vectors(library, connection)
    except DatabaseError as error:
        raise explain_database_error(error, library.folder) from error


def _check_documents(connection: Connection) -> Iterator[Problem]:
    for document in pending_documents(connection):
        title = connection.scalar(select(documents.c.title).where(documents.c.id == document))
        yield Problem(kind="pending", subject=str(title), detail="indexing was interrupted")
    covered = (
        select(
            documents.c.title,
            func.min(passages.c.start).label("first"),
            func.max(passages.c.end).label("last"),
            func.sum(passages.c.end - passages.c.start).label("sum"),
            func.sum(func.length(passages.c.text)).label("stored"),
        )
        .join(passages)
        .group_by(documents.c.id)
    )
    for title, first, last, total, stored in connection.execute(covered):
        # SQLite counts a text with NUL up to it, so only a longer text is surely wrong.
        if first != 0 or last != total or stored > total:
            yield Problem(
                kind="text", subject=title, detail="its passages do not cover it: add it again"
            )


def _check_cache(connection: Connection) -> Iterator[Problem]:
    unused = connection.scalar(
        select(func.count())
        .select_from(vectors)
        .where(vectors.c.text_hash.not_in(select(passages.c.text_hash)))
    )
    if unused:
        yield Problem(
            kind="cache", subject="library.sqlite", detail=f"{unused} vectors of texts that went"
        )


def _check_words(library: Library, connection: Connection) -> Iterator[Problem]:
    standing = select(passages.c.id).where(passages.c.document_id.in_(select(places.c.document_id)))
    expected = set(connection.scalars(standing))
    try:
        with library.reading() as (_, lexical):
            there = lexical.passage_ids()
    except IndexDamaged as damage:
        yield Problem(kind="words", subject="words", detail=damage.what)
        return
    yield from _compare("words", "words", expected, there)


def _check_vectors(library: Library, connection: Connection) -> Iterator[Problem]:
    for identity, name in connection.execute(select(collections.c.id, collections.c.name)):
        standing = select(passages.c.id).where(
            passages.c.document_id.in_(
                select(places.c.document_id).where(places.c.collection_id == identity)
            )
        )
        expected = set(connection.scalars(standing))
        try:
            with library.reading() as (dense, _):
                there = dense.passage_ids(identity)
        except IndexDamaged as damage:
            yield Problem(kind="vectors", subject=name, detail=damage.what)
            return
        yield from _compare("vectors", name, expected, there)


def _compare(kind: str, subject: str, expected: set[int], there: set[int]) -> Iterator[Problem]:
    missing, stray = len(expected - there), len(there - expected)
    if missing or stray:
        yield Problem(kind=kind, subject=subject, detail=f"{missing} missing, {stray} too many")


def _repair(
    library: Library, found: list[Problem], on_encoded: Callable[[int], None] | None
) -> None:
    kinds = {problem.kind for problem in found}
    if kinds & {"words", "vectors"}:
        with library.rebuilding(), library.engine.begin() as connection:
            if "vectors" in kinds:
                DenseIndex.erase(library.dense_folder)
            if "words" in kinds:
                LexicalIndex.erase(library.lexical_folder)
            connection.execute(update(documents).values(state=NEW))
            library.publish(connection)
    if "database" in kinds:
        return
    adopt_encoder(library)
    finish_pending(library, on_encoded)
    with library.engine.begin() as connection:
        connection.execute(
            delete(vectors).where(vectors.c.text_hash.not_in(select(passages.c.text_hash)))
        )
