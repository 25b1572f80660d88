"""What a run may cost: checked before every call, and no call may cost more than what is left."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from groundwire.core.errors import BudgetSpent, ModelError
from groundwire.core.findings import Completion, Message
from groundwire.core.llm_settings import RoleSettings
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Usage
from groundwire.core.settings import LimitSettings
from groundwire.core.usage import add_usage
from groundwire.models.litellm_model import MOST_TOKENS
from groundwire.models.reply_text import count_tokens

# A call that may write less than this is not worth making.
LEAST_TOKENS = 16
ADVICE = "Raise it, or set it to 0 for no limit."


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What one call may take: ``held`` is the most that it can cost, kept until it is settled.

    ``seconds`` is None where they have no limit.
    """

    seconds: float | None
    most_tokens: int
    held: Usage


class Budget:
    """Seconds, calls, tokens and money of one run, which begins when this is made.

    ``clock`` gives seconds. Calls that run at once share it: none may take what another may.
    """

    def __init__(
        self, limits: LimitSettings, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._begun = clock()
        self._lock = Lock()
        self._taken = Usage()

    def seconds_left(self) -> float:
        """Seconds until the run must end; infinite without a limit."""
        whole = self._limits.seconds
        return whole - (self._clock() - self._begun) if whole else math.inf

    def allow(self, prompt: int, most_tokens: int, prices: RoleSettings) -> Allowance:
        """What a call with about ``prompt`` tokens may take, at most ``most_tokens`` to write.

        Raises BudgetSpent, naming the limit, when there is not enough for one.
        """
        seconds = self.seconds_left()
        if seconds <= 0:
            raise BudgetSpent(f"The {self._limits.seconds:g} s of limits.seconds are over.", ADVICE)
        with self._lock:
            most = self._most(prompt, most_tokens, prices)
            held = _usage(prompt, most, prices)
            self._taken = add_usage(self._taken, held)
        return Allowance(
            seconds=None if seconds == math.inf else seconds, most_tokens=most, held=held
        )

    def settle(self, allowance: Allowance, usage: Usage) -> None:
        """Count what a call cost in place of the most that it could."""
        with self._lock:
            self._taken = add_usage(self._taken, _less(usage, allowance.held))

    def _most(self, prompt: int, most: int, prices: RoleSettings) -> int:
        taken, limits = self._taken, self._limits
        if limits.llm_calls and taken.llm_calls >= limits.llm_calls:
            raise BudgetSpent(f"All {limits.llm_calls} of limits.llm_calls are used.", ADVICE)
        if limits.tokens:
            used = taken.prompt_tokens + taken.completion_tokens + prompt
            most = min(most, limits.tokens - used)
            _check(most, f"The {limits.tokens:,} tokens of limits.tokens")
        if limits.money:
            left = limits.money - taken.cost_usd - _cost(prompt, 0, prices)
            bought = left * 1_000_000 / prices.price_out if prices.price_out else math.inf
            most = int(min(most, bought)) if left > 0 else 0
            _check(most, f"The {limits.money:g} USD of limits.money")
        return most


class BudgetedModel:
    """``model``, whose prices are those of ``prices``, held to ``budget`` in every call."""

    def __init__(self, model: LanguageModel, budget: Budget, prices: RoleSettings) -> None:
        self._model = model
        self._budget = budget
        self._prices = prices

    @property
    def name(self) -> str:
        """That of the model."""
        return self._model.name

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float = 0.0,
        seed: int | None = None,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """The model's reply within what is left; BudgetSpent, and nothing sent, where none is."""

        def call(most: int) -> Awaitable[Completion]:
            return self._model.complete(
                messages, temperature=temperature, seed=seed, schema=schema, most_tokens=most
            )

        return await self._within(messages, most_tokens, call)

    async def stream(
        self,
        messages: Sequence[Message],
        on_text: Callable[[str], None],
        *,
        temperature: float = 0.0,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """As ``complete``, with each piece given to ``on_text`` as it comes."""

        def call(most: int) -> Awaitable[Completion]:
            return self._model.stream(
                messages, on_text, temperature=temperature, schema=schema, most_tokens=most
            )

        return await self._within(messages, most_tokens, call)

    async def _within(
        self,
        messages: Sequence[Message],
        most_tokens: int | None,
        call: Callable[[int], Awaitable[Completion]],
    ) -> Completion:
        prompt = count_tokens(messages)
        allowance = self._budget.allow(prompt, most_tokens or MOST_TOKENS, self._prices)
        # Of a call that is broken off nobody tells the cost: the most it could be is counted.
        usage = allowance.held
        try:
            async with asyncio.timeout(allowance.seconds):
                said = await call(allowance.most_tokens)
            usage = said.usage
        except ModelError as error:
            usage = error.usage
            raise
        except TimeoutError as error:
            raise BudgetSpent(
                "The seconds of limits.seconds were over before the model replied.",
                ADVICE,
                usage=usage,
            ) from error
        finally:
            self._budget.settle(allowance, usage)
        return said


def _check(most: int, limit: str) -> None:
    if most < LEAST_TOKENS:
        raise BudgetSpent(f"{limit} do not suffice for another call.", ADVICE)


def _usage(prompt: int, written: int, prices: RoleSettings) -> Usage:
    return Usage(
        llm_calls=1,
        prompt_tokens=prompt,
        completion_tokens=written,
        cost_usd=_cost(prompt, written, prices),
    )


def _cost(prompt: int, written: int, prices: RoleSettings) -> float:
    return (prompt * prices.price_in + written * prices.price_out) / 1_000_000


def _less(first: Usage, second: Usage) -> Usage:
    return Usage(
        llm_calls=first.llm_calls - second.llm_calls,
        prompt_tokens=first.prompt_tokens - second.prompt_tokens,
        completion_tokens=first.completion_tokens - second.completion_tokens,
        cost_usd=first.cost_usd - second.cost_usd,
    )
