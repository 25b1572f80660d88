from __future__ import annotations

import pytest

from groundwire.core.errors import ModelError
from groundwire.core.findings import Message
from groundwire.core.protocols import LanguageModel
from groundwire.models import ScriptedLanguageModel

HELLO = [Message(role="system", text="Be brief."), Message(role="user", text="Hello there")]


async def test_it_replies_in_turn_and_notes_what_it_was_asked() -> None:
    model = ScriptedLanguageModel(["one", "two and three"], name="parrot")
    kept: LanguageModel = model
    first = await kept.complete(HELLO)
    second = await kept.complete(HELLO[1:], temperature=0.7, seed=3)
    assert [first.text, second.text] == ["one", "two and three"]
    assert model.name == "parrot"
    assert model.asked == [tuple(HELLO), tuple(HELLO[1:])]
    assert model.seeds == [None, 3]
    assert (first.usage.llm_calls, first.usage.prompt_tokens) == (1, 4)
    assert (second.usage.prompt_tokens, second.usage.completion_tokens) == (2, 3)


async def test_a_function_sees_the_messages() -> None:
    model = ScriptedLanguageModel(lambda messages: messages[-1].text.upper())
    assert (await model.complete(HELLO)).text == "HELLO THERE"


async def test_it_fails_where_the_script_does() -> None:
    model = ScriptedLanguageModel([ModelError("The server is away."), "back again"])
    with pytest.raises(ModelError, match="away"):
        await model.complete(HELLO)
    assert (await model.complete(HELLO)).text == "back again"
    with pytest.raises(ModelError, match="no reply left"):
        await model.complete(HELLO)
