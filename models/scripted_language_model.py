"""A language model by script: for tests and demonstrations of what is made of its replies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from groundwire.core.errors import GroundwireError, ModelError
from groundwire.core.findings import Completion, Message
from groundwire.core.schema import Usage

Reply = str | GroundwireError


class ScriptedLanguageModel:
    """Replies what ``script`` gives; notes what it was asked, with which seeds and schemas.

    The script is a function of the messages, or replies to be given in turn. An error among
    these, or raised by the function, is the model's error.
    """

    def __init__(
        self,
        script: Callable[[Sequence[Message]], str] | Iterable[Reply],
        *,
        name: str = "scripted",
    ) -> None:
        self._reply = script if callable(script) else _in_turn(script)
        self.name = name
        self.asked: list[tuple[Message, ...]] = []
        self.seeds: list[int | None] = []
        self.schemas: list[Mapping[str, object] | None] = []

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float = 0.0,  # noqa: ARG002 (protocol)
        seed: int | None = None,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,  # noqa: ARG002 (protocol)
    ) -> Completion:
        """The script's reply; its usage counts words for tokens, and costs nothing."""
        self.asked.append(tuple(messages))
        self.seeds.append(seed)
        self.schemas.append(schema)
        text = self._reply(messages)
        usage = Usage(
            llm_calls=1,
            prompt_tokens=sum(len(message.text.split()) for message in messages),
            completion_tokens=len(text.split()),
        )
        return Completion(text=text, usage=usage)

    async def stream(
        self,
        messages: Sequence[Message],
        on_text: Callable[[str], None],
        *,
        temperature: float = 0.0,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """The script's reply, word by word."""
        said = await self.complete(
            messages, temperature=temperature, schema=schema, most_tokens=most_tokens
        )
        for word in re.findall(r"\S+\s*", said.text):
            on_text(word)
        return said


def _in_turn(replies: Iterable[Reply]) -> Callable[[Sequence[Message]], str]:
    left = iter(replies)

    def reply(_: Sequence[Message]) -> str:
        found = next(left, None)
        if found is None:
            raise ModelError("The script has no reply left.", "Give it one for every call.")
        if isinstance(found, GroundwireError):
            raise found
        return found

    return reply
