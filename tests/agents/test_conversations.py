"""Conversations: they go on, are kept, listed, renamed and deleted."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from groundwire.agents import Tools, ask, local_tools, open_tools
from groundwire.core.errors import ModelError, UsageError
from groundwire.core.schema import Draft, Evidence, Status
from groundwire.core.settings import Settings, load_settings
from groundwire.core.wire import as_json
from groundwire.models import HashEncoder, ScriptedReader
from groundwire.retrievers import Library, add_paths, open_library

QUESTION = "When did the harbour of Tarnholm open?"
TEXTS = {
    "harbour.md": "The harbour of Tarnholm opened in 1921. It has room for 48 boats.\n",
    "looms.txt": "Kestrel Looms makes looms for wool. It was founded in 1952.\n",
}


@pytest.fixture
def tools(own_library: Library, fill: Callable[[dict[str, str]], Path]) -> Tools:
    """An engine over a library of its own, whose clock is a second later at every look."""
    fill(TEXTS)
    ticks: Iterator[int] = count(1_700_000_000)
    return local_tools(own_library, clock=lambda: float(next(ticks)))


async def test_a_follow_up_searches_for_what_the_conversation_is_about(tools: Tools) -> None:
    await ask("What does Kestrel Looms make?", tools=tools, thread="talk")
    found = await ask("And when was it founded?", tools=tools, thread="talk")
    assert [query.text for query in found.queries] == [
        "And when was it founded? Kestrel Looms",
        "And when was it founded?",
    ]
    assert found.evidence[0].passage.title == "looms"
    alone = await ask("And when was it founded?", tools=tools)
    assert [query.text for query in alone.queries] == ["And when was it founded?"]


async def test_conversations_do_not_mix(tools: Tools) -> None:
    await ask("What does Kestrel Looms make?", tools=tools, thread="one")
    found = await ask("When was it founded?", tools=tools, thread="another")
    assert len(found.queries) == 1


async def test_a_conversation_is_kept_across_reopening(tools: Tools, settings: Settings) -> None:
    first = await ask(QUESTION, tools=tools, thread="talk")
    again = load_settings(home=tools.library.folder, folder=settings.home, environ={})
    tools.library.close()
    with open_library(again, encoder=HashEncoder()) as library:
        reopened = local_tools(library)
        (turn,) = reopened.threads.turns("talk")
        assert (turn.question, turn.answer) == (QUESTION, first)
        found = await ask("How many boats has it room for?", tools=reopened, thread="talk")
        assert found.queries[0].text.endswith(" Tarnholm")
        assert len(reopened.threads.turns("talk")) == 2


def test_a_library_that_was_filled_by_adding_alone_holds_conversations(tmp_path: Path) -> None:
    environ = {"GROUNDWIRE_ENCODER__MODEL": "hash", "GROUNDWIRE_ANSWER__READER": "sentences"}
    settings = load_settings(home=tmp_path / "home", folder=tmp_path, environ=environ)
    with open_library(settings) as library:
        list(add_paths(library, []))
    with open_tools(settings) as tools:
        assert tools.threads.list() == []


async def test_the_one_used_last_is_listed_first_under_its_first_question(tools: Tools) -> None:
    assert tools.threads.list() == []
    await ask(QUESTION, tools=tools, thread="a")
    await ask("  What \n do Kestrel Looms make? ", tools=tools, thread="b")
    assert [(one.name, one.title, one.turns) for one in tools.threads.list()] == [
        ("b", "What do Kestrel Looms make?", 1),
        ("a", QUESTION, 1),
    ]
    await ask("Why?", tools=tools, thread="a")
    assert [(one.name, one.turns) for one in tools.threads.list()] == [("a", 2), ("b", 1)]
    assert tools.threads.list()[0].title == QUESTION
    times = [one.updated_at for one in tools.threads.list()]
    assert times == sorted(times, reverse=True)
    assert times[0].startswith("2023-11-14T")


async def test_a_long_question_is_cut_to_a_title(tools: Tools) -> None:
    await ask("harbour " * 1000, tools=tools, thread="long")
    (thread,) = tools.threads.list()
    assert len(thread.title) <= 80
    assert len(tools.threads.turns("long")[0].question) == 8000


async def test_a_conversation_can_be_renamed(tools: Tools) -> None:
    await ask(QUESTION, tools=tools, thread="talk")
    tools.threads.rename("talk", "  The  harbour ")
    await ask("Why?", tools=tools, thread="talk")
    assert [one.title for one in tools.threads.list()] == ["The harbour"]
    with pytest.raises(UsageError, match="needs a title"):
        tools.threads.rename("talk", " \n")
    with pytest.raises(UsageError, match="no conversation 'gone'"):
        tools.threads.rename("gone", "x")


async def test_a_conversation_can_be_deleted_also_twice(tools: Tools) -> None:
    await ask(QUESTION, tools=tools, thread="talk")
    await ask(QUESTION, tools=tools, thread="other")
    for _ in range(2):
        tools.threads.delete("talk")
        assert [one.name for one in tools.threads.list()] == ["other"]
    assert tools.threads.turns("talk") == []
    found = await ask("When was it opened?", tools=tools, thread="talk")
    assert len(found.queries) == 1


async def test_a_question_is_noted_before_it_is_answered(tools: Tools) -> None:
    seen: list[object] = []

    def look(_question: str, _evidence: Sequence[Evidence]) -> Draft:
        seen.extend(tools.threads.turns("talk"))
        return Draft()

    watched = replace(tools, reader=ScriptedReader(look))
    await ask(QUESTION, tools=watched, thread="talk")
    (noted,) = seen
    assert as_json(noted)["question"] == QUESTION
    assert as_json(noted)["answer"] is None


async def test_a_conversation_deleted_meanwhile_stays_deleted(tools: Tools) -> None:
    def delete(_question: str, _evidence: Sequence[Evidence]) -> Draft:
        tools.threads.delete("talk")
        return Draft()

    found = await ask(QUESTION, tools=replace(tools, reader=ScriptedReader(delete)), thread="talk")
    assert found.status is Status.ABSTAINED
    assert tools.threads.list() == []
    assert tools.threads.turns("talk") == []


async def test_a_failed_turn_is_kept_and_the_conversation_goes_on(tools: Tools) -> None:
    def break_off(_question: str, _evidence: Sequence[Evidence]) -> Draft:
        raise ModelError("The reader broke.")

    broken = replace(tools, reader=ScriptedReader(break_off))
    failed = await ask(QUESTION, tools=broken, thread="talk")
    assert tools.threads.turns("talk")[0].answer == failed
    found = await ask(QUESTION, tools=tools, thread="talk")
    assert found.status is Status.ANSWERED
    assert found.run_id != failed.run_id
    assert len(tools.threads.turns("talk")) == 2


async def test_a_refused_question_leaves_no_conversation(tools: Tools) -> None:
    with pytest.raises(UsageError):
        await ask(QUESTION, tools=tools, thread="talk", collection="letters")
    assert tools.threads.list() == []


@pytest.mark.parametrize("name", ["'; drop table turns; --", "a/b\\c", "이름", "x" * 1000])
async def test_any_name_will_do(tools: Tools, name: str) -> None:
    await ask(QUESTION, tools=tools, thread=name)
    assert [one.name for one in tools.threads.list()] == [name]
    tools.threads.delete(name)
    assert tools.threads.list() == []


async def test_what_a_rewriter_is_given_is_short_and_recent(tools: Tools) -> None:
    for number in range(3):
        await ask(f"{QUESTION} {number}", tools=tools, thread="talk")
    tools.threads.begin("talk", "never answered", "run")
    history = tools.threads.history("talk", 2)
    assert [turn.question for turn in history] == [f"{QUESTION} 1", f"{QUESTION} 2"]
    for turn in history:
        assert turn.answer is not None
        assert turn.answer.text
        assert (turn.answer.evidence, turn.answer.sentences) == ((), ())


async def test_questions_at_once_in_one_conversation_are_all_answered_and_kept(
    tools: Tools,
) -> None:
    asked = [f"{QUESTION} {number}" for number in range(6)]
    found = await asyncio.gather(*(ask(one, tools=tools, thread="talk") for one in asked))
    assert [answer.question for answer in found] == asked
    kept = {turn.question: turn.answer for turn in tools.threads.turns("talk")}
    assert kept == {answer.question: answer for answer in found}


async def test_the_same_question_twice_at_once_is_answered_twice(tools: Tools) -> None:
    found = await asyncio.gather(*(ask(QUESTION, tools=tools, thread="talk") for _ in range(3)))
    assert {answer.status for answer in found} == {Status.ANSWERED}
    assert {answer.text for answer in found} == {found[0].text}
    assert all(turn.answer for turn in tools.threads.turns("talk"))


# --- the sample documents ----------------------------------------------------------------------

ROOT = Path(__file__).parents[2]
FACTS = ROOT / "tests" / "samples_facts.json"
SAMPLES = ROOT / "app" / "samples"
QUESTIONS = json.loads(FACTS.read_text(encoding="utf-8"))["questions"]
SAID = [one["turns"] for one in QUESTIONS if one["kind"] == "conversation"]


@pytest.fixture(scope="module")
def sample_tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    """The engine with the encoder that ships, over the documents that ship."""
    home = tmp_path_factory.mktemp("samples")
    with open_tools(load_settings(home=home, folder=home, environ={})) as opened:
        list(add_paths(opened.library, [str(SAMPLES)]))
        yield opened


@pytest.mark.parametrize("turns", SAID, ids=lambda turns: str(turns[1]["question"]))
async def test_the_second_question_of_a_conversation_finds_its_document(
    sample_tools: Tools, turns: list[dict[str, list[str]]]
) -> None:
    first, second = (str(turn["question"]) for turn in turns)
    before = await ask(first, tools=sample_tools, thread=first)
    found = await ask(second, tools=sample_tools, thread=first)
    # An answer leaves words for the second question to take; an abstention may leave none.
    assert len(found.queries) == 2 or not before.sentences
    first_two = {Path(item.passage.source).name for item in found.evidence[:2]}
    assert set(turns[1]["files"]) <= first_two
