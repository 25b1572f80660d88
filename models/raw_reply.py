"""A reply of a language model as LiteLLM gives it, whole or in pieces."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from groundwire.models.reply_text import ReplyFilter


@dataclass
class RawReply:
    """``counted`` is LiteLLM's usage; ``finish`` says why it ended, None for a broken stream."""

    text: str = ""
    counted: Any = None
    finish: str | None = None


async def gather_pieces(
    response: Any,  # noqa: ANN401 - LiteLLM's own
    raw: RawReply,
    give: Callable[[str], None],
    *,
    longest: int,
) -> None:
    """Add the pieces of ``response`` to ``raw``, and give those that are no reasoning.

    A stream of more than ``longest`` characters is left. What came before an error stays in
    ``raw``.
    """
    replies = ReplyFilter()
    async with aclosing(response):
        async for chunk in response:
            piece = (chunk.choices and chunk.choices[0].delta.content) or ""
            raw.text += piece
            raw.counted = getattr(chunk, "usage", None) or raw.counted
            if shown := replies.feed(piece):
                give(shown)
            if len(raw.text) > longest:
                break
    # LiteLLM ends every stream as if it were whole; what the server said is here.
    raw.finish = response.received_finish_reason
