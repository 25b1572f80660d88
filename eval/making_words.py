"""The words of a collection as questions are made of it: which are rare, which mean something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from groundwire.core.schema import Passage


def listed(text: str) -> tuple[str, ...]:
    """The words of a list that is written as one text."""
    return tuple(text.split())


WORD = re.compile(r"\w+(?:[\u2019'\-]\w+)*")
# A word or name is rare if no more passages hold it than this, or than this share of them.
RARE, RARE_SHARE = 5, 0.02
FUNCTION_WORDS = frozenset(
    listed("""
    a about above after again all also although am an and any are as at be because been before
    being below between both but by can cannot could did do does doing down during each either
    every few for from further had has have having he her here hers him his how i if in into is it
    its itself just like may me might mine more most much must my neither no nor not now of off on
    once one only or other our ours out over own per same several shall she should since so some
    still such than that the their theirs them then there these they this those though through to
    too two under until up upon us very was we were what when where whether which while who whom
    whose why will with within without would yet you your yours""")
)
MONTHS = listed(
    "January February March April May June July August September October November December"
)
_DAYS = listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
# They stand in every calendar: no names to ask for.
CALENDAR = frozenset([*MONTHS, *_DAYS, *(f"{day}s" for day in _DAYS), "Christmas", "Easter"])
# Of English prose about two words in five are function words; of other languages few look so.
ENGLISH_SHARE = 0.2
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w\u2019'\-]*[a-zß-öø-ÿ][\w\u2019'\-]*"
_TITLE = r"(?:Dr|Mr|Mrs|Ms|Prof)\.?\s"
NAME = re.compile(rf"(?<![\w-])(?:{_TITLE})?{_CAPITAL}(?:[ ](?:(?:of|de|van|von)[ ])?{_CAPITAL})*")
POSSESSIVE = re.compile(r"[\u2019']s?$")


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case, in order."""
    return [word.lower() for word in WORD.findall(text)]


def content_words(text: str) -> set[str]:
    """What ``text`` is about: its words but for the small ones; numbers belong to them."""
    return {
        word
        for word in words(text)
        if word not in FUNCTION_WORDS and (len(word) > 2 or word.isdigit())
    }


def is_english(text: str) -> bool:
    """Whether ``text`` reads as English prose: only there are questions framed in words."""
    found = words(text)
    return sum(word in FUNCTION_WORDS for word in found) >= ENGLISH_SHARE * max(1, len(found))


def names_in(text: str) -> list[tuple[int, int]]:
    """Where capitalised names stand in ``text``, without a first small word and a possessive."""
    spans = []
    for match in NAME.finditer(text):
        first = WORD.match(match.group())
        small = first is not None and first.group().lower() in FUNCTION_WORDS
        start = match.start() + (first.end() + 1 if first and small else 0)
        end = match.start() + len(POSSESSIVE.sub("", match.group()))
        if start < end:
            spans.append((start, end))
    return spans


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """In how many of ``passages`` words and names stand.

    ``common`` are the words that are ever lower case, ``parts`` those of names of several words.
    """

    passages: int
    word_counts: Counter[str]
    name_counts: Counter[str]
    common: frozenset[str]
    parts: frozenset[str]

    def is_rare_name(self, name: str) -> bool:
        """Whether few passages hold the name."""
        return self.name_counts[name] <= self._most

    def rare_words(self, text: str) -> set[str]:
        """The content words of ``text`` that few passages hold: they tell what it is about."""
        return {word for word in content_words(text) if self.word_counts[word] <= self._most}

    @property
    def _most(self) -> float:
        return max(RARE, RARE_SHARE * self.passages)


def count_words(passages: Sequence[Passage]) -> Vocabulary:
    """The vocabulary of ``passages``."""
    texts = [passage.text for passage in passages]
    names = [[text[start:end] for start, end in names_in(text)] for text in texts]
    written = frozenset(chain.from_iterable(map(WORD.findall, texts)))
    longer = {name for name in chain.from_iterable(names) if " " in name}
    return Vocabulary(
        passages=len(texts),
        word_counts=_count(map(words, texts)),
        name_counts=_count(names),
        common=frozenset(word for word in written if word == word.lower()),
        parts=frozenset(chain.from_iterable(map(str.split, longer))),
    )


def _count(found: Iterable[Iterable[str]]) -> Counter[str]:
    return Counter(word for one in found for word in set(one))
