"""Two texts as the tokens that a model reads together: [CLS] first [SEP] second [SEP]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

OPENING, CLOSING = 101, 102
# Of the first text no more is read: questions of more tokens are rare, and the second needs room.
MOST_FIRST = 64
# A sentence to be judged is longer than a question; what goes beyond is read as another part.
MOST_CLAIM = 96
# Tokens that two windows share, so that what one cuts the other has whole.
OVERLAP = 48


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenizedText:
    """The tokens of a text without special ones, and which of its characters each stands for."""

    ids: list[int]
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Tokens of a pair. The second text's begin at ``second``.

    ``spans`` says for each of the second text's tokens which of its characters it stands for.
    """

    ids: list[int]
    second: int
    spans: list[tuple[int, int]]


def make_pair(
    first: TokenizedText,
    second: TokenizedText,
    *,
    start: int = 0,
    most: int,
    most_first: int = MOST_FIRST,
) -> Pair:
    """A pair of at most ``most`` tokens, whose second text begins with its token ``start``.

    Of the first text ``most_first`` tokens are read.
    """
    opening = [OPENING, *first.ids[:most_first], CLOSING]
    end = start + most - len(opening) - 1
    return Pair(
        ids=[*opening, *second.ids[start:end], CLOSING],
        second=len(opening),
        spans=second.offsets[start:end],
    )


def windows(
    first: TokenizedText, second: TokenizedText, *, most: int, most_first: int = MOST_FIRST
) -> Iterator[Pair]:
    """Pairs of at most ``most`` tokens that together hold all of the second text."""
    room = most - min(len(first.ids), most_first) - 3
    step = room - min(OVERLAP, room // 2)
    start = 0
    while True:
        yield make_pair(first, second, start=start, most=most, most_first=most_first)
        if start + room >= len(second.ids):
            return
        start += step


def encode_texts(tokenizer: Tokenizer, texts: Sequence[str]) -> list[TokenizedText]:
    """Each text's tokens; halves of characters become question marks."""
    valid = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    encodings = tokenizer.encode_batch(valid, add_special_tokens=False)
    return [TokenizedText(ids=one.ids, offsets=one.offsets) for one in encodings]
