"""Damaged and missing files of the library: a clear error, then mended."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import tantivy

from groundwire.core.errors import IndexDamaged, LibraryError
from groundwire.core.settings import EncoderSettings, Settings
from groundwire.retrievers import (
    add_paths,
    check_library,
    list_documents,
    open_library,
    read_document,
    search,
)

RUBBISH = bytes(range(256)) * 40
Damage = Callable[[Path], None]


def settings_of(home: Path) -> Settings:
    return Settings(home=home, encoder=EncoderSettings(model="hash"))


def write_files(folder: Path, count: int) -> list[str]:
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number:04}.md" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(f"Harbour number {number} has {number * 7} berths.")
    return [str(path) for path in paths]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose vector index has been written out, past what Chroma keeps in its log."""
    folder = tmp_path_factory.mktemp("filled")
    with open_library(settings_of(folder / "home")) as library:
        list(add_paths(library, write_files(folder / "files", 1100)))
    return folder / "home"


def overwrite(pattern: str, content: bytes) -> Damage:
    def damage(home: Path) -> None:
        paths = [path for path in home.glob(pattern) if path.is_file()]
        assert paths
        for path in paths:
            path.write_bytes(content)

    return damage


def cut(pattern: str) -> Damage:
    def damage(home: Path) -> None:
        paths = [path for path in home.glob(pattern) if path.is_file()]
        assert paths
        for path in paths:
            os.truncate(path, path.stat().st_size // 2)

    return damage


def delete(name: str) -> Damage:
    return lambda home: shutil.rmtree(home / name)


DAMAGES: dict[str, Damage] = {
    "vector database is rubbish": overwrite("vectors/chroma.sqlite3", RUBBISH),
    "vector database is empty": overwrite("vectors/chroma.sqlite3", b""),
    "vectors are cut": cut("vectors/*/data_level0.bin"),
    "links are cut": cut("vectors/*/link_lists.bin"),
    "header is rubbish": overwrite("vectors/*/header.bin", RUBBISH),
    "header is short": overwrite("vectors/*/header.bin", b"123"),
    "a vector file is missing": lambda home: next(home.glob("vectors/*/length.bin")).unlink(),
    "labels are rubbish": overwrite("vectors/*/index_metadata.pickle", RUBBISH),
    "vector folder is deleted": delete("vectors"),
    "lexical meta is rubbish": overwrite("words/meta.json", RUBBISH),
    "a segment is cut": cut("words/*.idx"),
    "positions are missing": lambda home: next(home.glob("words/*.pos")).unlink(),
    "lexical folder is deleted": delete("words"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_index_is_told_and_mended(name: str, filled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    DAMAGES[name](home)
    with open_library(settings_of(home)) as library:
        with pytest.raises(IndexDamaged, match=r"check --repair"):
            search(library, "berths of harbour number 77")
        assert not check_library(library).whole
        report = check_library(library, repair=True)
        assert report.problems
        assert report.whole
        assert check_library(library).problems == ()
        assert "number 77 " in search(library, "harbour number 77", k=1)[0].passage.text
    with open_library(settings_of(home)) as library:
        assert library.notice is None
        assert len(list_documents(library)) == 1100


def test_a_damaged_index_is_mended_while_documents_wait(filled: Path, tmp_path: Path) -> None:
    """Opening does not fail because there is something to finish."""
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    overwrite("vectors/chroma.sqlite3", RUBBISH)(home)
    with open_library(settings_of(home)) as library, pytest.raises(IndexDamaged):
        list(add_paths(library, write_files(tmp_path / "more", 3)))
    with open_library(settings_of(home)) as library:
        assert check_library(library, repair=True).whole
        list(add_paths(library, write_files(tmp_path / "more", 3)))
        assert len(list_documents(library)) == 1103
        assert check_library(library).problems == ()


def test_an_error_between_the_two_indexes(tmp_path: Path) -> None:
    """Vectors are written, words are not: somebody else holds the writer of the word index."""
    first, *more = write_files(tmp_path / "files", 12)
    with open_library(settings_of(tmp_path / "home")) as library:
        list(add_paths(library, [first]))
        other = tantivy.Index.open(str(library.lexical_folder)).writer(15_000_000)
        with pytest.raises(IndexDamaged):
            list(add_paths(library, more))
        assert library.notice is not None
        assert "11 documents" in library.notice
        assert {problem.kind for problem in check_library(library).problems} >= {"pending", "words"}
        assert "berths" in search(library, "harbour number 0")[0].passage.text
        other.wait_merging_threads()
        del other
    with open_library(settings_of(tmp_path / "home")) as library:
        assert library.notice is None
        assert check_library(library).problems == ()
        assert len(list_documents(library)) == 12
        found = search(library, "harbour number 7", k=50)
        assert len(found) == len({hit.passage.document_id for hit in found}) == 12


@pytest.mark.parametrize("content", [RUBBISH, b"SQLite format 3\x00" + RUBBISH])
def test_a_damaged_database_is_told(content: bytes, filled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    for name in ("library.sqlite-wal", "library.sqlite-shm"):
        (home / name).unlink(missing_ok=True)
    (home / "library.sqlite").write_bytes(content)
    with pytest.raises(LibraryError, match="damaged") as told:
        open_library(settings_of(home))
    assert "Move it away" in told.value.advice


def use_everything(settings: Settings) -> None:
    with open_library(settings) as library:
        assert check_library(library, repair=True).problems[0].kind == "database"
        for document in list_documents(library):
            read_document(library, document.document_id)


def test_a_database_damaged_in_its_middle_is_told(filled: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    with sqlite3.connect(home / "library.sqlite") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray((home / "library.sqlite").read_bytes())
    data[len(data) // 3 : len(data) // 3 * 2] = RUBBISH * (len(data) // 3 // len(RUBBISH))
    (home / "library.sqlite").write_bytes(data)
    with pytest.raises(LibraryError, match="damaged"):
        use_everything(settings_of(home))


def test_damaged_text_is_told(tmp_path: Path) -> None:
    paths = write_files(tmp_path / "files", 2)
    with open_library(settings_of(tmp_path / "home")) as library:
        list(add_paths(library, paths))
        with library.transaction() as connection:
            connection.exec_driver_sql("UPDATE passages SET text = 'Other words' WHERE id = 1")
        (problem,) = check_library(library).problems
        assert (problem.kind, problem.subject) == ("text", "0000")
        assert not check_library(library, repair=True).whole


def test_a_missing_vector_in_the_cache_is_made_again(tmp_path: Path) -> None:
    """A filtered search looks only there, so a hole in it is damage."""
    with open_library(settings_of(tmp_path / "home")) as library:
        list(add_paths(library, write_files(tmp_path / "files", 5)))
        with library.transaction() as connection:
            connection.exec_driver_sql("DELETE FROM vectors WHERE id = 2")
        (problem,) = check_library(library).problems
        assert problem.kind == "cache"
        assert check_library(library, repair=True).whole
        assert check_library(library).problems == ()
