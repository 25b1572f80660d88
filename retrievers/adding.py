"""From files on disk to documents in the library: what ``add`` and ``sync`` do."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, update

from groundwire.core.errors import DocumentFailed, DocumentSkipped, UsageError
from groundwire.core.outcomes import FileOutcome, Outcome, Progress
from groundwire.core.schema import Document, Piece
from groundwire.retrievers.discover import FoundFile, find_files
from groundwire.retrievers.indexing import (
    adopt_encoder,
    batches,
    encode_missing,
    finish_documents,
    finish_pending,
    require_encoder,
    settle,
)
from groundwire.retrievers.library import Library
from groundwire.retrievers.load import document_from_bytes, read_source
from groundwire.retrievers.placing import (
    Prepared,
    collection_id,
    iso_time,
    place_documents,
    require_name,
)
from groundwire.retrievers.removing import remove_missing
from groundwire.retrievers.split import split_document
from groundwire.retrievers.tables import (
    collections,
    documents,
    passages,
    places,
)

DEFAULT_COLLECTION = "default"
# Passages written under one lock: enough to spread the cost of a commit, few enough to lose.
WRITE_BATCH = 512
# The one folder of the library that holds documents: what was uploaded to the page.
UPLOADS = "uploads"
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Standing:
    """What the library has at a place."""

    sha256: str
    passages: int
    collection: int
    modified: str


def add_paths(
    library: Library,
    paths: Sequence[str],
    *,
    collection: str = DEFAULT_COLLECTION,
    on_progress: OnProgress | None = None,
) -> Iterator[FileOutcome]:
    """Add files, folders and globs; yields what became of each file once that is final."""
    yield from _add(library, _find(library, paths), collection, on_progress)


def add_documents(
    library: Library,
    read: Iterable[tuple[Document, Sequence[Piece]]],
    *,
    collection: str = DEFAULT_COLLECTION,
) -> Iterator[FileOutcome]:
    """Add documents that were read and cut elsewhere, such as the lines of a corpus.

    ``Document.id`` must be unique to the document; ``Document.source`` is where it stands.
    """
    require_name(collection)
    adopt_encoder(library)
    meter = _Meter((), None)
    for batch in batches(read, WRITE_BATCH):
        waiting = [
            Prepared(
                file=FoundFile(path=document.source, size=0, modified_ns=0),
                sha256=document.id,
                document=document,
                pieces=pieces,
            )
            for document, pieces in batch
        ]
        yield from _write(library, waiting, collection, meter)


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
    found = _find(library, [folder])
    yield from _add(library, found, collection, on_progress)
    present = {item.path for item in found}
    yield from remove_missing(library, root, present, collection)


def _find(library: Library, paths: Sequence[str]) -> list[FoundFile | FileOutcome]:
    """What is to be added: not the library's own files, should its folder be among it."""
    home, uploads = library.folder, library.folder / UPLOADS
    return [
        item
        for item in find_files(paths)
        if not Path(item.path).is_relative_to(home) or Path(item.path).is_relative_to(uploads)
    ]


def _add(
    library: Library,
    found: Sequence[FoundFile | FileOutcome],
    collection: str,
    on_progress: OnProgress | None,
) -> Iterator[FileOutcome]:
    require_name(collection)
    adopt_encoder(library)
    finish_pending(library)
    meter = _Meter(found, on_progress)
    waiting: list[Prepared] = []
    for item in found:
        prepared = _prepare(library, item, collection)
        if isinstance(prepared, FileOutcome):
            meter.done(prepared)
            yield prepared
            continue
        if any(prepared.sha256 == one.sha256 for one in waiting):
            prepared = Prepared(file=prepared.file, sha256=prepared.sha256)
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
) -> Prepared | FileOutcome:
    if isinstance(item, FileOutcome):
        return item
    if not _is_unicode(item.path):
        reason = "its name is not valid UTF-8: rename it."
        return _outcome(item.path, Outcome.FAILED, reason=reason)
    with library.engine.connect() as connection:
        standing = _standing(connection, item.path, collection)
    try:
        return _read(library, item, standing)
    except DocumentSkipped as skipped:
        return _outcome(item.path, Outcome.SKIPPED, reason=_because(skipped, standing))
    except DocumentFailed as failed:
        return _outcome(item.path, Outcome.FAILED, reason=_because(failed, standing))


def _read(library: Library, file: FoundFile, standing: _Standing | None) -> Prepared | FileOutcome:
    data = read_source(file.path, library.settings.reading.max_bytes)
    sha256 = hashlib.sha256(data).hexdigest()
    if standing and standing.sha256 == sha256:
        _touch(library, file, standing)
        return _outcome(file.path, Outcome.UNCHANGED, sha256, passages=standing.passages)
    with library.engine.connect() as connection:
        if connection.scalar(select(documents.c.id).where(documents.c.sha256 == sha256)):
            return Prepared(file=file, sha256=sha256)
    document = document_from_bytes(file.path, data, library.settings.reading)
    if not (_is_unicode(document.text) and _is_unicode(document.title)):
        raise DocumentFailed("it holds halves of characters, which are no text")
    tokens = library.settings.reading.passage_tokens
    pieces = split_document(document, library.encoder, tokens)
    return Prepared(file=file, sha256=sha256, document=document, pieces=pieces)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _touch(library: Library, file: FoundFile, standing: _Standing) -> None:
    """Note the new time of a file whose bytes stayed the same."""
    modified = iso_time(file.modified_ns)
    if modified != standing.modified:
        with library.transaction() as connection:
            here = (places.c.path == file.path, places.c.collection_id == standing.collection)
            connection.execute(update(places).where(*here).values(modified=modified))


def _because(error: DocumentSkipped | DocumentFailed, standing: _Standing | None) -> str:
    return f"{error} The version added before is kept." if standing else str(error)


def _standing(connection: Connection, path: str, collection: str) -> _Standing | None:
    """The document that stands at a place, if there is one."""
    count = select(func.count()).where(passages.c.document_id == documents.c.id).scalar_subquery()
    query = (
        select(
            documents.c.sha256,
            count.label("passages"),
            collections.c.id.label("collection"),
            places.c.modified,
        )
        .join(places, places.c.document_id == documents.c.id)
        .join(collections, collections.c.id == places.c.collection_id)
        .where(places.c.path == path, collections.c.name == collection)
    )
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _Standing(**row)


def _write(
    library: Library, waiting: Sequence[Prepared], collection: str, meter: _Meter
) -> Iterator[FileOutcome]:
    """Encode, then write and index under the lock; what went meanwhile is read once more."""
    if not waiting:
        return
    encode_missing(library, [text for one in waiting for text in one.texts()], meter.encoded)
    with library.writing():
        require_encoder(library)
        with library.transaction() as connection:
            into = collection_id(connection, collection)
            outcomes, touched = place_documents(connection, waiting, into)
        lacking = settle(library, sorted(touched))
    finish_documents(library, lacking, meter.encoded)
    again: list[Prepared] = []
    for prepared, outcome in zip(waiting, outcomes, strict=True):
        found = outcome or _prepare(library, prepared.file, collection)
        if isinstance(found, Prepared):
            again.append(found)
            continue
        meter.done(found)
        yield found
    yield from _write(library, again, collection, meter)


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
