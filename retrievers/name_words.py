"""The words of names, in titles and where a text mentions them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from groundwire.retrievers.analysis import UNSPACED

# A longer name is hardly ever repeated whole, and every further word costs a look-up.
MOST_WORDS = 8
# Of shorter names too many rows of words are no mention.
LEAST_CHARACTERS, LEAST_UNSPACED = 3, 2
# Titles whose names are remembered: about 2 MB.
TITLES_KEPT = 8_192
# One sign of a script without spaces, or a word of any other.
_WORD = re.compile(rf"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})\w)+")
_IN_BRACKETS_AT_END = re.compile(r"[(\[][^()\[\]]*[)\]]$")


class Word(NamedTuple):
    """A word of a text, where it stands there, and how it reads without capital letters."""

    text: str
    start: int
    end: int
    folded: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """Where a text mentions a name, by its offsets in that text."""

    name: str
    start: int
    end: int


def cut_words(text: str) -> list[Word]:
    """The words of ``text``, composed, so that either way to write an accent is the same."""
    spans = [one.span() for one in _WORD.finditer(text)]
    if text.isascii():
        words = [(start, end, text[start:end]) for start, end in spans]
    else:
        joined = _over_marks(text, spans)
        composed = [(*span, unicodedata.normalize("NFC", text[slice(*span)])) for span in joined]
        words = [
            (start, end, part)
            for start, end, word in composed
            for part in (word if UNSPACED.search(word) else (word,))
        ]
    return [Word(word, start, end, word.casefold()) for start, end, word in words]


def key_of(words: Sequence[Word]) -> str:
    """What is compared. A single word must be written alike, or Time would be named everywhere."""
    return words[0].text if len(words) == 1 else " ".join(word.folded for word in words)


def forms_of(title: str) -> Iterator[list[Word]]:
    """The names that a title goes by: as it is, and without what stands in brackets behind it."""
    for text in dict.fromkeys((title, _IN_BRACKETS_AT_END.sub("", title.rstrip()))):
        words = cut_words(text)
        if 0 < len(words) <= MOST_WORDS and _says_something(words):
            yield words


@lru_cache(maxsize=TITLES_KEPT)
def names_in(title: str) -> tuple[str, ...]:
    """The same as they are compared; titles recur with questions."""
    return tuple(key_of(words) for words in forms_of(title))


def mentions(text: str, name: str) -> bool:
    """Whether the words of ``name`` stand in a row in ``text``; a single one as it is written."""
    wanted, words = cut_words(name), cut_words(text)
    count = len(wanted)
    rows = (words[at : at + count] for at in range(len(words) - count + 1 if count else 0))
    return any(key_of(row) == key_of(wanted) for row in rows)


def holds(text: str, name: str) -> bool:
    """Whether ``name`` stands in ``text`` as it is written, and not as a part of a longer word."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or after.isalnum()):
            return True
        at = text.find(name, at + 1)
    return False


def _over_marks(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Accents and vowel signs are no letters for a regular expression, but part of a word."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        last = end
        while last < len(text) and _is_mark(text[last]):
            last += 1
        if joined and joined[-1][1] == start and _is_mark(text[start - 1]):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((start, last))
    return joined


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _says_something(words: Sequence[Word]) -> bool:
    text = "".join(word.text for word in words)
    least = LEAST_UNSPACED if UNSPACED.search(text) else LEAST_CHARACTERS
    return len(text) >= least and any(map(str.isalpha, text))
