"""Full and read-only disks, damaged and missing files: a clear error, then mended."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],  # noqa: S607
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small disk; the limit on file sizes is tested instead")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_a_full_disk(tmp_path: Path) -> None:
    paths = write_files(tmp_path / "files", 400)
    with small_disk(tmp_path / "disk", "3m"):
        filler = tmp_path / "disk" / "filler"
        with open_library(settings_of(tmp_path / "disk" / "home")) as library:
            list(add_paths(library, paths[:3]))
            fill(filler)
            with pytest.raises(LibraryError, match=r"full|space"):
                list(add_paths(library, paths))
        filler.unlink()
        with open_library(settings_of(tmp_path / "disk" / "home")) as library:
            assert check_library(library, repair=True).whole
            assert len(list_documents(library)) >= 3
            assert search(library, "harbour number 1")


LIMITED = """
import json, resource, signal, sys
from pathlib import Path
from groundwire.core.errors import LibraryError
from groundwire.core.settings import EncoderSettings, Settings
from groundwire.retrievers import add_paths, open_library
home, limit, *paths = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
settings = Settings(home=Path(home), encoder=EncoderSettings(model="hash"))
with open_library(settings) as library:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    try:
        list(add_paths(library, paths))
        print(json.dumps(["done", ""]))
    except LibraryError as error:
        print(json.dumps([error.what, error.advice]))
"""


@pytest.mark.parametrize("limit", [50_000, 250_000, 700_000])
def test_files_that_may_not_grow(limit: int, tmp_path: Path) -> None:
    """What a full disk looks like where nothing can be mounted."""
    paths = write_files(tmp_path / "files", 600)
    home = tmp_path / "home"
    with open_library(settings_of(home)) as library:
        list(add_paths(library, paths[:1]))
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(home), str(limit), *paths],
        check=True,
        capture_output=True,
        text=True,
    )
    what, advice = json.loads(ran.stdout)
    assert what != "done"
    assert advice
    with open_library(settings_of(home)) as library:
        if not check_library(library, repair=True).whole:
            pytest.fail(str(check_library(library)))
        list(add_paths(library, paths))
        assert len(list_documents(library)) == 600
        assert check_library(library).problems == ()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A read-only mount; where none can be made, permissions (which do not bind root)."""
    target = str(folder)
    bound = subprocess.run(["mount", "--bind", target, target], check=False, capture_output=True)  # noqa: S607
    if bound.returncode == 0:
        subprocess.run(["mount", "-o", "remount,ro,bind", target], check=True)  # noqa: S607
        try:
            yield
        finally:
            subprocess.run(["umount", target], check=True)  # noqa: S607
        return
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere and may not mount here")
    folder.chmod(0o500)
    try:
        yield
    finally:
        folder.chmod(0o700)


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_library(settings_of(home)) as library:
        list(add_paths(library, write_files(tmp_path / "files", 2)))
    with read_only(home), pytest.raises(LibraryError, match="cannot be written") as told:
        open_library(settings_of(home))
    assert "--home" in told.value.advice


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(LibraryError, match="cannot be made"):
            open_library(settings_of(home))


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
