"""Asking: questions that mean nothing, components that break, and the same answer every time."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path

import pytest

from groundwire.agents import Tools, ask, local_tools, stream
from groundwire.core.errors import ModelError, UsageError
from groundwire.core.schema import Answer, Draft, Evidence, Query, Status, Turn
from groundwire.core.settings import load_settings
from groundwire.core.wire import as_json
from groundwire.retrievers import Library

QUESTIONS = [
    "When did the harbour of Tarnholm open?",
    "How many boats has the harbour room for?",
    "When was Kestrel Looms founded?",
    "Who founded Kestrel Looms?",
    "How many people does Kestrel Looms employ?",
    "What does the mill at Brackwater grind?",
    "When was the mill built?",
    "When does the miller sell flour?",
    "What is the fee for a boat over 8 metres?",
    "등대는 언제 세워졌습니까?",
]


@pytest.mark.parametrize("question", ["", "  \n\t "])
async def test_an_empty_question_is_refused(tools: Tools, question: str) -> None:
    with pytest.raises(UsageError, match="question is empty"):
        await ask(question, tools=tools)


async def test_an_unknown_collection_is_refused_and_the_known_are_named(tools: Tools) -> None:
    with pytest.raises(UsageError, match=r"no collection 'letters'.*default"):
        await ask(QUESTIONS[0], tools=tools, collection="letters")


async def test_what_was_said_before_can_be_given_with_the_question(tools: Tools) -> None:
    before = list(tools.threads.list())
    said = [Turn(question="When was Kestrel Looms founded?", answer=None, asked_at="")]
    answer = await ask("Who founded it?", tools=tools, history=said)
    assert answer.queries[0].text == "Who founded it? Kestrel Looms"
    assert list(tools.threads.list()) == before


async def test_a_conversation_takes_no_other_history(tools: Tools) -> None:
    said = [Turn(question="When was Kestrel Looms founded?", answer=None, asked_at="")]
    with pytest.raises(UsageError, match="its own history"):
        await ask("Who founded it?", tools=tools, history=said, thread="looms")


async def test_a_conversation_without_a_name_is_refused(tools: Tools) -> None:
    with pytest.raises(UsageError, match="has no name"):
        await ask(QUESTIONS[0], tools=tools, thread="  ")


async def test_a_filter_without_key_is_refused(tools: Tools) -> None:
    with pytest.raises(UsageError, match="filter has no key"):
        await ask(QUESTIONS[0], tools=tools, where={" ": "x"})


@pytest.mark.parametrize("where", [{"title": "mill"}, [("title", "mill"), ("title", "mill")]])
async def test_a_filter_limits_what_is_read(
    tools: Tools, where: dict[str, str] | list[tuple[str, str]]
) -> None:
    found = await ask(QUESTIONS[0], tools=tools, where=where)
    assert {item.passage.title for item in found.evidence} == {"mill"}


async def test_a_filter_that_nothing_fits_is_an_abstention_that_says_so(tools: Tools) -> None:
    found = await ask(QUESTIONS[0], tools=tools, where={"title": "nobody's"})
    assert (found.status, found.evidence) == (Status.ABSTAINED, ())
    assert "within the chosen documents" in (found.reason or "")


async def test_an_empty_library_says_what_to_do(own_library: Library) -> None:
    found = await ask(QUESTIONS[0], tools=local_tools(own_library))
    assert (found.status, found.evidence) == (Status.ABSTAINED, ())
    assert found.reason == "The library is empty: add documents first."


async def test_a_component_that_breaks_fails_the_answer_and_raises_nothing(
    scripted: Callable[..., Tools],
) -> None:
    def break_off(_question: str, _evidence: Sequence[Evidence]) -> Draft:
        raise ModelError("The reader lost its weights.", "Install it again.")

    tools = scripted(script=break_off)
    found = await ask(QUESTIONS[0], tools=tools)
    assert found.status is Status.FAILED
    assert found.reason == "The reader lost its weights. Install it again."
    assert found.question == QUESTIONS[0]
    assert found.run_id
    steps = [event.step async for event in stream(QUESTIONS[0], tools=tools)]
    assert steps == ["rewrite", "search", "rerank", "answer"]


async def test_a_defect_of_our_own_is_not_hidden(scripted: Callable[..., Tools]) -> None:
    def divide(_question: str, _evidence: Sequence[Evidence]) -> Draft:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ask(QUESTIONS[0], tools=scripted(script=divide))


async def test_queries_of_a_rewriter_are_fused_and_the_first_is_what_is_read_for(
    scripted: Callable[..., Tools],
) -> None:
    class TwoQueries:
        def rewrite(self, question: str, history: Sequence[Turn]) -> list[Query]:
            assert not history
            return [Query(text="the mill at Brackwater"), Query(text=question)]

    asked: list[str] = []

    def note(question: str, evidence: Sequence[Evidence]) -> Draft:
        asked.append(question)
        titles = [item.passage.title for item in evidence]
        assert titles[0] == "mill"  # the query that stands alone leads
        assert "The harbour of Tarnholm" in titles
        return Draft()

    tools = replace(scripted(script=note), rewriter=TwoQueries())
    found = await ask("When did the harbour open?", tools=tools)
    places = [(item.passage.document_id, item.passage.start) for item in found.evidence]
    assert len(places) == len(set(places))
    assert asked == ["the mill at Brackwater"]


async def test_closing_the_stream_stops_the_run(scripted: Callable[..., Tools]) -> None:
    read: list[str] = []

    def note(question: str, _evidence: Sequence[Evidence]) -> Draft:
        read.append(question)
        return Draft()

    async with aclosing(stream(QUESTIONS[0], tools=scripted(script=note))) as events:
        async for event in events:
            if event.step == "search":
                break
    await asyncio.sleep(0)
    assert not read


def test_a_question_outside_a_conversation_writes_nothing(
    own_library: Library, fill: Callable[[dict[str, str]], Path]
) -> None:
    fill({"harbour.md": "The harbour of Tarnholm opened in 1921.\n"})
    tools = local_tools(own_library)
    with closing(sqlite3.connect(own_library.folder / "library.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        found = asyncio.run(asyncio.wait_for(ask(QUESTIONS[0], tools=tools), timeout=30))
    assert found.status is Status.ANSWERED


async def test_the_library_may_be_named_by_settings_or_by_the_environment(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_ENCODER__MODEL", "hash")
    monkeypatch.setenv("GROUNDWIRE_ANSWER__READER", "sentences")
    assert "library is empty" in ((await ask("Who?")).reason or "")
    settings = load_settings(home=own_home / "other", folder=own_home)
    assert "library is empty" in ((await ask("Who?", settings=settings)).reason or "")
    assert (own_home / "other" / "library.sqlite").exists()


async def test_the_same_question_has_the_same_answer_to_the_byte(tools: Tools) -> None:
    for question in QUESTIONS:
        first, second = [await ask(question, tools=tools) for _ in range(2)]
        assert comparable(first) == comparable(second)
        assert first.run_id != second.run_id


async def test_another_process_gives_the_same_answers_to_the_byte(
    tools: Tools, library: Library, tmp_path: Path
) -> None:
    here = [comparable(await ask(question, tools=tools)) for question in QUESTIONS]
    for seed in "1", "2":
        there = ask_elsewhere(library, tmp_path, seed)
        assert there == here


async def test_twenty_questions_at_once_have_the_answers_they_have_in_turn(tools: Tools) -> None:
    twenty = QUESTIONS * 2
    in_turn = [comparable(await ask(question, tools=tools)) for question in twenty]
    at_once = await asyncio.gather(*(ask(question, tools=tools) for question in twenty))
    assert [comparable(one) for one in at_once] == in_turn
    assert len({one.run_id for one in at_once}) == len(twenty)


def comparable(found: Answer) -> str:
    data = as_json(found)
    del data["run_id"], data["usage"]["seconds"]
    return json.dumps(data, ensure_ascii=False)


ELSEWHERE = """
import asyncio, json, sys
from pathlib import Path
from groundwire.agents import ask, local_tools
from groundwire.core.settings import load_settings
from groundwire.core.wire import as_json
from groundwire.models import HashEncoder
from groundwire.retrievers import open_library

home = Path(sys.argv[1])
flags = {"answer.reader": "sentences", "answer.threshold": 0}
settings = load_settings(home=home, folder=home, environ={}, flags=flags)
with open_library(settings, encoder=HashEncoder()) as library:
    tools = local_tools(library)
    for question in json.loads(sys.argv[2]):
        data = as_json(asyncio.run(ask(question, tools=tools)))
        del data["run_id"], data["usage"]["seconds"]
        print(json.dumps(json.dumps(data, ensure_ascii=False)))
"""


def ask_elsewhere(library: Library, folder: Path, seed: str) -> list[str]:
    output = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(library.folder), json.dumps(QUESTIONS)],
        check=True,
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed},
    ).stdout
    return [json.loads(line) for line in output.splitlines()]
