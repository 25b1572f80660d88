"""The library's SQL database: opening, migrating, and what is read from it everywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

from filelock import FileLock
from sqlalchemy import Connection, Engine, bindparam, create_engine, event, inspect, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from groundwire.core.errors import LibraryError
from groundwire.retrievers.names import write_names
from groundwire.retrievers.tables import FORMAT_VERSION, hyperlinks, metadata, properties

Migration = Callable[[Connection], None]


def add_names(connection: Connection) -> None:
    """Format 2 keeps the names that passages go by."""
    write_names(connection)


def add_hyperlinks(connection: Connection) -> None:
    """Format 3 keeps hyperlinks: of documents that are added from now on."""
    hyperlinks.create(connection, checkfirst=True)


# Version -> what turns a library of that version into one of the next.
MIGRATIONS: Mapping[int, Migration] = {1: add_names, 2: add_hyperlinks}
# Errors of the caller, not of the disk or the file: these stay what they are.
_OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError)


def open_store(
    path: Path,
    *,
    version: int = FORMAT_VERSION,
    migrations: Mapping[int, Migration] = MIGRATIONS,
) -> Engine:
    """The database at ``path``, made or migrated to ``version`` if it has to be.

    Whatever SQLite says later through the engine is raised as LibraryError in plain words; so is
    here a library of a newer version, a damaged one, and one that cannot be written.
    """
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _explaining(path))
    try:
        # Two processes may be the first ones at once: one of them makes the tables.
        with FileLock(path.with_suffix(".lock")):
            _bring_to(engine, path, version, migrations)
    except (OSError, sqlite3.Error) as error:
        engine.dispose()
        raise explain_failure(str(error), path) from error
    except LibraryError:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing_to(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write: it waits for other writers at once, not in its middle."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


# Every search asks for a property: building the statement would take longer than running it.
_PROPERTY = select(properties.c.value).where(properties.c.name == bindparam("name"))


def get_property(connection: Connection, name: str) -> str | None:
    """The value of a property of the library, or None."""
    return connection.scalar(_PROPERTY, {"name": name})


def put_property(connection: Connection, name: str, value: str) -> None:
    """Set a property of the library."""
    row = insert(properties).values(name=name, value=value)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def explain_failure(said: str, path: Path | str) -> LibraryError:
    """The library error that says in plain words what SQLite or the system met, and what to do."""
    text = said.lower()
    if is_disk_full(said) or "disk i/o" in text or "file too large" in text:
        return LibraryError(
            f"The disk that holds {path} is full or failing ({said}).",
            "Free some space and repeat the command: what was complete is kept.",
        )
    if any(sign in text for sign in ("readonly", "read-only", "unable to open", "permission")):
        return LibraryError(
            f"The library {path} cannot be written ({said}).",
            "Make its folder writable, or choose another one with --home.",
        )
    if "locked" in text:
        return LibraryError(
            f"The library {path} is in use by another process for too long.",
            "Wait until it has finished and repeat the command.",
        )
    if any(sign in text for sign in ("malformed", "not a database", "corrupt", "decode")):
        return LibraryError(
            f"The database {path} is damaged ({said}).",
            "Move it away and add your documents again, or restore a copy of it.",
        )
    return LibraryError(
        f"The database {path} does not work ({said}).", "Run `groundwire check` to learn more."
    )


def is_disk_full(said: str) -> bool:
    """Whether an error message means that the disk is full."""
    text = said.lower()
    return any(sign in text for sign in ("is full", "no space left", "os error 28", "(code: 13)"))


def _prepare_connection(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # Transactions begin where ``_begin`` says so: the driver's own begin too late, and never
    # before a change of tables, so that a migration killed half-way would stay half done.
    connection.isolation_level = None
    # WAL lets one process write while others read; busy_timeout waits for the other writer.
    for pragma in ("busy_timeout=60000", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _explaining(path: Path) -> Callable[[ExceptionContext], None]:
    def explain(context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _OURS):
            raise explain_failure(str(error), path) from error

    return explain


def _bring_to(
    engine: Engine, path: Path, version: int, migrations: Mapping[int, Migration]
) -> None:
    found = _read_version(engine, path)
    if found is None:
        with writing_to(engine) as connection:
            metadata.create_all(connection)
            put_property(connection, "format_version", str(version))
    elif found > version:
        raise LibraryError(
            f"The library {path} was written by a newer groundwire (format {found}).",
            "Update groundwire, or choose another folder with --home.",
        )
    elif found < version:
        _migrate(engine, path, range(found, version), migrations)


def _read_version(engine: Engine, path: Path) -> int | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("properties"):
            return None
        value = get_property(connection, "format_version")
    if value is not None and not value.isdecimal():
        raise explain_failure(f"malformed format version {value!r}", path)
    return None if value is None else int(value)


def _migrate(
    engine: Engine, path: Path, versions: range, migrations: Mapping[int, Migration]
) -> None:
    """Keep a copy beside the database, then take all steps in one transaction or none."""
    copy = path.with_name(f"{path.name}.format-{versions.start}")
    with (
        closing(engine.raw_connection()) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        cast("sqlite3.Connection", source.driver_connection).backup(target)
    with writing_to(engine) as connection:
        for version in versions:
            migrations[version](connection)
        put_property(connection, "format_version", str(versions.stop))
