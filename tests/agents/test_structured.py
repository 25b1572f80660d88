from __future__ import annotations

import pytest
from pydantic import BaseModel, Field

from groundwire.agents.structured import Sampling, ask_model, bound_schema, run_to_end
from groundwire.core.errors import ModelError
from groundwire.core.schema import Usage
from groundwire.models import ScriptedLanguageModel


class Fruit(BaseModel):
    name: str
    count: int


GOOD = '{"name": "pear", "count": 3}'


@pytest.mark.parametrize("reply", [GOOD, f"Sure!\n```json\n{GOOD}\n```", f" {GOOD} Anything else?"])
async def test_an_object_is_found_in_what_surrounds_it(reply: str) -> None:
    found = await ask_model(Fruit, ScriptedLanguageModel([reply]), text="Fruit?")
    assert found.value == Fruit(name="pear", count=3)
    assert found.problem == ""


async def test_a_broken_reply_is_asked_for_again_with_the_reason() -> None:
    model = ScriptedLanguageModel(['{"name": "pear", "count": "many"}', GOOD])
    found = await ask_model(Fruit, model, text="Fruit?", sampling=Sampling(seed=7))
    assert found.value == Fruit(name="pear", count=3)
    assert found.usage.llm_calls == 2
    first, again = model.asked
    assert [message.role for message in again] == ["user", "assistant", "user"]
    assert again[0] == first[0]
    assert "count" in again[2].text
    assert "integer" in again[2].text
    assert model.seeds == [7, 7]


@pytest.mark.parametrize("broken", ["", "I cannot.", "{", "[1]", '{"name": "pear"}'])
async def test_after_two_broken_replies_there_is_none(broken: str) -> None:
    model = ScriptedLanguageModel([broken, broken, GOOD])
    found = await ask_model(Fruit, model, text="Fruit?")
    assert found.value is None
    assert "wrong form" in found.problem
    assert found.usage.llm_calls == 2


async def test_a_model_that_fails_is_not_asked_again_and_what_it_cost_counts() -> None:
    model = ScriptedLanguageModel(["?", ModelError("The server is away.")])
    found = await ask_model(Fruit, model, text="Fruit?")
    assert found.value is None
    assert found.problem == "The server is away."
    assert found.usage.llm_calls == 1


async def _double(number: int) -> int:
    return 2 * number


def test_work_is_waited_for_where_no_loop_runs() -> None:
    assert run_to_end(_double(4)) == 8


async def test_work_is_waited_for_where_a_loop_runs() -> None:
    assert run_to_end(_double(4)) == 8


class Basket(BaseModel):
    fruits: list[Fruit] = Field(max_length=3)
    notes: list[str]


async def test_the_model_is_guided_by_the_form_with_every_length_bounded() -> None:
    model = ScriptedLanguageModel(['{"fruits": [], "notes": []}'])
    await ask_model(Basket, model, text="Basket?")
    schema = bound_schema(Basket.model_json_schema())
    assert model.schemas == [schema]
    assert schema["properties"]["fruits"]["maxItems"] == 3
    assert schema["properties"]["notes"]["maxItems"] > 0
    assert schema["properties"]["notes"]["items"]["maxLength"] > 0
    assert schema["$defs"]["Fruit"]["properties"]["name"]["maxLength"] > 0


async def test_what_a_failure_cost_counts() -> None:
    away = ModelError("The server is away.", usage=Usage(llm_calls=3))
    found = await ask_model(Fruit, ScriptedLanguageModel(["?", away]), text="Fruit?")
    assert found.usage.llm_calls == 4
