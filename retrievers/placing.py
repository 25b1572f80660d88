"""Writing documents and the places where they stand into the database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from groundwire.core.errors import UsageError
from groundwire.core.outcomes import FileOutcome, Outcome
from groundwire.core.schema import Document, Piece
from groundwire.retrievers.analysis import detect_analyser
from groundwire.retrievers.discover import FoundFile
from groundwire.retrievers.hyperlinks import hyperlink_rows
from groundwire.retrievers.indexing import batches, forget_unused, hash_text, index_text
from groundwire.retrievers.names import name_rows
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
)

# Rows of one statement: far below what SQLite can bind.
ROWS = 512
# Characters of a collection's name.
LONGEST_NAME = 200
# Categories of Unicode: control characters, halves of pairs, line and paragraph separators.
UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})


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


def require_name(name: str) -> None:
    """Raise UsageError if a collection of that name could not be shown or named again."""
    unshown = any(unicodedata.category(letter) in UNSHOWN for letter in name)
    if not name or name != name.strip() or len(name) > LONGEST_NAME or unshown:
        raise UsageError(
            f"{name[:LONGEST_NAME]!r} cannot name a collection.",
            f"Take 1 to {LONGEST_NAME} characters of one line, with no blank at either end.",
        )


def collection_id(connection: Connection, name: str) -> int:
    """Id of the collection of that name, made if there is none."""
    connection.execute(insert(collections).values(name=name).on_conflict_do_nothing())
    return int(
        connection.execute(select(collections.c.id).where(collections.c.name == name)).scalar_one()
    )


def place_documents(
    connection: Connection, waiting: Sequence[Prepared], collection: int
) -> tuple[list[FileOutcome | None], set[int]]:
    """Store what is new, let each document stand at its place, and say whose indexes change.

    The outcome of a file is None when its bytes were known while it was prepared and the document
    has been removed since: it must be read. All of a batch is written by a few statements, since a
    statement for each file would cost more than encoding it.
    """
    known = _store_new(connection, waiting)
    paths = [one.file.path for one in waiting]
    before = _standing_at(connection, paths, collection)
    placed = [one for one in waiting if one.sha256 in known]
    moved = [one for one in placed if before.get(one.file.path) != known[one.sha256]]
    left = {before[one.file.path] for one in moved if one.file.path in before}
    entered = {known[one.sha256] for one in moved}
    _stand(connection, placed, known, collection)
    _mark_changed(connection, entered, left)
    counts = _count_passages(connection, list(known.values()))
    outcomes: list[FileOutcome | None] = [
        None
        if one.sha256 not in known
        else FileOutcome(
            path=one.file.path,
            outcome=_outcome(before.get(one.file.path), known[one.sha256]),
            document_id=one.sha256,
            passages=counts.get(known[one.sha256], 0),
        )
        for one in waiting
    ]
    return outcomes, entered | left


def iso_time(modified_ns: int) -> str:
    """A file's time of change as it is stored: ISO 8601, UTC, to the second."""
    return datetime.fromtimestamp(modified_ns / 1e9, UTC).isoformat(timespec="seconds")


def _outcome(before: int | None, document: int) -> Outcome:
    if before is None:
        return Outcome.ADDED
    return Outcome.UNCHANGED if before == document else Outcome.REPLACED


def _standing_at(connection: Connection, paths: Sequence[str], collection: int) -> dict[str, int]:
    """The documents that stand at ``paths`` now."""
    query = select(places.c.path, places.c.document_id).where(places.c.collection_id == collection)
    return {
        row.path: row.document_id
        for part in batches(paths, ROWS)
        for row in connection.execute(query.where(places.c.path.in_(part)))
    }


def _stand(
    connection: Connection, placed: Sequence[Prepared], known: Mapping[str, int], collection: int
) -> None:
    row = insert(places)
    row = row.on_conflict_do_update(
        index_elements=["path", "collection_id"],
        set_={"document_id": row.excluded.document_id, "modified": row.excluded.modified},
    )
    for part in batches(placed, ROWS):
        rows = [
            {
                "path": one.file.path,
                "collection_id": collection,
                "document_id": known[one.sha256],
                "modified": iso_time(one.file.modified_ns),
            }
            for one in part
        ]
        connection.execute(row, rows)


def _mark_changed(connection: Connection, entered: set[int], left: set[int]) -> None:
    """A document that no index has yet stays NEW; one that lost a place may be in any."""
    query = update(documents).values(state=CHANGED)
    for part in batches(sorted(entered), ROWS):
        ready = query.where(documents.c.id.in_(part), documents.c.state == READY)
        connection.execute(ready)
    for part in batches(sorted(left), ROWS):
        connection.execute(query.where(documents.c.id.in_(part)))


def _count_passages(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    query = select(passages.c.document_id, func.count().label("count"))
    query = query.group_by(passages.c.document_id)
    return {
        row.document_id: int(row[1])
        for part in batches(ids, ROWS)
        for row in connection.execute(query.where(passages.c.document_id.in_(part)))
    }


def _store_new(connection: Connection, waiting: Sequence[Prepared]) -> dict[str, int]:
    """Ids of the documents of ``waiting`` by their hash, after those not known were stored."""
    known = _ids_of(connection, [one.sha256 for one in waiting])
    read = {one.sha256: one for one in waiting if one.document}
    # Another process was first, maybe under another title: what was encoded here is not used.
    beaten = [read[sha256] for sha256 in read.keys() & known.keys()]
    forget_unused(connection, {hash_text(text) for one in beaten for text in one.texts()})
    return known | _insert(connection, [read[sha256] for sha256 in read if sha256 not in known])


def _insert(connection: Connection, new: Sequence[Prepared]) -> dict[str, int]:
    for part in batches(chain.from_iterable(map(_document_rows, new)), ROWS):
        connection.execute(insert(documents), part)
    added = _ids_of(connection, [one.sha256 for one in new])
    for table, rows in _OF_DOCUMENT:
        of_all = chain.from_iterable(rows(added, one) for one in new)
        for part in batches(of_all, ROWS):
            connection.execute(insert(table), part)
    return added


def _ids_of(connection: Connection, hashes: Sequence[str]) -> dict[str, int]:
    query = select(documents.c.sha256, documents.c.id)
    return {
        row.sha256: row.id
        for part in batches(hashes, ROWS)
        for row in connection.execute(query.where(documents.c.sha256.in_(part)))
    }


def _document_rows(prepared: Prepared) -> Iterator[dict[str, object]]:
    if document := prepared.document:
        yield _document_row(document)


def _passage_rows(ids: Mapping[str, int], prepared: Prepared) -> Iterator[dict[str, object]]:
    if document := prepared.document:
        for piece in prepared.pieces:
            yield _passage_row(ids[prepared.sha256], document.text, piece)


def _name_rows(ids: Mapping[str, int], prepared: Prepared) -> Iterator[dict[str, object]]:
    if document := prepared.document:
        starts = [piece.start for piece in prepared.pieces]
        yield from name_rows(ids[prepared.sha256], document.title, document.headings, starts)


def _hyperlink_rows(ids: Mapping[str, int], prepared: Prepared) -> Iterator[dict[str, object]]:
    if document := prepared.document:
        yield from hyperlink_rows(ids[prepared.sha256], document.links)


# What is written with a document.
_OF_DOCUMENT = ((passages, _passage_rows), (names, _name_rows), (hyperlinks, _hyperlink_rows))


def _document_row(document: Document) -> dict[str, object]:
    return {
        "sha256": document.id,
        "title": document.title,
        "media_type": document.media_type,
        "language": detect_analyser(document.text),
        "state": NEW,
        "metadata": dict(document.metadata),
        "headings": [asdict(heading) for heading in document.headings],
        "pages": [asdict(page) for page in document.pages],
        "tables": [asdict(table) for table in document.tables],
    }


def _passage_row(document: int, text: str, piece: Piece) -> dict[str, object]:
    own = text[piece.start : piece.end]
    return {
        "document_id": document,
        "start": piece.start,
        "end": piece.end,
        "page": piece.page,
        "heading": piece.heading,
        "context": piece.context,
        "text": own,
        "text_hash": hash_text(index_text(piece.context, own)),
    }
