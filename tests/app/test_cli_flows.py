"""Whole flows through ``main``: what a person types and sees, and what a script reads."""

import hashlib
import io
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

BRIDGE = (
    "# Bridges\n\n## Larkspur Bridge\n\nThe Larkspur Bridge was opened in 1931. "
    "It was designed by Ottoline Varga.\n\n## Tolls\n\nCrossing costs four crowns.\n"
)
GARDEN = "The botanical garden closes at seven in the evening during summer.\n"


Groundwire = Callable[..., Any]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder of two documents."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "bridges.md").write_text(BRIDGE, encoding="utf-8")
    (folder / "garden.txt").write_text(GARDEN, encoding="utf-8")
    return folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_person_adds_searches_asks_removes_and_checks(
    groundwire: Groundwire, notes: Path
) -> None:
    added = groundwire("add", "notes")
    assert added.code == 0
    assert "In notes:" in added.out
    assert added.out.count("added") == 3  # two rows, and the line that counts them
    assert "2 files in" in added.out
    listed = groundwire("documents", "list").out
    assert "bridges.md" in listed
    assert sha256(notes / "garden.txt")[:10] in listed
    assert "Larkspur Bridge" in groundwire("search", "who designed the Larkspur Bridge?").out
    asked = groundwire("ask", "When was the Larkspur Bridge opened?")
    assert asked.code == 0
    assert "[1]" in asked.out
    assert str(notes / "bridges.md") in asked.out
    assert "rewrite" in asked.err
    assert "search" in asked.err
    assert "removed" in groundwire("documents", "remove", "garden.txt").out
    assert "garden.txt" not in groundwire("documents", "list").out
    assert groundwire("check").out.strip() == "The library is whole: 1 document, 3 passages."
    assert "default" in groundwire("collections", "list").out


def test_add_json(groundwire: Groundwire, notes: Path) -> None:
    (notes / "empty.txt").touch()
    run = groundwire("add", str(notes), "--json")
    assert run.code == 0  # skipping is no failure
    assert set(run.json) == {"files", "seconds"}
    files = {Path(file["path"]).name: file for file in run.json["files"]}
    assert all(
        set(file) == {"path", "outcome", "reason", "document_id", "passages"}
        for file in files.values()
    )
    assert files["bridges.md"]["path"] == str(notes / "bridges.md")
    assert files["bridges.md"]["document_id"] == sha256(notes / "bridges.md")
    assert files["bridges.md"]["outcome"] == "added"
    assert files["empty.txt"]["outcome"] == "skipped"
    assert files["empty.txt"]["reason"]
    again = groundwire("add", str(notes), "--json").json["files"]
    assert {file["outcome"] for file in again} == {"unchanged", "skipped"}


def test_add_where_a_file_fails(groundwire: Groundwire, notes: Path) -> None:
    (notes / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing of the kind")
    run = groundwire("add", str(notes), "--json")
    assert run.code == 3
    assert [file["outcome"] for file in run.json["files"]].count("failed") == 1
    shown = groundwire("add", str(notes))
    assert shown.code == 3
    assert shown.out.index("bridges.md") < shown.out.index("broken.pdf")  # beside the last line
    assert shown.out.splitlines()[-1].endswith("2 unchanged, 1 failed.")


def test_sync_removes_what_has_gone(groundwire: Groundwire, notes: Path) -> None:
    groundwire("add", str(notes))
    (notes / "garden.txt").unlink()
    run = groundwire("sync", str(notes), "--json")
    assert run.code == 0
    outcomes = {Path(file["path"]).name: file["outcome"] for file in run.json["files"]}
    assert outcomes == {"bridges.md": "unchanged", "garden.txt": "removed"}
    gone = groundwire("sync", "nowhere", "--json")
    assert gone.code == 2
    assert gone.json["status"] == "failed"
    assert gone.json["files"] == []


def test_an_empty_folder_says_so(groundwire: Groundwire, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = groundwire("add", "empty")
    assert run.code == 0
    assert run.out == "No files found.\n"


def test_documents_json(groundwire: Groundwire, notes: Path) -> None:
    groundwire("add", str(notes))
    listed = groundwire("documents", "list", "--json").json["documents"]
    assert all(
        set(item) == {"document_id", "source", "title", "collection", "passages"} for item in listed
    )
    [shown] = groundwire("documents", "show", "bridges.md", "--json").json["documents"]
    assert shown["document_id"] == sha256(notes / "bridges.md")
    assert shown["text"] == BRIDGE
    assert [item["title"] for item in shown["headings"]] == ["Bridges", "Larkspur Bridge", "Tolls"]
    person = groundwire("documents", "show", shown["document_id"][:8])
    assert BRIDGE in person.out
    assert str(notes / "bridges.md") in person.out
    [removed] = groundwire("documents", "remove", "bridges.md", "--json").json["files"]
    assert removed["outcome"] == "removed"


def test_a_document_in_two_collections_is_shown_once(groundwire: Groundwire, notes: Path) -> None:
    groundwire("add", str(notes / "garden.txt"))
    groundwire("add", str(notes / "garden.txt"), "--collection", "second")
    shown = groundwire("documents", "show", "garden.txt").out
    assert shown.count("Collection") == 2
    assert shown.count(GARDEN) == 1
    listed = groundwire("documents", "list").out
    assert "Collection default" in listed
    assert "Collection second" in listed
    collections = groundwire("collections", "list", "--json").json["collections"]
    assert collections == [
        {"name": "default", "documents": 1, "passages": 1},
        {"name": "second", "documents": 1, "passages": 1},
    ]
    assert groundwire("collections", "remove", "second", "--json").json["files"]
    names = [
        item["name"] for item in groundwire("collections", "list", "--json").json["collections"]
    ]
    assert "second" not in names


def test_an_empty_library_says_what_to_do(groundwire: Groundwire) -> None:
    assert "groundwire add PATH" in groundwire("documents", "list").out
    assert groundwire("documents", "list", "--json").json == {"documents": []}
    assert groundwire("search", "anything").out == "Nothing found.\n"
    assert groundwire("search", "anything", "--json").json == {"hits": []}
    assert groundwire("ask", "Is there anything?", "--json").json["status"] == "abstained"


def test_search_json(groundwire: Groundwire, notes: Path) -> None:
    groundwire("add", str(notes))
    run = groundwire("search", "botanical garden", "-k", "1", "--json")
    [hit] = run.json["hits"]
    keys = "document_id source title start end text score scores page heading chain"
    assert set(hit) == set(keys.split())
    assert hit["text"] == GARDEN[hit["start"] : hit["end"]]
    assert hit["scores"]
    only = groundwire("search", "bridge", "--where", "title=Bridges", "--json").json["hits"]
    assert {item["title"] for item in only} == {"Bridges"}
    none = ("--where", "title=Bridges", "--where", f"source={notes / 'garden.txt'}")
    assert groundwire("search", "bridge", *none, "--json").json["hits"] == []


def check_answer_keys(answer: Mapping[str, Any]) -> None:
    keys = "question status text short_answer sentences evidence queries reason usage run_id"
    keys += " assurance steps language_model"
    assert set(answer) == set(keys.split())
    usage = "seconds llm_calls prompt_tokens completion_tokens cost_usd cached_calls"
    assert set(answer["usage"]) == set(usage.split())
    for sentence in answer["sentences"]:
        assert set(sentence) == {"text", "verdict", "support", "citations"}
        assert sentence["verdict"] in {"supported", "unsupported", "contradicted", "unchecked"}
        assert 0 <= sentence["support"] <= 1
    evidence = "document_id source title start end text score page heading chain"
    assert all(set(item) == set(evidence.split()) for item in answer["evidence"])


def test_ask_json(groundwire: Groundwire, notes: Path) -> None:
    groundwire("add", str(notes))
    run = groundwire("ask", "When was the Larkspur Bridge opened?", "--json")
    assert run.code == 0
    answer = run.json
    check_answer_keys(answer)
    assert answer["status"] == "answered"
    citations = [item for sentence in answer["sentences"] for item in sentence["citations"]]
    assert citations
    for citation in citations:
        keys = "document_id source title start end quote page heading"
        assert set(citation) == set(keys.split())
        assert citation["document_id"] == sha256(notes / "bridges.md")
        assert citation["quote"] == BRIDGE[citation["start"] : citation["end"]]
    assert answer["evidence"]


def test_ask_abstains_with_the_nearest_passages(groundwire: Groundwire, notes: Path) -> None:
    groundwire("add", str(notes))
    run = groundwire("ask", "Which vitamins does broccoli contain?", "--json")
    assert run.code == 0
    check_answer_keys(run.json)
    assert run.json["status"] == "abstained"
    assert run.json["sentences"] == []
    assert run.json["short_answer"] is None
    assert run.json["reason"]
    assert run.json["evidence"]
    shown = groundwire("ask", "Which vitamins does broccoli contain?").out
    assert "No answer." in shown
    assert "Nearest passages" in shown


def test_ask_takes_scope_limits_and_a_thread(groundwire: Groundwire, notes: Path) -> None:
    groundwire("add", str(notes / "garden.txt"), "--collection", "parks")
    groundwire("add", str(notes / "bridges.md"))
    question = "When does the botanical garden close?"
    words = ("--collection", "parks", "--where", "type=txt", "--seconds", "60", "--thread", "t1")
    answer = groundwire("ask", question, *words, "--json").json
    assert {item["source"] for item in answer["evidence"]} == {str(notes / "garden.txt")}
    elsewhere = groundwire("ask", question, "--collection", "nowhere", "--json")
    assert elsewhere.code == 2
    check_answer_keys(elsewhere.json)
    assert elsewhere.json["status"] == "failed"
    assert "nowhere" in elsewhere.json["reason"]


@pytest.mark.parametrize("command", ["ask", "search"])
def test_long_questions_are_taken(command: str, groundwire: Groundwire, notes: Path) -> None:
    groundwire("add", str(notes))
    run = groundwire(command, 'bridge garden (toll) AND "x" ' * 300, "--json")
    assert run.code == 0
    assert run.json


def test_a_question_comes_from_standard_input(
    groundwire: Groundwire, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundwire("add", str(notes))
    raw = "\ufeffWhen was the Larkspur Bridge opened?\n".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    answer = groundwire("ask", "-", "--json").json
    assert answer["question"] == "When was the Larkspur Bridge opened?"


def test_the_samples_are_added_once(groundwire: Groundwire) -> None:
    run = groundwire("samples", "--if-empty")
    assert run.code == 0
    assert 'groundwire ask "' in run.out
    again = groundwire("samples", "--if-empty", "--json")
    assert again.json["files"] == []
    assert "left out" in groundwire("samples", "--if-empty").out
    question = again.json["next"].split('"')[1]
    assert groundwire("ask", question, "--json").json["status"] in {"answered", "partial"}


def test_check_finds_and_mends_a_lost_index(
    groundwire: Groundwire, notes: Path, own_home: Path
) -> None:
    groundwire("add", str(notes))
    shutil.rmtree(own_home / "words")
    run = groundwire("check", "--json")
    assert run.code == 4
    assert run.json["whole"] is False
    assert all(
        set(item) == {"kind", "subject", "detail", "repaired"} for item in run.json["problems"]
    )
    shown = groundwire("check")
    assert shown.code == 4
    assert "check --repair" in shown.out
    mended = groundwire("check", "--repair")
    assert mended.code == 0
    assert "mended" in mended.out
    whole = groundwire("check", "--json").json
    assert whole == {"whole": True, "problems": [], "documents": 2, "passages": 4}


def test_a_model_that_is_missing_is_a_failed_answer(
    groundwire: Groundwire, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groundwire("add", str(notes))
    monkeypatch.setenv("GROUNDWIRE_ENCODER__MODEL", str(notes / "no-model"))
    run = groundwire("ask", "When was the Larkspur Bridge opened?", "--json")
    assert run.code == 1
    check_answer_keys(run.json)
    assert run.json["status"] == "failed"
    assert "no-model" in run.json["reason"]
    shown = groundwire("ask", "When was the Larkspur Bridge opened?")
    assert shown.code == 1
    assert shown.out == ""
    assert "no-model" in shown.err


def test_an_index_that_is_damaged_is_a_failed_answer(
    groundwire: Groundwire, notes: Path, own_home: Path
) -> None:
    groundwire("add", str(notes))
    for file in (own_home / "vectors").rglob("*"):
        if file.is_file():
            file.write_bytes(b"no index")
    run = groundwire("ask", "When was the Larkspur Bridge opened?", "--json")
    assert run.code == 1
    check_answer_keys(run.json)
    assert run.json["status"] == "failed"
    shown = groundwire("ask", "When was the Larkspur Bridge opened?")
    assert shown.code == 1
    assert shown.out == ""
    assert "check --repair" in shown.err


def test_a_home_that_cannot_be_made(groundwire: Groundwire, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = str(tmp_path / "file" / "home")
    run = groundwire("--home", home, "check", "--json")
    assert run.code == 1
    assert run.json["status"] == "failed"
    assert home in run.json["error"]["what"]
    assert run.json["whole"] is False
    assert "--home DIR" in run.err
    for words, name in ((("add", "x"), "files"), (("search", "x"), "hits")):
        failed = groundwire("--home", home, *words, "--json")
        assert failed.code == 1
        assert failed.json[name] == []
    answer = groundwire("--home", home, "ask", "Why?", "--json")
    assert answer.code == 1
    check_answer_keys(answer.json)
    assert home in answer.json["reason"]


def test_the_home_folder_is_named_in_what_to_try_next(
    groundwire: Groundwire, tmp_path: Path
) -> None:
    home = tmp_path / "my library"
    run = groundwire("--home", str(home), "samples", "--json")
    assert f"--home '{home}'" in run.json["next"]
    assert (home / "library.sqlite").exists()


def test_a_document_cannot_steer_the_terminal(groundwire: Groundwire, tmp_path: Path) -> None:
    name = "evil\x1b[2J[bold]name.txt"
    hostile = (
        "The secret tower [red]opens[/red] at \x1b]0;owned nine \x9b31m o'clock. :smile:\n\n"
        + "Nothing else is known of it, and nobody asks. " * 60
    )
    (tmp_path / name).write_text(hostile, encoding="utf-8")
    commands = (
        ("add", "."),
        ("documents", "list"),
        ("documents", "show", name),
        ("search", "secret tower"),
        ("ask", "When does the secret tower open?"),
        ("documents", "remove", name),
    )
    for words in commands:
        run = groundwire(*words)
        assert run.code == 0, words
        for character in "\x1b\x9b":
            assert character not in run.out + run.err, words
    groundwire("add", ".")
    shown = groundwire("search", "secret tower").out
    assert "[red]opens[/red]" in shown
    assert ":smile:" in shown
    assert "\\x1b" in shown
