"""From files on disk to documents in the library: what ``add`` and ``sync`` do."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from groundwire.core.errors import DocumentFailed, DocumentSkipped, UsageError
from groundwire.core.schema import Document, FileOutcome, Outcome, Piece, Progress
from groundwire.retrievers.analysis import detect_analyser
from groundwire.retrievers.discover import FoundFile, find_files
from groundwire.retrievers.indexing import (
    adopt_encoder,
    batches,
    encode_missing,
    finish_pending,
    hash_text,
    index_text,
    settle,
)
from groundwire.retrievers.library import Library
from groundwire.retrievers.load import document_from_bytes, read_source
from groundwire.retrievers.removing import remove_missing
from groundwire.retrievers.split import split_document
from groundwire.retrievers.tables import (
    CHANGED,
    NEW,
    READY,
    collections,
    documents,
    passages,
    places,
)
from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

DEFAULT_COLLECTION = "default"
# Passages written under one lock: enough to spread the cost of a commit, few enough to lose.
WRITE_BATCH = 512
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prepared:
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Standing:
    """What the library has at a place."""

    sha256: str
    passages: int


def add_paths(
    library: Library,
    paths: Sequence[str],
    *,
    collection: str = DEFAULT_COLLECTION,
    on_progress: OnProgress | None = None,
) -> Iterator[FileOutcome]:
    """Add files, folders and globs; yields what became of each file once that is final."""
    yield from _add(library, list(find_files(paths)), collection, on_progress)


def sync_folder(
    library: Library,
    folder: str,
    *,
    collection: str = DEFAULT_COLLECTION,
    on_progress: OnProgress | None = None,
) -> Iterator[FileOutcome]:
    """Add what is in ``folder`` and remove from the collection what has gone from it.

    Raises UsageError when the folder itself is gone: an unplugged disk must not empty a library.
    """
    root = Path(os.path.abspath(Path(folder).expanduser()))  # noqa: PTH100 - keeps links
    if not root.exists():
        raise UsageError(f"{folder} does not exist.", "Nothing was removed; check the path.")
    found = list(find_files([folder]))
    yield from _add(library, found, collection, on_progress)
    present = {item.path for item in found}
    yield from remove_missing(library, root, present, collection)


def _add(
    library: Library,
    found: Sequence[FoundFile | FileOutcome],
    collection: str,
    on_progress: OnProgress | None,
) -> Iterator[FileOutcome]:
    adopt_encoder(library)
    finish_pending(library)
    meter = _Meter(found, on_progress)
    waiting: list[_Prepared] = []
    for item in found:
        prepared = _prepare(library, item, collection)
        if isinstance(prepared, FileOutcome):
            meter.done(prepared)
            yield prepared
            continue
        waiting.append(prepared)
        if sum(len(one.pieces) for one in waiting) >= WRITE_BATCH or len(waiting) >= WRITE_BATCH:
            yield from _write(library, waiting, collection, meter)
            waiting = []
    yield from _write(library, waiting, collection, meter)


class _Meter:
    """Counts files, bytes and passages for whoever watches."""

    def __init__(
        self, found: Sequence[FoundFile | FileOutcome], on_progress: OnProgress | None
    ) -> None:
        self._sizes = {item.path: item.size for item in found if isinstance(item, FoundFile)}
        self._total = sum(self._sizes.values())
        self._report = on_progress
        self._bytes = self._passages = self._files = 0
        self._count = len(found)

    def encoded(self, count: int) -> None:
        """So many passages more have their vectors."""
        self._passages += count
        self._tell()

    def done(self, outcome: FileOutcome) -> None:
        """One file is finished."""
        self._files += 1
        self._bytes += self._sizes.get(outcome.path, 0)
        self._tell()

    def _tell(self) -> None:
        if self._report:
            self._report(
                Progress(
                    files_done=self._files,
                    files_total=self._count,
                    bytes_done=self._bytes,
                    bytes_total=self._total,
                    passages=self._passages,
                )
            )


def _prepare(
    library: Library, item: FoundFile | FileOutcome, collection: str
) -> _Prepared | FileOutcome:
    if isinstance(item, FileOutcome):
        return item
    with library.engine.connect() as connection:
        standing = _standing(connection, item.path, collection)
    try:
        data = read_source(item.path, library.settings.reading.max_bytes)
        sha256 = hashlib.sha256(data).hexdigest()
        if standing and standing.sha256 == sha256:
            return _outcome(item.path, Outcome.UNCHANGED, sha256, passages=standing.passages)
        with library.engine.connect() as connection:
            if connection.scalar(select(documents.c.id).where(documents.c.sha256 == sha256)):
                return _Prepared(file=item, sha256=sha256)
        document = document_from_bytes(item.path, data, library.settings.reading)
        tokens = library.settings.reading.passage_tokens
        pieces = split_document(document, library.encoder, tokens)
    except DocumentSkipped as skipped:
        return _outcome(item.path, Outcome.SKIPPED, reason=_because(skipped, standing))
    except DocumentFailed as failed:
        return _outcome(item.path, Outcome.FAILED, reason=_because(failed, standing))
    return _Prepared(file=item, sha256=sha256, document=document, pieces=pieces)


def _because(error: DocumentSkipped | DocumentFailed, standing: _Standing | None) -> str:
    return f"{error} The version added before is kept." if standing else str(error)


def _standing(connection: Connection, path: str, collection: str) -> _Standing | None:
    """The document that stands at a place, if there is one."""
    count = select(func.count()).where(passages.c.document_id == documents.c.id).scalar_subquery()
    query = (
        select(documents.c.sha256, count.label("passages"))
        .join(places, places.c.document_id == documents.c.id)
        .join(collections, collections.c.id == places.c.collection_id)
        .where(places.c.path == path, collections.c.name == collection)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _Standing(sha256=row.sha256, passages=row.passages)


def _write(
    library: Library, waiting: Sequence[_Prepared], collection: str, meter: _Meter
) -> Iterator[FileOutcome]:
    if not waiting:
        return
    texts = [text for prepared in waiting for text in prepared.texts()]
    encode_missing(library, texts, meter.encoded)
    with library.writing():
        touched: set[int] = set()
        with library.engine.begin() as connection:
            into = collection_id(connection, collection)
            outcomes = [_place(connection, prepared, into, touched) for prepared in waiting]
        settle(library, sorted(touched))
    for outcome in outcomes:
        meter.done(outcome)
        yield outcome


def collection_id(connection: Connection, name: str) -> int:
    """Id of the collection of that name, made if there is none."""
    connection.execute(insert(collections).values(name=name).on_conflict_do_nothing())
    return int(
        connection.execute(select(collections.c.id).where(collections.c.name == name)).scalar_one()
    )


def _place(
    connection: Connection, prepared: _Prepared, collection: int, touched: set[int]
) -> FileOutcome:
    """Store a document if it is new, let it stand at its place, and note whose indexes change."""
    path = prepared.file.path
    document = _store(connection, prepared)
    if document is None:
        reason = "It changed while it was being added. Add it again."
        return _outcome(path, Outcome.FAILED, reason=reason)
    here = (places.c.path == path, places.c.collection_id == collection)
    before = connection.scalar(select(places.c.document_id).where(*here))
    place = {"document_id": document, "modified": _iso_time(prepared.file.modified_ns)}
    row = insert(places).values(path=path, collection_id=collection, **place)
    connection.execute(
        row.on_conflict_do_update(index_elements=["path", "collection_id"], set_=place)
    )
    moved = {document} if before is None else {document, before}
    touched |= moved
    connection.execute(
        update(documents)
        .where(documents.c.id.in_(moved), documents.c.state == READY)
        .values(state=CHANGED)
    )
    outcome = Outcome.ADDED if before is None else Outcome.REPLACED
    count = select(func.count()).where(passages.c.document_id == document)
    return _outcome(path, outcome, prepared.sha256, passages=connection.scalar(count) or 0)


def _store(connection: Connection, prepared: _Prepared) -> int | None:
    known = connection.scalar(select(documents.c.id).where(documents.c.sha256 == prepared.sha256))
    if known is not None or prepared.document is None:
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
    for part in batches(prepared.pieces, WRITE_BATCH):
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


def _outcome(
    path: str,
    outcome: Outcome,
    document_id: str | None = None,
    *,
    reason: str | None = None,
    passages: int = 0,
) -> FileOutcome:
    return FileOutcome(
        path=path, outcome=outcome, reason=reason, document_id=document_id, passages=passages
    )


def _iso_time(modified_ns: int) -> str:
    return datetime.fromtimestamp(modified_ns / 1e9, UTC).isoformat(timespec="seconds")
