"""The library: one folder that holds the database and the indexes derived from it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout
from groundwire.core.errors import LibraryError
from groundwire.core.protocols import Encoder
from groundwire.core.settings import Settings
from groundwire.models import load_encoder
from groundwire.retrievers.lexical import LexicalIndex
from groundwire.retrievers.store import (
    explain_database_error,
    get_property,
    open_store,
    put_property,
)
from groundwire.retrievers.tables import READY, documents
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DatabaseError

if TYPE_CHECKING:
    from groundwire.retrievers.dense import DenseIndex

# Only the writing of a batch is done under the lock, so another writer waits for seconds.
LOCK_SECONDS = 600.0


class Library:
    """An open library. Indexes and the encoder are loaded when they are first needed."""

    def __init__(self, settings: Settings, *, encoder: Encoder | None = None) -> None:
        self.settings = settings
        self.folder = settings.home
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The library folder {self.folder} cannot be made ({error.strerror}).",
                "Choose another one with --home DIR or the variable GROUNDWIRE_HOME.",
            ) from error
        self.engine: Engine = open_store(self.folder / "library.sqlite")
        self._given_encoder = encoder
        self._file_lock = FileLock(self.folder / "write.lock", timeout=LOCK_SECONDS)
        self._guard = threading.RLock()
        self._seen = self._revision()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files; the library cannot be used afterwards."""
        with self._guard:
            self._forget_indexes()
            self.engine.dispose()

    @cached_property
    def encoder(self) -> Encoder:
        """The model whose vectors are searched."""
        return self._given_encoder or load_encoder(self.settings.encoder)

    @property
    def dense_folder(self) -> Path:
        """Where the vector index is kept."""
        return self.folder / "vectors"

    @property
    def lexical_folder(self) -> Path:
        """Where the lexical index is kept."""
        return self.folder / "words"

    @cached_property
    def _dense(self) -> DenseIndex:
        from groundwire.retrievers.dense import DenseIndex  # a second to import: only if searched

        return DenseIndex(self.dense_folder)

    @cached_property
    def _lexical(self) -> LexicalIndex:
        return LexicalIndex(self.lexical_folder)

    @contextmanager
    def reading(self) -> Iterator[tuple[DenseIndex, LexicalIndex]]:
        """Both indexes, as fresh as the database: what another process added is found."""
        with self._guard:
            revision = self._revision()
            if revision != self._seen:
                self._refresh()
                self._seen = revision
            yield self._dense, self._lexical

    @contextmanager
    def writing(self) -> Iterator[tuple[DenseIndex, LexicalIndex]]:
        """The same under the library's lock: one writer at a time, over all processes."""
        with self._locked(), self.reading() as indexes:
            yield indexes

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """The library's lock with both indexes closed, so that their folders may be replaced."""
        with self._locked():
            self._forget_indexes()
            yield

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with self._guard, self._file_lock:
                yield
        except Timeout as error:
            raise LibraryError(
                f"Another process has been writing to {self.folder} for {LOCK_SECONDS:.0f} s.",
                "Wait until it has finished, or stop it, and repeat the command.",
            ) from error
        except DatabaseError as error:
            raise explain_database_error(error, self.folder) from error

    def publish(self, connection: Connection) -> None:
        """Tell every process that has the library open that it changed. Needs the lock."""
        revision = int(get_property(connection, "revision") or 0) + 1
        put_property(connection, "revision", str(revision))
        self._seen = revision

    @property
    def has_documents(self) -> bool:
        """Whether anything was ever added that is still there."""
        with self.engine.connect() as connection:
            return connection.scalar(select(documents.c.id).limit(1)) is not None

    @property
    def notice(self) -> str | None:
        """What a person should know about the completeness of searches, if anything."""
        with self.engine.connect() as connection:
            pending = connection.scalar(
                select(func.count()).select_from(documents).where(documents.c.state != READY)
            )
        if not pending:
            return None
        noun = "document is" if pending == 1 else "documents are"
        return (
            f"{pending} {noun} still being indexed and may not be found yet; "
            "`groundwire check --repair` finishes what was interrupted."
        )

    def _revision(self) -> int:
        with self.engine.connect() as connection:
            return int(get_property(connection, "revision") or 0)

    def _refresh(self) -> None:
        if "_dense" in self.__dict__:
            self._dense.refresh()
        if "_lexical" in self.__dict__:
            self._lexical.refresh()

    def _forget_indexes(self) -> None:
        if "_dense" in self.__dict__:
            self._dense.close()
            del self.__dict__["_dense"]
        self.__dict__.pop("_lexical", None)
