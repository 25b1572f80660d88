"""The library's SQL database: opening, migrating, and what is read from it everywhere."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from groundwire.core.errors import LibraryError
from groundwire.retrievers.tables import FORMAT_VERSION, metadata, properties
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

Migration = Callable[[Connection], None]

# Version -> what turns a library of that version into one of the next.
MIGRATIONS: Mapping[int, Migration] = {}


def open_store(
    path: Path,
    *,
    version: int = FORMAT_VERSION,
    migrations: Mapping[int, Migration] = MIGRATIONS,
) -> Engine:
    """The database at ``path``, made or migrated to ``version`` if it has to be.

    Raises LibraryError when it is from a newer version, damaged, or cannot be written.
    """
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _prepare_connection)
    try:
        found = _read_version(engine)
        if found is None:
            with engine.begin() as connection:
                metadata.create_all(connection)
                put_property(connection, "format_version", str(version))
        elif found > version:
            raise LibraryError(
                f"The library {path} was written by a newer groundwire (format {found}).",
                "Update groundwire, or choose another folder with --home.",
            )
        elif found < version:
            _migrate(engine, path, range(found, version), migrations)
    except DatabaseError as error:
        engine.dispose()
        raise explain_database_error(error, path) from error
    return engine


def get_property(connection: Connection, name: str) -> str | None:
    """The value of a property of the library, or None."""
    return connection.scalar(select(properties.c.value).where(properties.c.name == name))


def put_property(connection: Connection, name: str, value: str) -> None:
    """Set a property of the library."""
    row = insert(properties).values(name=name, value=value)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def explain_database_error(error: DatabaseError, path: Path | str) -> LibraryError:
    """The library error that says in plain words what SQLite met, and what to do."""
    text = str(error.orig).lower()
    if "full" in text or "disk i/o" in text:
        return LibraryError(
            f"The disk that holds {path} is full or failing ({error.orig}).",
            "Free some space and repeat the command: what was complete is kept.",
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return LibraryError(
            f"The library {path} cannot be written ({error.orig}).",
            "Make its folder writable, or choose another one with --home.",
        )
    if "locked" in text:
        return LibraryError(
            f"The library {path} is in use by another process for too long.",
            "Wait until it has finished and repeat the command.",
        )
    return LibraryError(
        f"The database {path} is damaged ({error.orig}).",
        "Move it away and add your documents again, or restore a copy of it.",
    )


def _prepare_connection(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # WAL lets one process write while others read; busy_timeout waits for the other writer.
    for pragma in ("busy_timeout=60000", "journal_mode=WAL", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA foreign_keys=ON")


def _read_version(engine: Engine) -> int | None:
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, "properties"):
            return None
        value = get_property(connection, "format_version")
    return None if value is None else int(value)


def _migrate(
    engine: Engine, path: Path, versions: range, migrations: Mapping[int, Migration]
) -> None:
    copy = path.with_name(f"{path.name}.format-{versions.start}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy2(path, copy)
    with engine.begin() as connection:
        for version in versions:
            migrations[version](connection)
        put_property(connection, "format_version", str(versions.stop))
