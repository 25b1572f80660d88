"""Trying a language model: whether it answers, and which of what it may offer it has."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from groundwire.core.errors import ModelError
from groundwire.core.findings import Message
from groundwire.core.llm_settings import LlmSettings, Role
from groundwire.models.litellm_model import LiteLLMModel, prepare
from groundwire.models.served_models import list_served

ROLES: tuple[Role, ...] = ("chat", "small", "judge")
GREETING = [Message(role="user", text="Say hello.")]
# Asked for an animal, a model names one of these fruits only if it is guided to.
ANIMAL = [Message(role="user", text="Name an animal. Reply as a JSON object with the key name.")]
FRUIT: dict[str, object] = {
    "type": "object",
    "properties": {"name": {"enum": ["pear", "plum"]}},
    "required": ["name"],
    "additionalProperties": False,
}
# Enough for a model that reasons first.
MOST_TOKENS = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """Something that a server may offer; ``without`` says what is turned off where it is not."""

    name: str
    works: bool
    without: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelReport:
    """What came of trying the model that ``roles`` share; ``problem`` is empty if it answers.

    ``served`` are the names that its server lists; ``context`` is the length in tokens that is
    set, and ``context_served`` the one that the server tells, if it does. ``seconds`` is the time
    of the first reply.
    """

    roles: tuple[Role, ...]
    model: str
    base_url: str
    problem: str
    seconds: float
    context: int
    context_served: int | None
    served: tuple[str, ...]
    features: tuple[Feature, ...]


async def probe_models(settings: LlmSettings) -> list[ModelReport]:
    """A report of every model that is configured; each is called a few times, and once a try."""
    shared: dict[Role, list[Role]] = {}
    for role in ROLES:
        if holder := settings.holder(role):
            shared.setdefault(holder, []).append(role)
    return [await _probe(settings, holder, tuple(roles)) for holder, roles in shared.items()]


async def _probe(settings: LlmSettings, holder: Role, roles: tuple[Role, ...]) -> ModelReport:
    chosen = settings.of(holder)
    model = LiteLLMModel(holder, chosen)
    served = await asyncio.to_thread(list_served, chosen)
    await prepare()
    begun, problem = time.perf_counter(), ""
    try:
        await model.complete(GREETING, most_tokens=MOST_TOKENS)
    except ModelError as error:
        problem = str(error)
    seconds = time.perf_counter() - begun
    return ModelReport(
        roles=roles,
        model=chosen.model,
        base_url=chosen.base_url,
        problem=problem,
        seconds=seconds,
        context=chosen.context,
        context_served=served.get(chosen.model),
        served=tuple(served),
        features=() if problem else await _try_features(model),
    )


async def _try_features(model: LiteLLMModel) -> tuple[Feature, ...]:
    async def works(trial: Callable[[LiteLLMModel], Awaitable[bool]]) -> bool:
        try:
            return await trial(model)
        except ModelError:
            return False

    return (
        Feature(
            name="guided output",
            works=await works(_is_guided),
            without="replies are checked all the same, and asked for again more often",
        ),
        Feature(
            name="streaming",
            works=await works(_streams),
            without="an answer is shown when it is whole",
        ),
        Feature(
            name="logprobs",
            works=await works(_tells_logprobs),
            without="passages cannot be ranked by the model",
        ),
    )


async def _is_guided(model: LiteLLMModel) -> bool:
    said = await model.complete(ANIMAL, schema=FRUIT, most_tokens=MOST_TOKENS)
    try:
        found = json.loads(said.text)
    except ValueError:
        return False
    return model.may_be_guided and found in ({"name": "pear"}, {"name": "plum"})


async def _streams(model: LiteLLMModel) -> bool:
    said = await model.stream(GREETING, lambda _: None, most_tokens=MOST_TOKENS)
    return bool(said.text)


async def _tells_logprobs(model: LiteLLMModel) -> bool:
    response = await model.request(GREETING, max_tokens=1, logprobs=True, top_logprobs=5)
    told = getattr(response.choices[0], "logprobs", None) if response.choices else None
    return bool(getattr(told, "content", None))
