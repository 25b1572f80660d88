"""Where to search: one collection or all, and filters on documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true

from groundwire.core.errors import UsageError
from groundwire.retrievers.library import Library
from groundwire.retrievers.listing import require_collection
from groundwire.retrievers.tables import collections, documents, places

# What every document may be filtered by, beside its own metadata.
PLACE_KEYS = ("source", "title", "type", "modified")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Where to search: one collection or all, and what must hold of a document."""

    collection: str | None = None
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """A scope, looked up, as ids of collections and documents. None means no limit."""

    collection: int | None
    documents: tuple[int, ...] | None


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


def look_up(library: Library, scope: Scope) -> Limits:
    """The ids that a scope stands for; UsageError if there is no such collection."""
    collection = None if scope.collection is None else require_collection(library, scope.collection)
    if not scope.where:
        return Limits(collection=collection, documents=None)
    with library.engine.connect() as connection:
        query = (
            select(documents.c.id)
            .join(places)
            .where(*conditions(scope))
            .distinct()
            .order_by(documents.c.id)
        )
        return Limits(collection=collection, documents=tuple(connection.scalars(query)))


def conditions(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """What must hold of a document and a place of it."""
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
