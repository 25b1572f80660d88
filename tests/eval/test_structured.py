from __future__ import annotations

import pytest
from pydantic import BaseModel

from groundwire.core.errors import ModelError
from groundwire.eval.structured import Sampling, ask_for, run_to_end
from groundwire.models import ScriptedLanguageModel


class Fruit(BaseModel):
    name: str
    count: int


GOOD = '{"name": "pear", "count": 3}'


@pytest.mark.parametrize("reply", [GOOD, f"Sure!\n```json\n{GOOD}\n```", f" {GOOD} Anything else?"])
async def test_an_object_is_found_in_what_surrounds_it(reply: str) -> None:
    found = await ask_for(Fruit, ScriptedLanguageModel([reply]), text="Fruit?")
    assert found.value == Fruit(name="pear", count=3)
    assert found.problem == ""


async def test_a_broken_reply_is_asked_for_again_with_the_reason() -> None:
    model = ScriptedLanguageModel(['{"name": "pear", "count": "many"}', GOOD])
    found = await ask_for(Fruit, model, text="Fruit?", sampling=Sampling(seed=7))
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
    found = await ask_for(Fruit, model, text="Fruit?")
    assert found.value is None
    assert "wrong form" in found.problem
    assert found.usage.llm_calls == 2


async def test_a_model_that_fails_is_not_asked_again_and_what_it_cost_counts() -> None:
    model = ScriptedLanguageModel(["?", ModelError("The server is away.")])
    found = await ask_for(Fruit, model, text="Fruit?")
    assert found.value is None
    assert found.problem == "The server is away."
    assert found.usage.llm_calls == 1


async def _double(number: int) -> int:
    return 2 * number


def test_work_is_waited_for_where_no_loop_runs() -> None:
    assert run_to_end(_double(4)) == 8


async def test_work_is_waited_for_where_a_loop_runs() -> None:
    assert run_to_end(_double(4)) == 8
