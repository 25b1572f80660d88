"""The database: format versions, and errors in plain words."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection

from groundwire.core.errors import LibraryError
from groundwire.retrievers.store import explain_failure, get_property, open_store, writing_to


def rename(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE collections ADD COLUMN note TEXT")


def break_off(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE collections ADD COLUMN other TEXT")
    raise LibraryError("interrupted")


def columns(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = {row[1] for row in connection.execute("PRAGMA table_info(collections)")}
    connection.close()
    return found


def test_an_older_library_is_migrated_and_a_copy_kept(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    engine = open_store(path, version=1)
    with writing_to(engine) as connection:
        connection.exec_driver_sql("INSERT INTO collections (name) VALUES ('kept')")
    engine.dispose()
    engine = open_store(path, version=2, migrations={1: rename})
    with engine.connect() as connection:
        assert get_property(connection, "format_version") == "2"
        assert connection.exec_driver_sql("SELECT name FROM collections").scalar() == "kept"
    engine.dispose()
    assert "note" in columns(path)
    copy = tmp_path / "library.sqlite.format-1"
    assert "note" not in columns(copy)
    open_store(copy, version=1).dispose()


def test_a_migration_that_breaks_off_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    open_store(path, version=1).dispose()
    with pytest.raises(LibraryError, match="interrupted"):
        open_store(path, version=3, migrations={1: rename, 2: break_off})
    assert columns(path) == {"id", "name"}
    open_store(path, version=2, migrations={1: rename}).dispose()


def test_a_newer_library_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    open_store(path, version=7).dispose()
    with pytest.raises(LibraryError, match="newer") as told:
        open_store(path, version=1)
    assert "Update groundwire" in told.value.advice


def test_a_version_that_is_no_number(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    engine = open_store(path)
    with writing_to(engine) as connection:
        connection.exec_driver_sql("UPDATE properties SET value = 'x'")
    engine.dispose()
    with pytest.raises(LibraryError, match="damaged"):
        open_store(path)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("database or disk is full", "full"),
        ("disk I/O error", "failing"),
        ("attempt to write a readonly database", "cannot be written"),
        ("unable to open database file", "cannot be written"),
        ("database is locked", "in use"),
        ("database disk image is malformed", "damaged"),
        ("no such table: x", "does not work"),
    ],
)
def test_what_sqlite_says_in_plain_words(said: str, what: str) -> None:
    error = explain_failure(said, "library.sqlite")
    assert what in error.what
    assert error.advice
