"""A run costs no more than it may: what is left bounds every call, and nothing goes out without."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from groundwire.core.errors import BudgetSpent, ModelError
from groundwire.core.findings import Completion, Message
from groundwire.core.llm_settings import RoleSettings
from groundwire.core.schema import Usage
from groundwire.core.settings import LimitSettings, load_settings
from groundwire.models import Budget, ScriptedLanguageModel, load_language_model
from groundwire.models.budget import BudgetedModel
from groundwire.models.reply_text import count_tokens

ASKED = [Message(role="user", text="What is ground?")]
FREE = RoleSettings(model="scripted")


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class BoundedModel:
    """Writes every token that it may, and notes how many these were."""

    name = "bounded"

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.bounds: list[int | None] = []

    async def complete(
        self, messages: Any, *, most_tokens: int | None = None, **_: object
    ) -> Completion:
        self.bounds.append(most_tokens)
        await asyncio.sleep(self.seconds)
        prompt = count_tokens(messages)
        usage = Usage(llm_calls=1, prompt_tokens=prompt, completion_tokens=most_tokens or 0)
        return Completion(text="rye", usage=usage)

    async def stream(
        self, messages: Any, on_text: Callable[[str], None], **call: Any
    ) -> Completion:
        said = await self.complete(messages, **call)
        on_text(said.text)
        return said


async def test_without_limits_nothing_is_refused() -> None:
    model = BoundedModel()
    budgeted = BudgetedModel(model, Budget(LimitSettings()), FREE)
    for _ in range(3):
        await budgeted.complete(ASKED, most_tokens=500)
    assert model.bounds == [500, 500, 500]


async def test_calls_are_counted_and_the_next_is_not_sent() -> None:
    scripted = ScriptedLanguageModel(["one", ModelError("away", usage=Usage(llm_calls=1)), "three"])
    model = BudgetedModel(scripted, Budget(LimitSettings(llm_calls=2)), FREE)
    await model.complete(ASKED)
    with pytest.raises(ModelError, match="away"):
        await model.complete(ASKED)
    with pytest.raises(BudgetSpent, match=r"All 2 of limits\.llm_calls are used"):
        await model.complete(ASKED)
    assert len(scripted.asked) == 2


async def test_tokens_left_bound_the_reply() -> None:
    model = BoundedModel()
    budgeted = BudgetedModel(model, Budget(LimitSettings(tokens=300)), FREE)
    prompt = count_tokens(ASKED)
    await budgeted.complete(ASKED, most_tokens=200)
    await budgeted.complete(ASKED, most_tokens=200)
    assert model.bounds == [200, 300 - 200 - 2 * prompt]
    with pytest.raises(BudgetSpent, match=r"limits\.tokens"):
        await budgeted.complete(ASKED, most_tokens=200)


async def test_money_left_buys_the_reply() -> None:
    prices = RoleSettings(model="scripted", price_in=10.0, price_out=100.0)
    prompt = count_tokens(ASKED)
    model = BoundedModel()
    money = (prompt * 10 + 50 * 100) / 1_000_000
    await BudgetedModel(model, Budget(LimitSettings(money=money)), prices).complete(ASKED)
    assert model.bounds[0] in {49, 50}
    poor = BudgetedModel(model, Budget(LimitSettings(money=prompt * 10 / 1_000_000)), prices)
    with pytest.raises(BudgetSpent, match=r"limits\.money"):
        await poor.complete(ASKED)
    assert len(model.bounds) == 1


async def test_seconds_that_are_over_stop_the_next_call_and_the_one_that_runs() -> None:
    clock = Clock()
    budget = Budget(LimitSettings(seconds=5), clock=clock)
    clock.now += 4.99
    model = BoundedModel(seconds=60)
    with pytest.raises(BudgetSpent, match="before the model replied") as stopped:
        await BudgetedModel(model, budget, FREE).complete(ASKED)
    assert stopped.value.usage.llm_calls == 1
    clock.now += 1
    with pytest.raises(BudgetSpent, match=r"5 s of limits\.seconds are over"):
        await BudgetedModel(model, budget, FREE).complete(ASKED)
    assert len(model.bounds) == 1


async def test_a_stream_is_held_to_the_same_budget() -> None:
    model, pieces = BoundedModel(), list[str]()
    budgeted = BudgetedModel(model, Budget(LimitSettings(llm_calls=1)), FREE)
    await budgeted.stream(ASKED, pieces.append, most_tokens=50)
    with pytest.raises(BudgetSpent):
        await budgeted.stream(ASKED, pieces.append, most_tokens=50)
    assert (pieces, model.bounds) == (["rye"], [50])


async def test_calls_at_once_share_what_there_is() -> None:
    model = BoundedModel(seconds=0.01)
    budgeted = BudgetedModel(model, Budget(LimitSettings(llm_calls=3, tokens=10_000)), FREE)
    calls = (budgeted.complete(ASKED, most_tokens=100) for _ in range(8))
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(one, BudgetSpent) for one in done) == 5
    assert len(model.bounds) == 3


async def test_tries_of_one_call_count_each(llm_server: Any) -> None:
    llm_server.play("500")
    settings = load_settings(
        environ=llm_server.variables(), flags={"limits.llm_calls": 2, "llm.cache": False}
    )
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    model = load_language_model(settings, "chat", budget=Budget(settings.limits), sleep=note)
    assert model is not None
    with pytest.raises(BudgetSpent) as spent:
        await model.complete(ASKED)
    assert spent.value.usage.llm_calls == len(llm_server.asked) == 2
    assert len(waits) == 2


async def test_no_wait_is_begun_that_outlasts_the_run(llm_server: Any) -> None:
    llm_server.play("429")  # which asks for 3 seconds
    flags = {"limits.seconds": 2, "llm.cache": False}
    settings = load_settings(environ=llm_server.variables(), flags=flags)
    clock = Clock()
    model = load_language_model(settings, "chat", budget=Budget(settings.limits, clock=clock))
    assert model is not None
    with pytest.raises(ModelError, match="429"):
        await model.complete(ASKED)
    assert len(llm_server.asked) == 1
