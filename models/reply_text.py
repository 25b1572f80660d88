"""The text of a language model's reply: what it thought aloud is no part of it; and its length."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.core.findings import Message

TAGS = ("think", "thinking", "reasoning")
# Tokens that a chat template puts around a message.
AROUND = 8


class ReplyFilter:
    """Lets through, of the pieces of a reply, what follows the model's reasoning."""

    def __init__(self) -> None:
        self._held = ""
        self._replies = False

    def feed(self, piece: str) -> str:
        """What of ``piece``, and of what was held back so far, belongs to the reply."""
        if self._replies:
            return piece
        self._held += piece
        text = _after_reasoning(self._held)
        if not text or _may_open(text):
            return ""
        self._replies = True
        return text


def strip_reasoning(text: str) -> str:
    """``text`` without what a model thought aloud before it replied."""
    rest = _after_reasoning(text)
    # Some templates open the tag in the prompt, and the reply holds its end alone.
    before, _, after = rest.partition("</think>")
    return (after if after and "<think>" not in before else rest).strip()


def count_tokens(messages: Sequence[Message]) -> int:
    """About how many tokens ``messages`` are, rather too many than too few."""
    return sum(estimate_tokens(message.text) + AROUND for message in messages)


def estimate_tokens(text: str) -> int:
    """About how many tokens ``text`` is: one for three bytes of UTF-8."""
    return -(-len(text.encode("utf-8", "replace")) // 3)


def _after_reasoning(text: str) -> str:
    """What follows a block of reasoning that ``text`` begins with; nothing if it does not end."""
    start = text.lstrip()
    for tag in TAGS:
        if start.startswith(f"<{tag}>"):
            return start.partition(f"</{tag}>")[2].lstrip()
    return start


def _may_open(text: str) -> bool:
    """Whether ``text`` is the beginning of a tag that the next piece may complete."""
    return any(f"<{tag}>".startswith(text) for tag in TAGS)
