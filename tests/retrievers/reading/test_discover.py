from pathlib import Path

import pytest

from groundwire.core.outcomes import FileOutcome, Outcome
from groundwire.retrievers.discover import FoundFile, find_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.md", "sub/c.txt", "sub/deep/d.txt", ".git/config", ".hidden.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def names(paths: list[str], top: Path) -> list[str]:
    return [str(Path(found.path).relative_to(top)) for found in find_files(paths)]


def test_a_folder_gives_all_its_files_sorted_and_nothing_hidden(folder: Path) -> None:
    assert names([str(folder)], folder) == ["a.md", "b.txt", "sub/c.txt", "sub/deep/d.txt"]


def test_a_file_comes_with_its_size_and_time(folder: Path) -> None:
    [found] = find_files([str(folder / "b.txt")])
    assert isinstance(found, FoundFile)
    assert found.size == 5
    assert found.modified_ns == (folder / "b.txt").stat().st_mtime_ns


def test_what_is_named_twice_comes_once(folder: Path) -> None:
    paths = [str(folder / "b.txt"), str(folder), str(folder / "sub" / ".." / "b.txt")]
    assert sorted(names(paths, folder)) == ["a.md", "b.txt", "sub/c.txt", "sub/deep/d.txt"]


def test_a_hidden_file_is_found_when_it_is_named(folder: Path) -> None:
    assert names([str(folder / ".hidden.txt")], folder) == [".hidden.txt"]


def test_globs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert names(["*.txt"], folder) == ["b.txt"]
    assert names(["**/*.txt"], folder) == ["b.txt", "sub/c.txt", "sub/deep/d.txt"]
    assert names(["su*"], folder) == ["sub/c.txt", "sub/deep/d.txt"]
    assert names(["**"], folder) == ["a.md", "b.txt", "sub/c.txt", "sub/deep/d.txt"]


def test_a_glob_enters_a_loop_of_links_once(folder: Path) -> None:
    for name in ("up", "again"):
        (folder / "sub" / name).symlink_to("..")
    assert names([str(folder / "**" / "*.txt")], folder) == ["b.txt", "sub/c.txt", "sub/deep/d.txt"]


def test_a_glob_of_any_depth_means_folders_with_all_below(folder: Path) -> None:
    assert names([str(folder / "**" / "deep")], folder) == ["sub/deep/d.txt"]
    assert names([str(folder / "*" / "**")], folder) == ["sub/c.txt", "sub/deep/d.txt"]


def test_a_glob_finds_what_is_hidden_when_it_names_it(folder: Path) -> None:
    assert names([str(folder / "**" / ".hid*")], folder) == [".hidden.txt"]
    assert names([str(folder / "**" / ".git" / "*")], folder) == [".git/config"]


def test_a_file_whose_name_looks_like_a_glob(tmp_path: Path) -> None:
    (tmp_path / "notes [1].txt").write_text("x")
    assert names([str(tmp_path / "notes [1].txt")], tmp_path) == ["notes [1].txt"]


def test_what_does_not_exist_is_a_failed_outcome(tmp_path: Path) -> None:
    missing, nothing = str(tmp_path / "missing.txt"), str(tmp_path / "*.nothing")
    (tmp_path / "file").write_text("x")
    below = str(tmp_path / "file" / "below.txt")
    found = list(find_files([missing, nothing, below]))
    assert found == [
        FileOutcome(path=missing, outcome=Outcome.FAILED, reason="no such file or folder"),
        FileOutcome(path=nothing, outcome=Outcome.FAILED, reason="nothing matches this pattern"),
        FileOutcome(path=below, outcome=Outcome.FAILED, reason="no such file or folder"),
    ]


def test_links_are_followed_and_loops_end(folder: Path) -> None:
    (folder / "sub" / "up").symlink_to(folder)
    (folder / "self").symlink_to("self")
    (folder / "twice.txt").symlink_to("b.txt")
    (folder / "nowhere.txt").symlink_to("not-there.txt")
    found = {
        Path(item.path).relative_to(folder).as_posix(): item for item in find_files([str(folder)])
    }
    assert sorted(found) == [
        "a.md",
        "b.txt",
        "nowhere.txt",
        "self",
        "sub/c.txt",
        "sub/deep/d.txt",
        "twice.txt",
    ]
    broken = [item for item in found.values() if isinstance(item, FileOutcome)]
    assert [item.reason for item in broken] == [
        "no such file or folder",
        "too many levels of symbolic links",
    ]


def test_a_path_that_no_system_takes_is_a_failed_outcome() -> None:
    [found] = find_files(["/" + "n" * 400])
    assert isinstance(found, FileOutcome)
    assert found.reason == "file name too long"
