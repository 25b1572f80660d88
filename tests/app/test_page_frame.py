"""The page's script as Streamlit runs it, without a browser."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from groundwire.agents import open_tools
from groundwire.app import page_conversations, page_documents
from groundwire.app.page_welcome import SAMPLES
from groundwire.core.schema import Answer, Citation, Evidence, Passage, Sentence, Status, Verdict
from groundwire.core.settings import load_settings
from groundwire.retrievers import add_paths

SCRIPT = Path(__file__).parents[2] / "app" / "chat_page.py"
SECONDS = 60
MILL = "# The mill\n\nThe mill on the Velm has four millstones. The miller is Edda Quorn.\n"

Start = Callable[..., AppTest]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts the page on the test's own home, as at an address."""
    monkeypatch.setenv("GROUNDWIRE_ENCODER__MODEL", "hash")
    monkeypatch.setenv("GROUNDWIRE_ANSWER__READER", "sentences")

    def begin(**address: str) -> AppTest:
        page = AppTest.from_file(str(SCRIPT), default_timeout=SECONDS)
        for name, value in address.items():
            page.query_params[name] = value
        return page.run()

    yield begin
    st.cache_resource.clear()


def shown(page: AppTest) -> str:
    """All that the page says through its own blocks of text."""
    assert not page.exception
    bodies = [block.proto.body for block in page.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def parts(page: AppTest, name: str) -> list[dict[str, Any]]:
    """What the page's components of a kind were given."""
    protos = [element.proto for element in page.get("bidi_component")]
    return [json.loads(p.json) for p in protos if p.component_name == f"groundwire.{name}"]


def drop(page: AppTest, *files: tuple[str, str]) -> AppTest:
    """Drop files on the page and wait for their outcomes."""
    page.file_uploader[0].set_value([(name, text.encode(), "") for name, text in files])
    page.run()
    while not any(outcomes(rows) for rows in parts(page, "rows")):
        assert "gw-error" not in shown(page)
        page.run()
    return page


def outcomes(rows: dict[str, Any]) -> list[str]:
    return [row["badge"] for row in rows["rows"] if "badge" in row]


def keep(answer: Answer | None, question: str = "How many millstones?") -> None:
    """Put a turn into the conversation ``mill`` of the test's own home."""
    with open_tools(load_settings()) as tools:
        tools.threads.begin("mill", question, f"run {question}")
        if answer is not None:
            tools.threads.finish(f"run {question}", answer)


def keep_question(question: str) -> None:
    with open_tools(load_settings()) as tools:
        tools.threads.begin(question, question, question)


def cited(quote: str) -> Citation:
    return Citation(
        document_id="0" * 64,
        source="/nowhere/mill.md",
        title="The mill",
        start=0,
        end=len(quote),
        quote=quote,
    )


def test_an_empty_library_says_what_to_do(start: Start) -> None:
    page = start()
    assert "Ask your own documents." in shown(page)
    assert page.code[0].value == "groundwire add FOLDER"
    assert page.chat_input[0].disabled


def test_a_library_that_cannot_be_opened_says_why(start: Start, own_home: Path) -> None:
    (own_home / "library.sqlite").write_bytes(b"This is no database, but long enough." * 100)
    assert "gw-error" in shown(start())


def test_a_wrong_setting_is_named(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDWIRE_SEARCH__K", "many")
    assert "search.k" in shown(start())


def test_a_partial_answer_marks_what_is_not_supported(start: Start) -> None:
    sentences = (
        Sentence(text="There are four.", citations=(cited("four"),), verdict=Verdict.SUPPORTED),
        Sentence(text="Or five.", citations=(cited("five"),), verdict=Verdict.UNSUPPORTED),
    )
    keep(
        Answer(
            question="How many millstones?",
            status=Status.PARTIAL,
            short_answer="four",
            sentences=sentences,
            reason="One sentence has no support.",
        )
    )
    page = start(thread="mill")
    (answer,) = parts(page, "answer")
    assert answer["title"] == "Only part of this is supported by your documents."
    assert answer["notes"] == ["One sentence has no support."]
    assert [(s["note"], s["numbers"]) for s in answer["sentences"]] == [
        (None, [1]),
        ("not supported", [2]),
    ]
    assert all("no longer" in source["warning"] for source in answer["sources"])


def test_a_failed_answer_says_what_to_do(start: Start) -> None:
    keep(Answer(question="?", status=Status.FAILED, reason="The model is gone. Start it."))
    (answer,) = parts(start(thread="mill"), "answer")
    assert answer["title"] == "This question could not be answered."
    assert answer["notes"] == ["The model is gone. Start it."]


def test_an_abstention_shows_the_nearest_passages(start: Start) -> None:
    passage = Passage(
        document_id="0" * 64, source="/m.md", title="M", start=0, end=4, text="a  b\n"
    )
    keep(
        Answer(
            question="?",
            status=Status.ABSTAINED,
            evidence=(Evidence(passage=passage, score=0.5),),
            reason="Nothing says so.",
        )
    )
    (answer,) = parts(start(thread="mill"), "answer")
    assert answer["label"] == "Nearest passages"
    assert [source["excerpt"] for source in answer["sources"]] == ["a b"]
    assert answer["markdown"] is None


def test_a_question_that_was_interrupted_can_be_asked_again(start: Start) -> None:
    keep(None)
    page = start(thread="mill")
    assert "stopped before it was answered" in shown(page)
    page.button(key="again").click().run()
    while not parts(page, "answer"):
        assert "gw-error" not in shown(page)
        page.run()
    assert len(parts(page, "answer")) == 1


def test_files_are_added_and_a_document_of_them_is_listed(start: Start) -> None:
    page = drop(start(view="documents"), ("mill.md", MILL), ("none.md", ""))
    listed = parts(page, "rows")
    assert outcomes(listed[0]) == ["skipped", "added"]
    assert "1 added" in shown(page)
    page = start(view="documents")
    assert "mill.md" in json.dumps(parts(page, "rows"))
    page.text_input(key="documents-filter").set_value("no such name").run()
    assert "No document of that name." in shown(page)


def test_conversations_are_listed_the_last_used_first(start: Start) -> None:
    keep(Answer(question="?", status=Status.FAILED), question="What is <b>this</b>?")
    (rows,) = parts(start(), "rows")
    assert rows["rows"] == [{"id": "mill", "title": "What is <b>this</b>?", "current": False}]


def test_the_sample_documents_come_with_questions_to_try(start: Start) -> None:
    with open_tools(load_settings()) as tools:
        list(add_paths(tools.library, [str(SAMPLES / "history.md")]))
    page = start()
    question = page.button(key="example-0").label
    page.button(key="example-0").click().run()
    while not parts(page, "answer"):
        assert "gw-error" not in shown(page)
        page.run()
    assert question in shown(page)
    assert page.query_params["thread"]


def test_an_answer_of_plain_text_is_shown_without_numbers(start: Start) -> None:
    keep(Answer(question="?", status=Status.ANSWERED, text="Just this."))
    (answer,) = parts(start(thread="mill"), "answer")
    assert [(one["text"], one["numbers"]) for one in answer["sentences"]] == [("Just this.", [])]
    assert answer["sources"] == []


def test_indexing_under_way_is_said(start: Start, own_home: Path) -> None:
    drop(page := start(view="documents"), ("mill.md", MILL))
    with closing(sqlite3.connect(own_home / "library.sqlite")) as other:
        other.execute("UPDATE documents SET state = 'new'")
        other.commit()
    page.button(key="back").click().run()
    assert "1 document" in shown(page)
    assert "indexed" in shown(page)
    assert "view" not in page.query_params


def test_long_lists_are_cut_and_say_so(start: Start, tmp_path: Path) -> None:
    for number in range(page_documents.SHOWN + 3):
        (tmp_path / f"{number}.md").write_text(f"Stone number {number}.")
    for number in range(page_conversations.SHOWN + 2):
        keep_question(f"Stone {number}?")
    with open_tools(load_settings()) as tools:
        list(add_paths(tools.library, [str(tmp_path)]))
    page = start(view="documents")
    assert sorted(len(rows["rows"]) for rows in parts(page, "rows")) == [50, 100]
    assert "3 more" in shown(page)
    page.button(key="conversations-all").click().run()
    assert sorted(len(rows["rows"]) for rows in parts(page, "rows")) == [52, 100]
