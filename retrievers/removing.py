"""Taking documents out of the library, and out of every index with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from groundwire.core.schema import FileOutcome, Outcome
from groundwire.retrievers.indexing import settle
from groundwire.retrievers.library import Library
from groundwire.retrievers.listing import (
    StoredDocument,
    list_documents,
    require_collection,
    show_documents,
)
from groundwire.retrievers.tables import CHANGED, collections, documents, places
from sqlalchemy import delete, select, update


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
    with library.writing() as (dense, _), library.engine.begin() as connection:
        emptied = select(places.c.path).where(places.c.collection_id == identity).limit(1)
        # Somebody may have added to it meanwhile: what is new is not what was to be removed.
        if connection.scalar(emptied) is None:
            connection.execute(delete(collections).where(collections.c.id == identity))
            dense.drop(identity)
            library.publish(connection)
    return outcomes


def _remove(library: Library, standing: Sequence[StoredDocument]) -> list[FileOutcome]:
    if not standing:
        return []
    ids = {document.document_id for document in standing}
    with library.writing():
        with library.engine.begin() as connection:
            for document in standing:
                place = select(collections.c.id).where(collections.c.name == document.collection)
                connection.execute(
                    delete(places).where(
                        places.c.path == document.source,
                        places.c.collection_id == place.scalar_subquery(),
                    )
                )
            touched = list(
                connection.scalars(select(documents.c.id).where(documents.c.sha256.in_(ids)))
            )
            connection.execute(
                update(documents).where(documents.c.id.in_(touched)).values(state=CHANGED)
            )
        settle(library, touched)
    return [
        FileOutcome(
            path=document.source,
            outcome=Outcome.REMOVED,
            document_id=document.document_id,
            passages=document.passages,
        )
        for document in standing
    ]
