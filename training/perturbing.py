"""Texts changed by rule, so that what they say or ask no longer stands in their passage.

The kinds of change are those that annotators used for the unanswerable questions of SQuAD 2.0
("Know What You Don't Know", table 2): another name or number, an antonym, a negation.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import resources


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CAPITAL = r"[A-Z\u00c0-\u00de]"
# Capitalised words in a row, small ones allowed between them.
_NAME = re.compile(rf"\b{_CAPITAL}[\w'-]*(?:\s+(?:(?:of|the|de|du|van|von)\s+)?{_CAPITAL}[\w'-]*)*")
_MONTHS = "january february march april may june july august september october november december"
_MONTH = re.compile(rf"\b(?:{_MONTHS.replace(' ', '|')})\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_WORDED = "one two three four five six seven eight nine ten eleven twelve twenty hundred thousand"
_WORDED_NUMBER = re.compile(rf"\b(?:{_WORDED.replace(' ', '|')})\b", re.IGNORECASE)
_QUESTION_WORDS = _words(
    "what which who whom whose when where why how in on at by from for to of with the a an is "
    "are was were did does do has have had can could if during after before along according i "
    "it besides this that these those he she they his her its their"
)


def _both_ways() -> dict[str, str]:
    lines = (resources.files("groundwire.training") / "opposites.txt").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for first, second in (line.split() for line in lines.splitlines()):
        found.setdefault(first, second)
        found.setdefault(second, first)
    return found


OPPOSITES = _both_ways()
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|must|may|might)\b",
    re.IGNORECASE,
)


def names_in(text: str) -> list[tuple[int, int]]:
    """Where names stand; a lone capitalised word at the start of a sentence is taken for none."""
    found = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        first = match.group().split()[0]
        if first.lower() in _QUESTION_WORDS:
            start += len(first)
            start += len(text[start:end]) - len(text[start:end].lstrip())
        opens = not text[: match.start()].rstrip() or text[: match.start()].rstrip()[-1] in ".?!\n"
        if start < end and not (opens and " " not in text[match.start() : end]):
            found.append((start, end))
    return found


def kind_of(text: str) -> str:
    """The kind of thing that a short text names, as its looks tell."""
    has_digit = any(sign.isdigit() for sign in text)
    if has_digit and _MONTH.search(text):
        return "date"
    if _YEAR.fullmatch(text.strip()):
        return "year"
    if has_digit or _WORDED_NUMBER.search(text):
        return "number"
    return _kind_by_words(text.split())


def _kind_by_words(words: Sequence[str]) -> str:
    capitals = sum(word[:1].isupper() for word in words)
    if words and capitals * 2 >= len(words):
        return "name"
    return "words" if len(words) < 5 else "phrase"


def spans_like(kind: str, text: str) -> Iterator[tuple[int, int]]:
    """Where things of ``kind`` stand in ``text``: names, years, numbers."""
    if kind == "name":
        yield from names_in(text)
    elif kind == "year":
        yield from (match.span() for match in _YEAR.finditer(text))
    elif kind == "number":
        yield from (match.span() for match in _NUMBER.finditer(text))
        yield from (match.span() for match in _WORDED_NUMBER.finditer(text))


def swap_thing(text: str, others: str, draw: random.Random) -> str | None:
    """``text`` with one of its names, years or numbers exchanged for one that stands in ``others``.

    None if there is nothing to exchange, or nothing to exchange it for.
    """
    for kind in draw.sample(["name", "year", "number"], 3):
        places = list(spans_like(kind, text))
        known = text.lower()
        choices = sorted(
            {
                others[start:end]
                for start, end in spans_like(kind, others)
                if others[start:end].lower() not in known
            }
        )
        if places and choices:
            start, end = draw.choice(places)
            return text[:start] + draw.choice(choices) + text[end:]
    return None


def change_number(text: str, draw: random.Random) -> str | None:
    """``text`` with one of its numbers or years a little different."""
    places = [match.span() for match in _NUMBER.finditer(text)]
    if not places:
        return None
    start, end = draw.choice(places)
    digits = [place for place in range(start, end) if text[place].isdigit()]
    place = draw.choice(digits[1:] or digits)
    other = draw.choice([digit for digit in "123456789" if digit != text[place]])
    return text[:place] + other + text[place + 1 :]


def oppose(text: str, draw: random.Random) -> str | None:
    """``text`` with one of its words turned into its opposite."""
    matches = [one for one in re.finditer(r"[A-Za-z]+", text) if one.group().lower() in OPPOSITES]
    # "for", "all" and the like are seldom what a sentence turns on.
    matches = [one for one in matches if len(one.group()) > 3] or matches
    if not matches:
        return None
    match = draw.choice(matches)
    word = OPPOSITES[match.group().lower()]
    word = word.capitalize() if match.group()[0].isupper() else word
    return text[: match.start()] + word + text[match.end() :]


def negate(text: str, draw: random.Random) -> str | None:
    """``text`` with a negation put in, or taken out."""
    taken = re.sub(r"\b(?:not|never) |n't\b", "", text, count=1)
    if taken != text:
        return taken
    match = _AUXILIARY.search(text)
    if not match:
        return None
    # In a question the subject comes next, and "not" could not stand before it.
    asks = text.rstrip().endswith("?")
    short = {"can": "'t", "will": " not", "may": " not", "might": " not"}
    negation = short.get(match.group().lower(), "n't")
    if not asks:
        negation = draw.choice([" not", " never", negation])
    return text[: match.end()] + negation + text[match.end() :]


def perturb(
    text: str, passage: str, draw: random.Random, elsewhere: Sequence[str] = ()
) -> str | None:
    """``text`` changed in one of these ways, drawn at random; None if none applies.

    Names and numbers to put in come from ``passage``, or from one of ``elsewhere``.
    """
    ways: list[Callable[[], str | None]] = [
        lambda: swap_thing(text, passage, draw),
        lambda: swap_thing(text, passage, draw),
        lambda: swap_thing(text, draw.choice(elsewhere), draw) if elsewhere else None,
        lambda: change_number(text, draw),
        lambda: oppose(text, draw),
        lambda: oppose(text, draw),
        lambda: negate(text, draw),
    ]
    for way in draw.sample(ways, len(ways)):
        changed = way()
        if changed is not None and changed != text:
            return changed
    return None
