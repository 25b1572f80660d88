"""Text of strangers is safe and short in a terminal."""

from pathlib import Path

import pytest

from groundwire.app.cli_text import count, one_line, printable, short_paths


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b2J", "\\x9b2J"),
        ("a\u202egpj.exe", "a\\u202egpj.exe"),
        ("bell\x07\x7f", "bell\\x07\\x7f"),
        ("over\rwritten", "over\\x0dwritten"),
        ("no\udcff name", "no\\udcff name"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_as_its_escape(raw: str, shown: str) -> None:
    assert printable(raw) == shown


def test_lines_tabs_and_every_script_stay_as_they_are() -> None:
    text = "한국어 日本語 español العربية\n\tone\r\ntwo"
    assert printable(text) == "한국어 日本語 español العربية\n\tone\ntwo"


def test_a_line_is_cut_at_the_end_of_a_word() -> None:
    assert one_line("one\n two  three", 9) == "one two…"
    assert one_line("unbreakable", 5) == "unbr…"
    assert one_line("short", 5) == "short"


def test_files_of_one_folder_are_named_from_there() -> None:
    assert short_paths(["/a/b/x.md", "/a/b/c/y.md"]) == ("/a/b", ["x.md", "c/y.md"])


def test_files_below_the_working_directory_are_named_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    below = [str(tmp_path / "notes" / name) for name in ("a.md", "b.md")]
    assert short_paths(below) == ("notes", ["a.md", "b.md"])
    assert short_paths([str(tmp_path / "a.md"), *below]) == (
        None,
        ["a.md", "notes/a.md", "notes/b.md"],
    )


@pytest.mark.parametrize("paths", [["/a/x.md", "/b/y.md"], ["x.md"], []])
def test_paths_that_share_no_folder_stay_whole(paths: list[str]) -> None:
    assert short_paths(paths) == (None, paths)


def test_numbers_have_their_nouns() -> None:
    assert [count(1, "file"), count(2000, "file"), count(0, "query")] == [
        "1 file",
        "2,000 files",
        "0 queries",
    ]
