"""The one door to LiteLLM: one request to one model, and what its reply cost.

LiteLLM is imported with the first request, and asked for no price list and no ``.env`` file.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from types import ModuleType
from typing import Any

from groundwire.core.errors import ModelError
from groundwire.core.findings import Completion, Message
from groundwire.core.llm_settings import Role, RoleSettings
from groundwire.core.schema import Usage
from groundwire.core.text import without_halves
from groundwire.models.call_failures import (
    GuidanceRefused,
    Refusal,
    explain_refusal,
    unreadable,
)
from groundwire.models.raw_reply import RawReply, gather_pieces
from groundwire.models.reply_text import (
    count_tokens,
    estimate_tokens,
    strip_reasoning,
)
from groundwire.models.request_loop import in_background

# A reply is no longer than this, unless its caller says otherwise.
MOST_TOKENS = 1024
# What a reply may take of the context however long its prompt seems.
LEAST_ROOM = 256
# The longest tokens of common vocabularies; what is longer than all of them was not bounded.
CHARACTERS_PER_TOKEN = 16
# Read by LiteLLM when it is imported: without them it fetches a price list and reads `.env`.
AT_IMPORT = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MODE": "PRODUCTION"}
# A server of one's own speaks the protocol of OpenAI, and so does vLLM.
OWN_SERVER = "hosted_vllm"
# Sent where none is set, so that no key of another variable goes to a server of one's own.
NO_KEY = "none"
STREAMED: Mapping[str, object] = {"stream": True, "stream_options": {"include_usage": True}}
# Servers found not to guide replies, by model and address.
_unguided: set[tuple[str, str]] = set()
# Requests so far: of several servers each is asked in turn, and a second try goes to the next.
_turns = itertools.count()


class LiteLLMModel:
    """The model that ``settings``, which are those of ``role``, name. Each call is one request.

    Its errors are told in ``models.call_failures``.
    """

    def __init__(self, role: Role, settings: RoleSettings) -> None:
        self._role: Role = role
        self._settings = settings

    @property
    def name(self) -> str:
        """The model as the settings name it."""
        return self._settings.model

    @property
    def may_be_guided(self) -> bool:
        """Whether its server has not been found to refuse schemas."""
        return self._server not in _unguided

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float = 0.0,
        seed: int | None = None,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """Its reply without its reasoning, ``MOST_TOKENS`` long unless it is said otherwise.

        Raises ModelError; GuidanceRefused once for a server that does not know schemas: asked
        again, it is sent none.
        """
        options = self._options(messages, schema, most_tokens) | {"temperature": temperature}
        if seed is not None:
            options["seed"] = seed
        with self._noting_refusals(options):
            response = await self.request(messages, **options)
        choices = getattr(response, "choices", None)
        if not choices:
            usage = self._usage(getattr(response, "usage", None), messages, "")
            raise unreadable(self._settings, self._role, usage=usage)
        content = choices[0].message.content or ""
        raw = RawReply(content, getattr(response, "usage", None), choices[0].finish_reason)
        return self._read(raw, messages, options)

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
        options = self._options(messages, schema, most_tokens) | {"temperature": temperature}
        loop = asyncio.get_running_loop()

        def give(piece: str) -> None:
            loop.call_soon_threadsafe(on_text, piece)

        with self._noting_refusals(options):
            raw = await in_background(self._collect(messages, options, give))
        return self._read(raw, messages, options)

    async def request(self, messages: Sequence[Message], **options: object) -> Any:  # noqa: ANN401
        """What LiteLLM gives for ``messages`` and its own ``options``; ModelError if nothing."""
        return await in_background(self._send(messages, options))

    async def _send(self, messages: Sequence[Message], options: Mapping[str, object]) -> Any:  # noqa: ANN401
        async with self._explaining(_litellm()) as door:
            return await self._post(door, messages, options)

    async def _collect(
        self,
        messages: Sequence[Message],
        options: Mapping[str, Any],
        give: Callable[[str], None],
    ) -> RawReply:
        """The pieces of a stream; those that came before it broke are a reply that was cut."""
        raw = RawReply()
        longest = options["max_tokens"] * CHARACTERS_PER_TOKEN
        try:
            async with self._explaining(_litellm()) as door:
                response = await self._post(door, messages, {**options, **STREAMED})
                await gather_pieces(response, raw, give, longest=longest)
        except ModelError:
            if not strip_reasoning(raw.text):
                raise
        return raw

    async def _post(
        self, door: ModuleType, messages: Sequence[Message], options: Mapping[str, object]
    ) -> Any:  # noqa: ANN401
        return await door.acompletion(
            messages=[{"role": one.role, "content": one.text} for one in messages],
            timeout=self._settings.timeout,
            num_retries=0,
            max_retries=0,
            drop_params=True,
            **self._address(door),
            **options,
        )

    @asynccontextmanager
    async def _explaining(self, door: ModuleType) -> AsyncIterator[ModuleType]:
        """LiteLLM for one call, whose failures become errors for a person."""
        try:
            # LiteLLM's own limit is one for each read, and a server may trickle.
            async with asyncio.timeout(self._settings.timeout):
                yield door
        except TimeoutError as error:
            refusal = Refusal(status=408, said="")
            raise explain_refusal(refusal, self._role, self._settings) from error
        except tuple(door.exceptions.LITELLM_EXCEPTION_TYPES) as error:
            # The cause is left out: its text may hold what was sent.
            raise explain_refusal(_refusal(error), self._role, self._settings) from None

    @contextmanager
    def _noting_refusals(self, options: Mapping[str, object]) -> Iterator[None]:
        try:
            yield
        except GuidanceRefused as error:
            if "response_format" not in options:
                raise ModelError(error.what, error.advice, usage=error.usage) from error
            _unguided.add(self._server)
            raise

    @property
    def _server(self) -> tuple[str, str]:
        return self._settings.model, self._settings.base_url

    def _address(self, door: ModuleType) -> dict[str, Any]:
        found: dict[str, Any] = {"model": self._settings.model}
        key = self._settings.api_key.get_secret_value()
        urls = self._settings.base_urls
        if urls:
            found["api_base"] = urls[next(_turns) % len(urls)]
            provider = self._settings.model.partition("/")[0]
            if provider not in door.provider_list or provider == self._settings.model:
                found["custom_llm_provider"] = OWN_SERVER
        if key or urls:
            found["api_key"] = key or NO_KEY
        return found

    def _options(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, object] | None,
        most_tokens: int | None,
    ) -> dict[str, Any]:
        """How much is to be written, and by which schema where the server is not known to refuse.

        Reply and prompt should fit into the context. What the prompt takes of it is an estimate:
        the server says whether one that seems too long is so.
        """
        room = max(LEAST_ROOM, self._settings.context - count_tokens(messages))
        found: dict[str, Any] = {"max_tokens": min(most_tokens or MOST_TOKENS, room)}
        if schema is not None and self.may_be_guided:
            named = {"name": "reply", "schema": dict(schema)}
            found["response_format"] = {"type": "json_schema", "json_schema": named}
        return found

    def _read(
        self, raw: RawReply, messages: Sequence[Message], options: Mapping[str, Any]
    ) -> Completion:
        usage = self._usage(raw.counted, messages, raw.text)
        longest = options["max_tokens"] * CHARACTERS_PER_TOKEN
        # A server may break off in the middle of a sign: no database takes half of one.
        text = without_halves(strip_reasoning(raw.text[:longest]))
        if not text:
            raise ModelError(
                f"The model {self.name} replied nothing.",
                "A model that reasons first needs room for it: have it reason less, or not at all.",
                usage=usage,
            )
        cut = raw.finish in (None, "length") or len(raw.text) > longest
        return Completion(text=text, usage=usage, cut=cut)

    def _usage(self, counted: Any, messages: Sequence[Message], text: str) -> Usage:  # noqa: ANN401
        """What the server counted, or an estimate where it counts nothing."""
        read = getattr(counted, "prompt_tokens", 0) or count_tokens(messages)
        written = getattr(counted, "completion_tokens", 0) or estimate_tokens(text)
        cost = read * self._settings.price_in + written * self._settings.price_out
        return Usage(
            llm_calls=1, prompt_tokens=read, completion_tokens=written, cost_usd=cost / 1_000_000
        )


async def prepare() -> None:
    """Import LiteLLM, which takes seconds, so that the first call need not."""
    await asyncio.to_thread(_litellm)


@cache
def _litellm() -> ModuleType:
    with _environment(AT_IMPORT):
        import litellm
    litellm.suppress_debug_info = True
    # It would ask a model hub for the tokenizer of a name that looks like Llama's, to count.
    litellm.disable_hf_tokenizer_download = True
    logging.getLogger("LiteLLM").setLevel(logging.ERROR)
    module: ModuleType = litellm
    return module


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """The environment with ``values``, and as it was afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _refusal(error: Exception) -> Refusal:
    return Refusal(
        status=int(getattr(error, "status_code", None) or 500),
        said=str(getattr(error, "message", error)),
        retry_after=_retry_after(error),
    )


def _retry_after(error: Exception) -> float | None:
    """Seconds that the server asks to wait; a date is left to the usual waits."""
    headers = getattr(error, "litellm_response_headers", None)
    headers = headers or getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None
