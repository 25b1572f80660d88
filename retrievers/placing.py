"""Writing documents and the places where they stand into the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from groundwire.core.schema import Document, FileOutcome, Outcome, Piece
from groundwire.retrievers.analysis import detect_analyser
from groundwire.retrievers.discover import FoundFile
from groundwire.retrievers.indexing import batches, forget_unused, hash_text, index_text
from groundwire.retrievers.tables import (
    CHANGED,
    NEW,
    READY,
    collections,
    documents,
    passages,
    places,
)

# Rows of one statement: far below what SQLite can bind.
ROWS = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """A file that was read; ``document`` is None when the library knows its bytes already."""

    file: FoundFile
    sha256: str
    document: Document | None = None
    pieces: Sequence[Piece] = ()

    def texts(self) -> Iterator[str]:
        """What has to be encoded."""
        if self.document:
            for piece in self.pieces:
                yield index_text(piece.context, self.document.text[piece.start : piece.end])


def collection_id(connection: Connection, name: str) -> int:
    """Id of the collection of that name, made if there is none."""
    connection.execute(insert(collections).values(name=name).on_conflict_do_nothing())
    return int(
        connection.execute(select(collections.c.id).where(collections.c.name == name)).scalar_one()
    )


def place_document(
    connection: Connection, prepared: Prepared, collection: int, touched: set[int]
) -> FileOutcome | None:
    """Store a document if it is new, let it stand at its place, and note whose indexes change.

    None when it was known while it was prepared and has been removed since: it must be read.
    """
    path = prepared.file.path
    document = _store(connection, prepared)
    if document is None:
        return None
    here = (places.c.path == path, places.c.collection_id == collection)
    before = connection.scalar(select(places.c.document_id).where(*here))
    place = {"document_id": document, "modified": iso_time(prepared.file.modified_ns)}
    row = insert(places).values(path=path, collection_id=collection, **place)
    connection.execute(
        row.on_conflict_do_update(index_elements=["path", "collection_id"], set_=place)
    )
    if before != document:
        _mark_changed(connection, document, before)
        touched |= {document} if before is None else {document, before}
    count = select(func.count()).where(passages.c.document_id == document)
    return FileOutcome(
        path=path,
        outcome=_outcome(before, document),
        document_id=prepared.sha256,
        passages=connection.scalar(count) or 0,
    )


def iso_time(modified_ns: int) -> str:
    """A file's time of change as it is stored: ISO 8601, UTC, to the second."""
    return datetime.fromtimestamp(modified_ns / 1e9, UTC).isoformat(timespec="seconds")


def _outcome(before: int | None, document: int) -> Outcome:
    if before is None:
        return Outcome.ADDED
    return Outcome.UNCHANGED if before == document else Outcome.REPLACED


def _mark_changed(connection: Connection, document: int, before: int | None) -> None:
    """A document that no index has yet stays NEW; one that lost a place may be in any."""
    query = update(documents).values(state=CHANGED)
    connection.execute(query.where(documents.c.id == document, documents.c.state == READY))
    if before is not None:
        connection.execute(query.where(documents.c.id == before))


def _store(connection: Connection, prepared: Prepared) -> int | None:
    known: int | None = connection.scalar(
        select(documents.c.id).where(documents.c.sha256 == prepared.sha256)
    )
    if prepared.document is None:
        return known
    if known is not None:
        # Another process was first, maybe under another title: what was encoded here is not used.
        forget_unused(connection, {hash_text(text) for text in prepared.texts()})
        return known
    document = prepared.document
    added = connection.execute(
        insert(documents).values(
            sha256=document.id,
            title=document.title,
            media_type=document.media_type,
            language=detect_analyser(document.text),
            state=NEW,
            metadata=dict(document.metadata),
            headings=[asdict(heading) for heading in document.headings],
            pages=[asdict(page) for page in document.pages],
            tables=[asdict(table) for table in document.tables],
        )
    )
    identity = int(added.lastrowid)
    for part in batches(prepared.pieces, ROWS):
        rows = [_passage_row(identity, document.text, piece) for piece in part]
        connection.execute(insert(passages), rows)
    return identity


def _passage_row(document: int, text: str, piece: Piece) -> dict[str, object]:
    own = text[piece.start : piece.end]
    return {
        "document_id": document,
        **asdict(piece),
        "text": own,
        "text_hash": hash_text(index_text(piece.context, own)),
    }
