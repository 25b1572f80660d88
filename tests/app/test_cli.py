"""The entry: help, versions, wrong usage, exit codes, and what happens when things go wrong."""

import json
import os
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from groundwire.app.cli import main
from groundwire.app.cli_command import JsonCommand, Result, Surroundings, perform
from groundwire.core.errors import GroundwireError, LibraryError, SettingsError, UsageError

GROUNDWIRE = [sys.executable, "-m", "groundwire.app"]
COMMANDS = ["add", "sync", "ask", "search", "chat", "check", "settings", "samples"]
GROUPS = ["documents", "collections"]


def run(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """A process of its own, as a shell would start it."""
    return subprocess.run(
        [*GROUNDWIRE, *words],
        check=False,
        capture_output=not options,
        text=True,
        timeout=60,
        **options,
    )


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert all(f"  {command} " in shown.stdout for command in COMMANDS + GROUPS)
    times = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "groundwire.app", "--help"],
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    imported = {line.rpartition("|")[2].strip() for line in times.splitlines()}
    assert "typer" in imported
    heavy = (
        "rich pydantic numpy sqlalchemy chromadb tantivy onnxruntime langgraph streamlit litellm"
    )
    assert imported.isdisjoint(heavy.split())


@pytest.mark.parametrize(
    "words", [[], ["--help"], ["ask", "--help"], ["documents", "list", "--help"]]
)
def test_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert "Usage: groundwire" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("groundwire ")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
        (["ask"], "QUESTION"),
        (["ask", ""], "nothing to look for"),
        (["ask", " \n\t"], "nothing to look for"),
        (["search", ""], "nothing to look for"),
        (["search", "x", "-k", "many"], "-k"),
        (["search", "x", "-k", "0"], "search.k"),
        (["search", "x", "--where", "no condition"], "no condition"),
        (["search", "x", "--where", "=value"], "=value"),
        (["ask", "x", "--seconds", "-1"], "limits.seconds"),
        (["ask", "x", "--seconds", "nan"], "limits.seconds"),
        (["chat", "--port", "70000"], "page.port"),
        (["chat", "--host", ""], "no address"),
        (["documents", "show", "no-such-document"], "no-such-document"),
        (["documents", "remove", "no-such-document"], "no-such-document"),
        (["collections", "remove", "no-such-collection"], "no-such-collection"),
    ],
)
def test_wrong_usage_is_explained_with_exit_code_2(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert complaint in printed.err
    assert not printed.out
    if words[0] in {"ask", "search", "documents", "collections"}:
        assert main([*words, "--json"]) == 2
        data = json.loads(capsys.readouterr().out)
        assert data["status"] == "failed"
        assert complaint in json.dumps(data, ensure_ascii=False)


def test_a_wrong_setting_names_the_nearest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_SEARCH__DEPHT", "5")
    assert main(["settings", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert "search.depht" in error["what"]
    assert "search.depth" in error["advice"]


def test_json_is_all_that_stands_on_standard_output(own_home: Path) -> None:
    environment = {**os.environ, "GROUNDWIRE_ENCODER__MODEL": "hash", "LC_ALL": "C"}
    shown = subprocess.run(
        [*GROUNDWIRE, "--home", str(own_home), "ask", "¿Dónde está el río?", "--json"],
        check=False,
        capture_output=True,
        env=environment,
        timeout=60,
    )
    assert shown.returncode == 0
    assert json.loads(shown.stdout.decode("utf-8"))["question"] == "¿Dónde está el río?"
    assert b"Traceback" not in shown.stderr


def test_a_question_that_is_not_utf8_is_an_answer_all_the_same(own_home: Path) -> None:
    shown = subprocess.run(
        [*GROUNDWIRE, "--home", str(own_home), "ask", "-", "--json", "--where", "wrong"],
        check=False,
        capture_output=True,
        input=b"caf\xe9?",
        timeout=60,
    )
    assert shown.returncode == 2
    assert json.loads(shown.stdout)["question"] == "caf\ufffd?"


@pytest.mark.parametrize("words", [["settings"], ["settings", "--json"], ["--help"]])
def test_a_closed_pipe_is_quiet(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        shown = run(*words, stdout=writing, stderr=subprocess.PIPE)
    finally:
        os.close(writing)
    assert shown.returncode == 141
    assert shown.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize("words", [["settings"], ["settings", "--json"]])
def test_output_that_cannot_be_written_is_told_in_a_line(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        shown = run(*words, stdout=full, stderr=subprocess.PIPE)
    assert shown.returncode == 1
    assert shown.stderr == "Error: the output cannot be written (No space left on device).\n"


@dataclass(frozen=True, kw_only=True)
class Breaking(JsonCommand):
    """A command that ends with an error."""

    error: BaseException
    lists = ("hits",)

    def run(self, _surroundings: Surroundings) -> Result:
        """Warn, print and break, as a library might."""
        warnings.warn("a library is unhappy", stacklevel=1)
        sys.stdout.write("a library chats\n")
        raise self.error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LibraryError("The disk is full.", "Make room."), 1),
        (SettingsError("Unknown setting.", "Did you mean another?"), 2),
        (UsageError("No such document.", "List them."), 2),
        (GroundwireError("Odd."), 1),
        (ValueError("bad \x1b[31mvalue"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_are_sentences_and_exit_codes(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert perform(Breaking(error=error), Surroundings()) == code
    printed = capsys.readouterr()
    assert printed.out == "a library chats\n"
    assert "Traceback" not in printed.err
    assert "unhappy" not in printed.err
    assert "\x1b" not in printed.err
    assert perform(Breaking(error=error, json=True), Surroundings()) == code
    printed = capsys.readouterr()
    data = json.loads(printed.out)
    assert data["status"] == "failed"
    assert data["error"]["what"]
    assert data["hits"] == []
    assert "a library chats" in printed.err


def test_a_pipe_that_closes_during_a_command_is_left_to_the_entry() -> None:
    with pytest.raises(BrokenPipeError):
        perform(Breaking(error=BrokenPipeError(), json=True), Surroundings())


def test_where_an_error_arose_is_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.warns(UserWarning, match="unhappy"):
        assert perform(Breaking(error=ValueError("bad")), Surroundings(debug=True)) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_outside_a_command_is_no_traceback() -> None:
    assert main(InterruptedWords()) == 130


class InterruptedWords(list[str]):
    """An argument list during whose reading Ctrl-C is pressed."""

    def __iter__(self) -> Any:
        raise KeyboardInterrupt
