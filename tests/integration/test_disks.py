"""Full disks, files that may not grow, and homes that cannot be written."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from groundwire.core.errors import LibraryError
from groundwire.core.settings import EncoderSettings, Settings
from groundwire.retrievers import (
    add_paths,
    check_library,
    list_documents,
    open_library,
    search,
)


def settings_of(home: Path) -> Settings:
    return Settings(home=home, encoder=EncoderSettings(model="hash"))


def write_files(folder: Path, count: int) -> list[str]:
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number:04}.md" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(f"Harbour number {number} has {number * 7} berths.")
    return [str(path) for path in paths]


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
