"""Taking documents out of the library, and out of every index with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from groundwire.core.outcomes import FileOutcome, Outcome
from groundwire.retrievers.indexing import drop_strangers, settle
from groundwire.retrievers.library import Library
from groundwire.retrievers.listing import (
    StoredDocument,
    list_documents,
    require_collection,
    show_documents,
)
from groundwire.retrievers.tables import CHANGED, collections, documents, places


def remove_documents(
    library: Library, name: str, *, collection: str | None = None
) -> list[FileOutcome]:
    """Remove what ``name`` stands for (see ``show_documents``), from one collection or from all."""
    if collection is not None:
        require_collection(library, collection)
    found = show_documents(library, name)
    return _remove(library, [one for one in found if collection in (None, one.collection)])


def remove_missing(
    library: Library, folder: Path, present: Collection[str], collection: str
) -> list[FileOutcome]:
    """Remove from a collection what stands in ``folder`` but is not ``present`` any more."""
    with library.engine.connect() as connection:
        known = connection.scalar(select(collections.c.id).where(collections.c.name == collection))
    if known is None:
        return []
    gone = [
        document
        for document in list_documents(library, collection)
        if document.source not in present and Path(document.source).is_relative_to(folder)
    ]
    return _remove(library, gone)


def remove_collection(library: Library, name: str) -> list[FileOutcome]:
    """Remove a collection; documents that stand in another one stay there."""
    identity = require_collection(library, name)
    outcomes = _remove(library, list_documents(library, name))
    with library.locked(), library.transaction() as connection:
        # Somebody may have added to it meanwhile: what is new is not what was to be removed.
        filled = select(places.c.path).where(places.c.collection_id == identity).limit(1)
        if connection.scalar(filled) is None:
            connection.execute(delete(collections).where(collections.c.id == identity))
            library.publish(connection)
    drop_strangers(library)
    return outcomes


def _remove(library: Library, standing: Sequence[StoredDocument]) -> list[FileOutcome]:
    """Take away these places; one where another document stands by now is left alone."""
    with library.locked():
        with library.transaction() as connection:
            touched = {
                document: _take_away(connection, document, _row_id(connection, document))
                for document in standing
            }
        settle(library, sorted({identity for identity in touched.values() if identity}))
    return [
        FileOutcome(
            path=document.source,
            outcome=Outcome.REMOVED,
            document_id=document.document_id,
            passages=document.passages,
        )
        for document, identity in touched.items()
        if identity
    ]


def _row_id(connection: Connection, document: StoredDocument) -> int | None:
    sha256 = documents.c.sha256 == document.document_id
    return connection.scalar(select(documents.c.id).where(sha256))


def _take_away(
    connection: Connection, document: StoredDocument, identity: int | None
) -> int | None:
    """The id of the document that lost its place, if it still stood there."""
    of_name = select(collections.c.id).where(collections.c.name == document.collection)
    taken = connection.execute(
        delete(places).where(
            places.c.path == document.source,
            places.c.document_id == identity,
            places.c.collection_id == of_name.scalar_subquery(),
        )
    )
    if not taken.rowcount:
        return None
    connection.execute(update(documents).where(documents.c.id == identity).values(state=CHANGED))
    return identity
