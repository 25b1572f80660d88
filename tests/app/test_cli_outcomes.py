"""The table of outcomes, the progress bar, and an addition that is interrupted."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from groundwire.app.cli_adding import follow
from groundwire.app.cli_console import UNFOLDED, open_console
from groundwire.app.cli_outcomes import files_result, show_outcomes, watched
from groundwire.core.outcomes import FileOutcome, Outcome, Progress

FILES = [
    FileOutcome(path="/docs/broken.pdf", outcome=Outcome.FAILED, reason="damaged " * 20),
    FileOutcome(path="/docs/empty.txt", outcome=Outcome.SKIPPED, reason="empty"),
    FileOutcome(path="/docs/한국어 문서.md", outcome=Outcome.ADDED, passages=1234),
]


def drawn(files: list[FileOutcome], width: int) -> list[str]:
    out = io.StringIO()
    show_outcomes(Console(file=out, width=width), files, 1.25)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_failures_stand_last_and_are_counted() -> None:
    lines = drawn(FILES, 200)
    assert lines[0] == "In /docs:"
    assert lines[1].split() == ["Outcome", "Passages", "File", "Reason"]
    assert [line.split()[0] for line in lines[2:5]] == ["added", "skipped", "failed"]
    assert "1,234" in lines[2]
    assert lines[-1] == "3 files in 1.2 s: 1 added, 1 skipped, 1 failed."


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_table_fits_the_window_and_keeps_names_whole(width: int) -> None:
    lines = drawn(FILES, width)
    assert all(len(line) <= width for line in lines)
    assert any("broken.pdf" in line for line in lines)
    assert any("한국어 문서.md" in line for line in lines)


def test_a_name_longer_than_half_the_window_is_folded() -> None:
    long = FileOutcome(path="/docs/" + "n" * 300, outcome=Outcome.ADDED)
    assert sum(line.count("n" * 10) > 0 for line in drawn([long], 80)) > 3


def test_without_reasons_there_is_no_column_for_them() -> None:
    assert "Reason" not in "\n".join(drawn([FILES[2]], 80))


def test_the_exit_code_tells_of_failures_alone() -> None:
    assert files_result(FILES, 1).code == 3
    assert files_result(FILES[1:], 1).code == 0
    assert files_result([], 1).code == 0


def test_what_is_not_read_on_a_terminal_is_not_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert open_console(io.StringIO()).width == UNFOLDED
    monkeypatch.setenv("COLUMNS", "72")
    assert open_console(io.StringIO()).width == 72


def test_the_bar_shows_files_and_rate_on_a_terminal() -> None:
    out = io.StringIO()
    with watched(Console(file=out, width=100, force_terminal=True)) as move:
        assert move
        for passages in (0, 40):
            move(
                Progress(
                    files_done=3, files_total=2000, bytes_done=10, bytes_total=40, passages=passages
                )
            )
    assert "3/2,000 files" in out.getvalue()
    assert "passages/s" in out.getvalue()
    assert "25%" in out.getvalue()


def test_nothing_moves_where_nobody_looks() -> None:
    out = io.StringIO()
    with watched(Console(file=out)) as move:
        assert move is None
    assert not out.getvalue()


def test_an_interrupted_addition_says_what_is_done() -> None:
    def interrupted() -> Iterator[FileOutcome]:
        yield FILES[2]
        raise KeyboardInterrupt

    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        follow(interrupted(), said.append)
    assert said == ["1 file done and kept; the same command goes on from there."]
