"""A language model behind HTTP: what is asked of it, and what each of its failures becomes."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.errors import ModelError
from groundwire.core.findings import Message
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Usage
from groundwire.core.settings import Settings, load_settings
from groundwire.models import load_language_model
from groundwire.models.litellm_model import MOST_TOKENS
from groundwire.models.reply_text import ReplyFilter, strip_reasoning

ASKED = [Message(role="system", text="Be brief."), Message(role="user", text="What is ground?")]
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}}
KEY = "sk-very-secret"
Configure = Callable[..., Settings]


class Sleeper:
    """Notes how long it was to wait, and does not."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture
def configure(llm_server: Any, own_home: Path) -> Configure:
    """Settings that name the server as chat model, without a cache; flags may differ."""

    def load(**flags: object) -> Settings:
        given = {name.replace("__", "."): value for name, value in flags.items()}
        return load_settings(
            home=own_home, environ=llm_server.variables(), flags={"llm.cache": False} | given
        )

    return load


def load(settings: Settings, sleeper: Sleeper | None = None) -> LanguageModel:
    model = load_language_model(settings, "chat", sleep=sleeper or Sleeper())
    assert model is not None
    return model


async def test_it_is_asked_in_the_protocol_of_openai_and_its_usage_counts(
    llm_server: Any, configure: Configure
) -> None:
    settings = configure(llm__chat__price_in=2.0, llm__chat__price_out=10.0)
    said = await load(settings).complete(ASKED, temperature=0.5, seed=3, most_tokens=40)
    assert (said.text, said.cut) == ("Rye.", False)
    assert said.usage == Usage(
        llm_calls=1, prompt_tokens=11, completion_tokens=7, cost_usd=pytest.approx(92e-6)
    )
    (body,) = llm_server.asked
    assert body["model"] == "tiny"
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is ground?"},
    ]
    assert (body["temperature"], body["seed"], body["max_tokens"]) == (0.5, 3, 40)
    assert "response_format" not in body
    assert llm_server.keys == [f"Bearer {KEY}"]


async def test_a_name_with_a_slash_reaches_the_server_whole(
    llm_server: Any, configure: Configure
) -> None:
    await load(configure(llm__chat__model="Qwen/Qwen3-8B")).complete(ASKED)
    await load(configure(llm__chat__model="openai/tiny")).complete(ASKED)
    assert [body["model"] for body in llm_server.asked] == ["Qwen/Qwen3-8B", "tiny"]


@pytest.mark.parametrize(
    ("model", "path"),
    [("anthropic/tiny", "/v1/messages"), ("ollama_chat/tiny", "/api/chat")],
)
async def test_other_protocols_are_spoken_through_the_same_door(
    llm_server: Any, configure: Configure, *, model: str, path: str
) -> None:
    settings = configure(llm__chat__base_url=llm_server.root, llm__chat__model=model)
    said = await load(settings).complete(ASKED, schema=SCHEMA)
    assert said.text == "Rye."
    assert said.usage == Usage(llm_calls=1, prompt_tokens=11, completion_tokens=7)
    assert llm_server.paths == [path]


def test_litellm_is_not_imported_before_the_first_call() -> None:
    code = (
        "import os, sys; from groundwire.core.settings import load_settings;"
        "from groundwire.models import load_language_model;"
        "settings = load_settings(flags={'llm.chat.model': 'openai/tiny'});"
        "assert load_language_model(settings, 'chat').name == 'openai/tiny';"
        "sys.exit('litellm' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_key_of_another_variable_stays_at_home(
    llm_server: Any, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    settings = configure(llm__chat__model="openai/tiny", llm__chat__api_key="")
    await load(settings).complete(ASKED)
    assert "somebody" not in str(llm_server.keys)


async def test_the_environment_stays_as_it_was(configure: Configure) -> None:
    await load(configure()).complete(ASKED)
    assert not {"LITELLM_LOCAL_MODEL_COST_MAP", "LITELLM_MODE"} & set(os.environ)


async def test_a_reply_is_guided_by_the_schema(llm_server: Any, configure: Configure) -> None:
    await load(configure()).complete(ASKED, schema=SCHEMA)
    (body,) = llm_server.asked
    assert body["response_format"]["type"] == "json_schema"
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert body["max_tokens"] == MOST_TOKENS


async def test_a_server_that_refuses_schemas_is_asked_without_and_this_is_remembered(
    llm_server: Any, configure: Configure
) -> None:
    llm_server.play("no guidance")
    sleeper = Sleeper()
    said = await load(configure(), sleeper).complete(ASKED, schema=SCHEMA)
    assert (said.text, said.usage.llm_calls) == ("Rye.", 2)
    assert sleeper.waits == []
    again = await load(configure()).complete(ASKED, schema=SCHEMA)
    assert again.usage.llm_calls == 1
    assert ["response_format" in body for body in llm_server.asked] == [True, False, False]


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        ("401", "llm.chat.api_key (GROUNDWIRE_LLM__CHAT__API_KEY)"),
        ("403", "llm.chat.api_key (GROUNDWIRE_LLM__CHAT__API_KEY)"),
        ("404", "has no model tiny (404). Correct llm.chat.model"),
        ("too long", "too long for tiny: This model's maximum context length is 2048 tokens."),
        ("no such option", "refuses the request (400): temperature must not be negative"),
        ("429 for an hour", "takes no more questions for now (429): slow down."),
    ],
)
async def test_what_cannot_pass_is_told_at_once(
    llm_server: Any, configure: Configure, behaviour: str, told: str
) -> None:
    llm_server.play(behaviour)
    sleeper = Sleeper()
    with pytest.raises(ModelError) as failed:
        await load(configure(), sleeper).complete(ASKED, schema=SCHEMA)
    assert told in str(failed.value)
    assert KEY not in str(failed.value)
    assert (len(llm_server.asked), sleeper.waits) == (1, [])
    assert failed.value.usage == Usage(llm_calls=1)


@pytest.mark.parametrize(
    ("behaviours", "waits"),
    [
        (("429", "ok"), [3.0]),
        (("500", "500", "ok"), [1.0, 4.0]),
        (("truncated", "ok"), [1.0]),
        (("no choices", "ok"), [1.0]),
    ],
)
async def test_what_passes_is_waited_for(
    llm_server: Any, configure: Configure, behaviours: tuple[str, ...], waits: list[float]
) -> None:
    llm_server.play(*behaviours)
    sleeper = Sleeper()
    said = await load(configure(), sleeper).complete(ASKED)
    assert said.text == "Rye."
    assert said.usage.llm_calls == len(llm_server.asked) == len(behaviours)
    assert sleeper.waits == waits


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        ("500", "failed (500): the GPU fell off the bus; the key was ********."),
        ("hang", "did not answer within 0.2 seconds. Raise llm.chat.timeout"),
        ("truncated", "sent a reply that cannot be read."),
        ("not UTF-8", "sent a reply that cannot be read."),
        ("no choices", "sent a reply that cannot be read."),
        ("a page", "sent a reply that cannot be read."),
    ],
)
@pytest.mark.parametrize("model", ["tiny", "openai/tiny"])
async def test_what_does_not_pass_is_given_up_after_three_tries(
    llm_server: Any, configure: Configure, *, model: str, behaviour: str, told: str
) -> None:
    llm_server.play(behaviour)
    sleeper = Sleeper()
    # Long enough for a slow machine, where nothing is to be waited out.
    seconds = 0.2 if behaviour == "hang" else 10
    settings = configure(llm__chat__timeout=seconds, llm__chat__model=model)
    with pytest.raises(ModelError) as failed:
        await load(settings, sleeper).complete(ASKED)
    assert told in str(failed.value)
    assert KEY not in str(failed.value)
    assert failed.value.usage.llm_calls == len(llm_server.asked) == 3
    assert sleeper.waits == [1.0, 4.0]


@pytest.mark.parametrize("model", ["tiny", "openai/tiny"])
async def test_a_server_that_is_not_there_is_named(configure: Configure, model: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    settings = configure(llm__chat__base_url=url, llm__chat__model=model)
    with pytest.raises(ModelError) as failed:
        await load(settings).complete(ASKED)
    assert f"The server {url} cannot be reached" in str(failed.value)
    assert "llm.chat.base_url (GROUNDWIRE_LLM__CHAT__BASE_URL)" in str(failed.value)


async def test_a_model_that_nobody_serves_is_told_without_a_connection(
    configure: Configure,
) -> None:
    settings = configure(llm__chat__base_url="", llm__chat__model="tiny")
    with pytest.raises(ModelError, match=r"Set llm\.chat\.base_url .* or write the model as"):
        await load(settings).complete(ASKED)


async def test_of_several_servers_another_is_asked_next(
    llm_server: Any, configure: Configure
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    model = load(configure(llm__chat__base_url=[gone, llm_server.url]))
    replies = [await model.complete(ASKED) for _ in range(4)]
    assert {reply.text for reply in replies} == {"Rye."}
    assert len(llm_server.asked) == 4


@pytest.mark.parametrize(
    "text",
    [
        "<think>What is it?</think>\n\nRye.",
        "<thinking>\nRye or oats?\n</thinking>Rye.",
        "Let me see.</think>Rye.",
        "Rye.",
    ],
)
async def test_reasoning_is_no_part_of_the_reply(
    llm_server: Any, configure: Configure, text: str
) -> None:
    llm_server.text = text
    assert (await load(configure()).complete(ASKED)).text == "Rye."


def test_reasoning_that_never_ends_leaves_nothing_and_a_quoted_tag_stays() -> None:
    assert strip_reasoning("<think>Hm. Hm. Hm.") == ""
    assert strip_reasoning("Write <think>.") == "Write <think>."


@pytest.mark.parametrize("text", ["", "<think>Hm. Hm. Hm."])
async def test_an_empty_reply_is_a_failure_and_costs(
    llm_server: Any, configure: Configure, text: str
) -> None:
    llm_server.text = text
    with pytest.raises(ModelError, match="replied nothing") as failed:
        await load(configure()).complete(ASKED)
    assert failed.value.usage.completion_tokens == 7


async def test_endless_output_is_cut(llm_server: Any, configure: Configure) -> None:
    llm_server.text = "rye " * 2_500_000
    said = await load(configure()).complete(ASKED, most_tokens=100)
    assert said.cut
    assert len(said.text) <= 100 * 16


async def test_tokens_are_estimated_where_nobody_counts_them(
    llm_server: Any, configure: Configure
) -> None:
    llm_server.play("no usage")
    usage = (await load(configure()).complete(ASKED)).usage
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens > 0


async def test_a_prompt_leaves_room_for_the_reply_in_the_context(
    llm_server: Any, configure: Configure
) -> None:
    long = [Message(role="user", text="rye " * 600)]
    await load(configure(llm__chat__context=1500)).complete(long)
    assert 256 <= llm_server.asked[0]["max_tokens"] < 800


async def test_roles_fall_back_to_chat_and_none_is_loaded_where_none_is_set(
    llm_server: Any, own_home: Path
) -> None:
    environ = llm_server.variables() | {"GROUNDWIRE_LLM__JUDGE__MODEL": "big"}
    settings = load_settings(home=own_home, environ=environ)
    small, judge = (load_language_model(settings, role) for role in ("small", "judge"))
    assert small is not None
    assert judge is not None
    assert (small.name, judge.name) == ("tiny", "big")
    none = load_settings(home=own_home, environ={})
    assert load_language_model(none, "chat") is None
    assert llm_server.asked == []


async def test_a_json_reply_is_given_as_it_is(llm_server: Any, configure: Configure) -> None:
    llm_server.text = json.dumps({"name": "<b>Rye</b>"})
    assert (await load(configure()).complete(ASKED, schema=SCHEMA)).text == llm_server.text


async def test_half_a_sign_in_a_reply_is_no_reason_to_lose_it(
    llm_server: Any, configure: Configure
) -> None:
    llm_server.text = "Rye \ud83d here."
    assert (await load(configure()).complete(ASKED)).text == "Rye ? here."


async def test_a_stream_gives_each_piece_as_it_comes_and_the_whole_at_the_end(
    llm_server: Any, configure: Configure
) -> None:
    llm_server.text = "<think>Hm. Rye?</think> Rye is ground here."
    pieces: list[str] = []
    said = await load(configure()).stream(ASKED, pieces.append, schema=SCHEMA, most_tokens=40)
    assert pieces == ["Rye ", "is ", "ground ", "here."]
    assert (said.text, said.cut) == ("Rye is ground here.", False)
    assert said.usage == Usage(llm_calls=1, prompt_tokens=11, completion_tokens=7)
    (body,) = llm_server.asked
    assert body["max_tokens"] == 40
    assert "response_format" in body


@pytest.mark.parametrize(
    "behaviour",
    ["cut", "hang in mid-stream", "error in mid-stream", "half a line", "not UTF-8 in mid-stream"],
)
@pytest.mark.parametrize("model", ["tiny", "openai/tiny"])
async def test_what_came_before_a_stream_broke_is_a_reply_that_was_cut(
    llm_server: Any, configure: Configure, *, model: str, behaviour: str
) -> None:
    llm_server.text = "Rye is ground here."
    llm_server.play(behaviour)
    pieces: list[str] = []
    seconds = 1 if behaviour == "hang in mid-stream" else 10
    settings = configure(llm__chat__timeout=seconds, llm__chat__model=model)
    said = await load(settings).stream(ASKED, pieces.append)
    assert "".join(pieces).strip() == said.text == "Rye is"
    assert said.cut
    assert said.usage.llm_calls == len(llm_server.asked) == 1
    assert said.usage.completion_tokens > 0


@pytest.mark.parametrize(("behaviours", "calls"), [(("500", "ok"), 2), (("no guidance",), 2)])
async def test_a_stream_that_does_not_begin_is_tried_again(
    llm_server: Any, configure: Configure, behaviours: tuple[str, ...], calls: int
) -> None:
    llm_server.play(*behaviours)
    pieces: list[str] = []
    said = await load(configure()).stream(ASKED, pieces.append, schema=SCHEMA)
    assert pieces == ["Rye."]
    assert said.usage.llm_calls == len(llm_server.asked) == calls


async def test_an_endless_stream_is_left(llm_server: Any, configure: Configure) -> None:
    llm_server.text = "rye " * 50_000
    said = await load(configure()).stream(ASKED, lambda _: None, most_tokens=20)
    assert said.cut
    assert len(said.text) <= 20 * 16


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["<th", "ink>a</thi", "nk>\n", "\nRye", " is"], ["", "", "", "Rye", " is"]),
        (["<", "b>Rye"], ["", "<b>Rye"]),
        (["", " \n", "Rye"], ["", "", "Rye"]),
    ],
)
def test_reasoning_is_kept_out_of_a_stream(pieces: list[str], shown: list[str]) -> None:
    replies = ReplyFilter()
    assert [replies.feed(piece) for piece in pieces] == shown


async def test_many_are_asked_at_once(llm_server: Any, configure: Configure) -> None:
    model = load(configure())
    replies = await asyncio.gather(*(model.complete(ASKED) for _ in range(32)))
    assert [reply.usage.llm_calls for reply in replies] == [1] * 32
    assert len(llm_server.asked) == 32


async def test_a_call_ends_with_who_made_it(llm_server: Any, configure: Configure) -> None:
    llm_server.play("hang")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await load(configure()).complete(ASKED)
    llm_server.play("ok")
    assert (await load(configure()).complete(ASKED)).text == "Rye."
