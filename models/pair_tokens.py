"""Two texts as the tokens that a model reads together: [CLS] first [SEP] second [SEP]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

OPENING, CLOSING = 101, 102
# Of the first text no more is read: questions of more tokens are rare, and the second needs room.
MOST_FIRST = 64
# Tokens that two windows share, so that what one cuts the other has whole.
OVERLAP = 48


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Tokens of a pair. The second text's begin at ``second``.

    ``spans`` says for each of the second text's tokens which of its characters it stands for.
    """

    ids: list[int]
    second: int
    spans: list[tuple[int, int]]


def make_pair(first: Encoding, second: Encoding, *, start: int = 0, most: int) -> Pair:
    """A pair of at most ``most`` tokens, whose second text begins with its token ``start``.

    Both encodings come without special tokens.
    """
    opening = [OPENING, *first.ids[:MOST_FIRST], CLOSING]
    end = start + most - len(opening) - 1
    return Pair(
        ids=[*opening, *second.ids[start:end], CLOSING],
        second=len(opening),
        spans=second.offsets[start:end],
    )


def windows(first: Encoding, second: Encoding, *, most: int) -> Iterator[Pair]:
    """Pairs of at most ``most`` tokens that together hold all of the second text."""
    room = most - min(len(first.ids), MOST_FIRST) - 3
    start = 0
    while True:
        yield make_pair(first, second, start=start, most=most)
        if start + room >= len(second.ids):
            return
        start += room - OVERLAP


def encode_texts(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Encoding]:
    """Each text's tokens, without special ones; halves of characters become question marks."""
    valid = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    return list(tokenizer.encode_batch(valid, add_special_tokens=False))
