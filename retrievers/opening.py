"""Opening a library: what an earlier process left unfinished is finished first."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import func, select

from groundwire.core.errors import LibraryError
from groundwire.core.protocols import Encoder
from groundwire.core.settings import Settings
from groundwire.retrievers.indexing import adopt_encoder, finish_pending
from groundwire.retrievers.library import Library
from groundwire.retrievers.tables import READY, documents, passages

# What is finished while a person waits; more is left to `add` and `check --repair`, and said.
MOST_PASSAGES = 2000


def open_library(
    settings: Settings, *, encoder: Encoder | None = None, most_passages: int = MOST_PASSAGES
) -> Library:
    """The library in ``settings.home``, made if there is none; a context manager.

    Documents that an interrupted process left pending are finished when they have at most
    ``most_passages``; until then ``Library.notice`` tells of them. A damaged index or a full disk
    does not keep the library from being opened: whoever needs more than is there is told. Raises
    LibraryError if the folder cannot be used.
    """
    library = Library(settings, encoder=encoder)
    if library.has_documents:
        adopt_encoder(library)
        if _pending_passages(library) <= most_passages:
            with suppress(LibraryError):
                finish_pending(library)
    return library


def _pending_passages(library: Library) -> int:
    query = select(func.count()).select_from(passages.join(documents))
    with library.engine.connect() as connection:
        return connection.scalar(query.where(documents.c.state != READY)) or 0
