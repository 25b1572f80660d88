"""Calling a language model again where that may help, and only there."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from groundwire.core.errors import ModelError
from groundwire.core.findings import Completion, Message
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Usage
from groundwire.core.usage import add_usage
from groundwire.models.call_failures import CallMayPass, GuidanceRefused

# Seconds before the second and the third try, where the server does not say how long.
WAITS = (1.0, 4.0)
# A server that asks for more patience than this is taken to be away.
LONGEST_WAIT = 30.0
Schema = Mapping[str, object] | None


class RetryingModel:
    """``model``, asked up to twice more when it fails for a reason that may pass.

    A wait that is longer than what ``seconds_left`` gives is not begun. The usage of a reply, and
    of the last error, is that of all tries.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        seconds_left: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self._model = model
        self._sleep = sleep
        self._seconds_left = seconds_left

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
        """The model's first reply; the last try's ModelError when there is none."""

        def call(schema: Schema) -> Awaitable[Completion]:
            return self._model.complete(
                messages,
                temperature=temperature,
                seed=seed,
                schema=schema,
                most_tokens=most_tokens,
            )

        return await self._until_it_replies(call, schema)

    async def stream(
        self,
        messages: Sequence[Message],
        on_text: Callable[[str], None],
        *,
        temperature: float = 0.0,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """As ``complete``; a stream that broke when ``on_text`` had a piece is a reply, cut."""

        def call(schema: Schema) -> Awaitable[Completion]:
            return self._model.stream(
                messages,
                on_text,
                temperature=temperature,
                schema=schema,
                most_tokens=most_tokens,
            )

        return await self._until_it_replies(call, schema)

    async def _until_it_replies(
        self, call: Callable[[Schema], Awaitable[Completion]], schema: Schema
    ) -> Completion:
        usage, waits = Usage(), list(WAITS)
        while True:
            try:
                said = await call(schema)
                return replace(said, usage=add_usage(usage, said.usage))
            except ModelError as error:
                usage = error.usage = add_usage(usage, error.usage)
                if isinstance(error, GuidanceRefused) and schema is not None:
                    schema = None
                    continue
                wait = _wait_after(error, waits)
                if wait is None or wait >= self._seconds_left():
                    raise
            await self._sleep(wait)


def _wait_after(error: ModelError, waits: list[float]) -> float | None:
    """Seconds to wait before the next try, which is taken from ``waits``; None: there is none."""
    if not isinstance(error, CallMayPass) or not waits:
        return None
    usual = waits.pop(0)
    wait = usual if error.retry_after is None else error.retry_after
    return wait if wait <= LONGEST_WAIT else None
