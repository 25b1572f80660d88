"""Kept replies: the same question costs one call, and anything that differs costs its own."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.findings import Completion, Message
from groundwire.core.schema import Usage
from groundwire.models import ScriptedLanguageModel
from groundwire.models.reply_cache import FILE_NAME, CachedModel, ReplyCache

ASKED = [Message(role="user", text="What is ground?")]
ONCE: dict[str, Any] = {"temperature": 0.0, "seed": 1, "schema": {"type": "object"}}


def counting(name: str = "scripted") -> ScriptedLanguageModel:
    model = ScriptedLanguageModel(lambda _: f'{{"reply": {len(model.asked)}}}', name=name)
    return model


async def test_the_same_question_is_asked_once_and_then_costs_nothing(tmp_path: Path) -> None:
    model = counting()
    first = await CachedModel(model, ReplyCache(tmp_path), server="").complete(ASKED, **ONCE)
    again = await CachedModel(model, ReplyCache(tmp_path), server="").complete(ASKED, **ONCE)
    assert (first.text, again.text) == ('{"reply": 1}', '{"reply": 1}')
    assert first.usage.llm_calls == 1
    assert again.usage == Usage(cached_calls=1)
    assert len(model.asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"schema": None},
        {"schema": {"type": "array"}},
        {"most_tokens": 7},
        {"messages": [Message(role="system", text="What is ground?")]},
    ],
)
async def test_what_may_change_the_reply_is_another_question(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    model = counting()
    cached = CachedModel(model, ReplyCache(tmp_path), server="")
    await cached.complete(ASKED, **ONCE)
    asked = {"messages": ASKED} | ONCE | other
    assert (await cached.complete(**asked)).text == '{"reply": 2}'


@pytest.mark.parametrize(("name", "server"), [("other", "a"), ("scripted", "b")])
async def test_so_is_another_model_or_server(tmp_path: Path, name: str, server: str) -> None:
    cache, model = ReplyCache(tmp_path), counting(name)
    await CachedModel(counting(), cache, server="a").complete(ASKED)
    await CachedModel(model, cache, server=server).complete(ASKED)
    assert len(model.asked) == 1


async def test_above_temperature_0_nothing_is_kept(tmp_path: Path) -> None:
    model, path = counting(), tmp_path / FILE_NAME
    cached = CachedModel(model, ReplyCache(tmp_path), server="")
    replies = [await cached.complete(ASKED, temperature=0.7, seed=1) for _ in range(2)]
    assert [reply.text for reply in replies] == ['{"reply": 1}', '{"reply": 2}']
    assert not await asyncio.to_thread(path.exists)


async def test_a_reply_that_was_cut_is_not_kept(tmp_path: Path) -> None:
    class Cut:
        name = "cut"

        async def complete(self, *_: object, **__: object) -> Completion:
            return Completion(text="half a", usage=Usage(llm_calls=1), cut=True)

        stream = complete

    cached = CachedModel(Cut(), ReplyCache(tmp_path), server="")
    replies = [await cached.complete(ASKED) for _ in range(2)]
    assert [reply.usage.llm_calls for reply in replies] == [1, 1]


async def test_what_is_no_json_where_a_schema_asks_for_it_is_asked_for_again(
    tmp_path: Path,
) -> None:
    model = ScriptedLanguageModel(["no idea", 'Here: {"n": 1}', "never asked for"])
    cached = CachedModel(model, ReplyCache(tmp_path), server="")
    replies = [(await cached.complete(ASKED, **ONCE)).text for _ in range(3)]
    assert replies == ["no idea", 'Here: {"n": 1}', 'Here: {"n": 1}']


async def test_a_home_that_cannot_be_made_costs_no_reply(tmp_path: Path) -> None:
    await asyncio.to_thread((tmp_path / "file").write_text, "")
    cached = CachedModel(counting(), ReplyCache(tmp_path / "file" / "home"), server="")
    replies = [(await cached.complete(ASKED)).text for _ in range(2)]
    assert replies == ['{"reply": 1}', '{"reply": 2}']


async def test_a_stream_and_a_whole_reply_share_what_is_kept(tmp_path: Path) -> None:
    model, pieces = counting(), list[str]()
    cached = CachedModel(model, ReplyCache(tmp_path), server="")
    first = await cached.stream(ASKED, pieces.append)
    assert pieces == ['{"reply": ', "1}"]
    assert (await cached.complete(ASKED)).text == first.text
    again = await cached.stream(ASKED, pieces.append)
    assert pieces == ['{"reply": ', "1}", '{"reply": 1}']
    assert again.usage == Usage(cached_calls=1)


@pytest.mark.parametrize("damage", [b"no database at all " * 50, None])
async def test_a_damaged_file_is_moved_aside_and_said(tmp_path: Path, damage: bytes | None) -> None:
    said: list[str] = []
    cached = CachedModel(counting(), ReplyCache(tmp_path, say=said.append), server="")
    await cached.complete(ASKED)
    path = tmp_path / FILE_NAME
    content = path.read_bytes()
    path.write_bytes(damage or content[:100] + b"\xff" * (len(content) - 100))
    assert (await cached.complete(ASKED)).text == '{"reply": 2}'
    assert (await cached.complete(ASKED)).text == '{"reply": 2}'
    (told,) = said
    assert str(path.with_suffix(".damaged")) in told
    assert path.with_suffix(".damaged").exists()


async def test_a_file_that_another_process_holds_is_waited_for_or_done_without(
    tmp_path: Path,
) -> None:
    model = counting()
    cached = CachedModel(model, ReplyCache(tmp_path, lock_seconds=0.05), server="")
    await cached.complete([Message(role="user", text="something else")])
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert (await cached.complete(ASKED)).text == '{"reply": 2}'
    assert (await cached.complete(ASKED)).text == '{"reply": 3}'
    assert (await cached.complete(ASKED)).text == '{"reply": 3}'


WRITER = """
import sys
from pathlib import Path
from groundwire.models.reply_cache import ReplyCache
cache = ReplyCache(Path(sys.argv[1]))
for number in range(20):
    cache.put(f"{sys.argv[2]} {number}", "reply")
"""


def test_processes_share_the_file(tmp_path: Path) -> None:
    commands = ([sys.executable, "-c", WRITER, str(tmp_path), name] for name in "ab")
    writers = [subprocess.Popen(command) for command in commands]
    assert [writer.wait() for writer in writers] == [0, 0]
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        assert file.execute("SELECT count(*) FROM replies").fetchone() == (40,)
