"""A conversation as the text that the term classifier reads, and the words in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WORD = re.compile(r"\w(?:[\w'’-]*\w)?")  # noqa: RUF001
# Between two texts; the tokenizer knows it as one token.
BORDER = " [SEP] "
# Of one text no more is read, so that a long answer leaves room for the questions before it.
MOST_CHARACTERS = 240
# Texts of longer conversations would not fit either.
MOST_TEXTS = 16
_ENDING = re.compile(r"(?:['’]s|['’])$")  # noqa: RUF001
_PLURAL = re.compile(r"(?<=[^\Wsu])s$")
# Words that tell nothing of what a question is about.
_FUNCTION = """
    a about after again all also am an and another any anything are aren't as at be became
    because become been before being besides between but by can can't could did didn't do does
    doesn't doing don't done during each else ever few for from get give given go had happen
    happened has have having he her here hers herself him himself his how i i'm if in instead
    into is isn't it its itself just know let like list long make many may me might more most
    much must my myself no nor not of off often ok okay on once one ones only or other others
    our out over own please same say shall she should since so some something still such tell
    than thank thanks that that's the their theirs them themselves then there there's these
    they this those through to too under until up upon very was wasn't we well were what what's
    when where which while who whom whose why will with within without would yes yet you your
    yours
"""
FUNCTION_WORDS = frozenset(_FUNCTION.split())


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedWord:
    """A word and the character of the conversation's text that it begins with."""

    text: str
    start: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ConversationText:
    """One text of what was said, the latest first, so that a cut loses what is oldest.

    ``words`` are those that can tell what a question is about, in the order they were said in.
    """

    text: str
    words: tuple[PlacedWord, ...]


def fold(word: str) -> str:
    """What forms of one word share: small letters, no possessive, no plural's s."""
    return _PLURAL.sub("", _ENDING.sub("", word.lower()))


def fold_all(text: str) -> frozenset[str]:
    """The folded words of ``text``."""
    return frozenset(fold(match.group()) for match in WORD.finditer(text))


def lay_out(history: Sequence[str]) -> ConversationText:
    """``history``, the oldest text first, as one text with the latest first."""
    texts = [_shorten(text) for text in history[-MOST_TEXTS:]]
    starts, place = [0] * len(texts), 0
    for number in reversed(range(len(texts))):
        starts[number] = place
        place += len(texts[number]) + len(BORDER)
    words = [
        word for text, start in zip(texts, starts, strict=True) for word in _words(text, start)
    ]
    return ConversationText(text=BORDER.join(reversed(texts)), words=tuple(words))


def _shorten(text: str) -> str:
    """The beginning of ``text``, without a word that is cut."""
    if len(text) <= MOST_CHARACTERS:
        return text
    return text[:MOST_CHARACTERS].rpartition(" ")[0]


def _words(text: str, start: int) -> Iterator[PlacedWord]:
    for match in WORD.finditer(text):
        if match.group().lower() not in FUNCTION_WORDS:
            yield PlacedWord(text=match.group(), start=start + match.start())
