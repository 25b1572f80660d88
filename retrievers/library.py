"""The library: one folder that holds the database and the indexes derived from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, cast

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, func, select

from groundwire.core.errors import IndexDamaged, LibraryError
from groundwire.core.protocols import Encoder
from groundwire.core.settings import Settings
from groundwire.models import load_encoder
from groundwire.retrievers.damage import REBUILD
from groundwire.retrievers.lexical import LexicalIndex
from groundwire.retrievers.store import (
    explain_failure,
    get_property,
    open_store,
    put_property,
    writing_to,
)
from groundwire.retrievers.tables import READY, documents

if TYPE_CHECKING:
    from groundwire.retrievers.dense import DenseIndex

Fact = TypeVar("Fact")
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
        self._beside = ThreadPoolExecutor(1, "groundwire-search")
        self._facts: dict[str, object] = {}
        self._seen = self._revision()
        self._writers = 0

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
            self._beside.shutdown()
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

        with self._opening(DenseIndex.exists, self.dense_folder):
            return DenseIndex(self.dense_folder, model=self.encoder.name)

    @cached_property
    def _lexical(self) -> LexicalIndex:
        with self._opening(LexicalIndex.exists, self.lexical_folder):
            return LexicalIndex(self.lexical_folder)

    @contextmanager
    def _opening(self, exists: Callable[[Path], bool], folder: Path) -> Iterator[None]:
        """One process at a time opens or makes an index; one that went is told, not replaced."""
        if not exists(folder) and self._has_indexed():
            raise IndexDamaged(f"The index {folder} is missing.", REBUILD)
        with FileLock(self.folder / "index.lock"):
            yield

    @contextmanager
    def reading(self) -> Iterator[tuple[DenseIndex, LexicalIndex]]:
        """Both indexes, as fresh as the database: what another process added is found."""
        with self._fresh():
            yield self._dense, self._lexical

    @contextmanager
    def reading_vectors(self) -> Iterator[DenseIndex]:
        """The vector index alone."""
        with self._fresh():
            yield self._dense

    @contextmanager
    def reading_words(self) -> Iterator[LexicalIndex]:
        """The lexical index alone."""
        with self._fresh():
            yield self._lexical

    @contextmanager
    def _fresh(self) -> Iterator[None]:
        with self._guard:
            revision = self._revision()
            # While this process writes nobody else does, and nothing may be closed under it.
            if revision != self._seen and not self._writers:
                self._forget_indexes()
                self._see(revision)
            yield

    def reading_whole(self, read: Callable[[], Fact]) -> Fact:
        """What ``read`` gives; tried once more alone if it met an index that is being written.

        IndexDamaged if it is damaged then too.
        """
        try:
            return read()
        except IndexDamaged:
            # Another process may have been in the middle of writing: without one it must work.
            with self.undisturbed():
                return read()

    def beside(self, call: Callable[[], Fact]) -> Future[Fact]:
        """Run ``call`` in a thread that waits for such calls; it must not start to read."""
        return self._beside.submit(call)

    def remember(self, name: str, compute: Callable[[], Fact]) -> Fact:
        """What ``compute`` gives, kept under ``name`` until the library is seen to have changed.

        For small facts that every search needs; to be called while reading.
        """
        with self._guard:
            if self._writers:
                return compute()
            if name not in self._facts:
                self._facts[name] = compute()
            return cast("Fact", self._facts[name])

    def _see(self, revision: int) -> None:
        self._seen = revision
        self._facts.clear()

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """The library's lock with both indexes closed, to be opened anew.

        For replacing their folders, and for a search that met one half written.
        """
        with self.locked(), self._guard:
            self._forget_indexes()
            yield

    @contextmanager
    def writing(self) -> Iterator[tuple[DenseIndex, LexicalIndex]]:
        """The same under the library's lock: one writer at a time, over all processes.

        Searches of other threads go on meanwhile. When it fails, both indexes are opened anew.
        """
        with self.locked():
            with self.reading() as indexes:
                self._writers += 1
            failed = True
            try:
                yield indexes
                failed = False
            finally:
                self._end_writing(failed=failed)

    def _end_writing(self, *, failed: bool) -> None:
        with self._guard:
            self._writers -= 1
            if failed:
                self._forget_indexes()
            elif not self._writers:
                self._see(self._revision())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The library's lock alone. The same thread may take it again."""
        try:
            self._file_lock.acquire()
        except Timeout as error:
            raise LibraryError(
                f"Another process has been writing to {self.folder} for {LOCK_SECONDS:.0f} s.",
                "Wait until it has finished, or stop it, and repeat the command.",
            ) from error
        except OSError as error:
            raise explain_failure(str(error), self.folder) from error
        try:
            yield
        finally:
            self._file_lock.release()

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction of the database that may write."""
        return writing_to(self.engine)

    def publish(self, connection: Connection) -> None:
        """Tell every process that has the library open that it changed. Needs the lock."""
        revision = int(get_property(connection, "revision") or 0) + 1
        put_property(connection, "revision", str(revision))

    @property
    def adopted_encoder(self) -> str | None:
        """Name of the encoder whose vectors the indexes hold; None while there are none."""
        with self.engine.connect() as connection:
            return get_property(connection, "encoder")

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
        adopted = self.adopted_encoder
        if adopted not in (None, self.encoder.name):
            return (
                f"Another process indexed the library with the encoder {adopted}: until this one "
                "is started again with the same setting, only words are searched."
            )
        if not pending:
            return None
        noun = "document is" if pending == 1 else "documents are"
        return (
            f"{pending} {noun} still being indexed and may not be found yet; "
            "`groundwire check --repair` finishes what was interrupted."
        )

    def _has_indexed(self) -> bool:
        with self.engine.connect() as connection:
            ready = select(documents.c.id).where(documents.c.state == READY)
            return connection.scalar(ready.limit(1)) is not None

    def _revision(self) -> int:
        with self.engine.connect() as connection:
            return int(get_property(connection, "revision") or 0)

    def _forget_indexes(self) -> None:
        if "_dense" in self.__dict__:
            self._dense.close()
            del self.__dict__["_dense"]
        self.__dict__.pop("_lexical", None)
