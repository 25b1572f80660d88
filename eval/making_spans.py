"""What in a sentence can be asked for: dates, numbers with their units, rare names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from groundwire.eval.making_words import (
    CALENDAR,
    FUNCTION_WORDS,
    MONTHS,
    WORD,
    Vocabulary,
    is_english,
    listed,
    names_in,
)

DATE_KIND, NUMBER_KIND, NAME_KIND = "cloze-date", "cloze-number", "cloze-name"
_MONTH = f"(?:{'|'.join(MONTHS)})"
_YEAR = r"(?:1[5-9]|20)\d\d"
DAY = re.compile(
    rf"\b(?:\d{{1,2}} {_MONTH}(?: {_YEAR})?|{_MONTH} \d{{1,2}}(?:, {_YEAR})?(?!\d)|"
    rf"{_YEAR}-\d\d-\d\d)\b"
)
MONTH = re.compile(rf"\b{_MONTH} {_YEAR}\b")
YEAR = re.compile(
    "|".join(rf"(?<=\b{word} ){_YEAR}\b" for word in ("[Ii]n", "[Ss]ince", "[Uu]ntil", "[Bb]y"))
)
DATES = {DAY: "Which date", MONTH: "Which month", YEAR: "Which year"}
# An amount of money, a share, or a number with its unit behind it; no part of a code or a time.
_LARGE = r"(?: (?:million|billion|thousand))?"
MONEY = re.compile(rf"[€$£¥]\s?\d(?:[\d.,]*\d)?{_LARGE}(?![\w%])")
NUMBER = re.compile(
    rf"(?<![\w.,:/€$£¥+-])(?<![.§] )\d(?:[\d.,]*\d)?{_LARGE}"
    r"(?=(?P<unit> ?%| per cent\b| [a-zß-öø-ÿ][^\W\d_]*(?: [a-zß-öø-ÿ]+)?)(?![\w:-]))"
)
SHARES = frozenset(["%", "per cent", "percent"])
SHORT_UNITS = frozenset(listed("kg km cm mm ha ml kW kV MB GB TB"))
# What names a unit: a plural, a symbol, a share.
COUNTED = re.compile(r"[^\W\d_]s\Z|[A-Z]|%|per cent|percent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Characters of a sentence that could be asked for, by which words, and what is right."""

    start: int
    end: int
    kind: str
    asks: str
    answers: tuple[str, ...]


def find_spans(sentence: str, vocabulary: Vocabulary) -> Iterator[Span]:
    """What can be asked for in ``sentence``: dates, numbers with units, rare names.

    Names are found where English is, since elsewhere capitals mean other things. A text that
    stands in the sentence twice is left out.
    """
    found = [*_dates(sentence), *_numbers(sentence)]
    if is_english(sentence):
        found += _names(sentence, vocabulary)
    for span in found:
        if sentence.count(sentence[span.start : span.end]) == 1:
            yield span


def _dates(sentence: str) -> Iterator[Span]:
    taken: list[tuple[int, int]] = []
    for form, asks in DATES.items():
        for match in form.finditer(sentence):
            start, end = match.span()
            if not any(left < end and start < right for left, right in taken):
                taken.append((start, end))
                answers = (match.group(),)
                yield Span(start=start, end=end, kind=DATE_KIND, asks=asks, answers=answers)


def _numbers(sentence: str) -> Iterator[Span]:
    for match in MONEY.finditer(sentence):
        yield _number(match, "What amount", "")
    dated = [match.span() for form in DATES for match in form.finditer(sentence)]
    for match in NUMBER.finditer(sentence):
        in_date = any(left <= match.start() < right for left, right in dated)
        if not in_date and _is_unit(match["unit"].strip()):
            yield _number(match, "What number", match["unit"])


def _number(match: re.Match[str], asks: str, unit: str) -> Span:
    number = match.group()
    short = re.match(r" ?\S+", unit)
    # With its unit it is as right as without: "25", "25 working days".
    named = [one for one in (short.group() if short else "", unit) if COUNTED.search(one)]
    answers = (number, f"{number}{named[0]}") if named else (number,)
    start, end = match.span()
    return Span(start=start, end=end, kind=NUMBER_KIND, asks=asks, answers=answers)


def _is_unit(text: str) -> bool:
    """Whether what follows a number can be counted or measured by it."""
    word = text.split(maxsplit=1)[0]
    if text in SHARES or word in SHORT_UNITS:
        return True
    return len(word) > 2 and word not in FUNCTION_WORDS and word not in CALENDAR


def _names(sentence: str, vocabulary: Vocabulary) -> Iterator[Span]:
    for found, end in names_in(sentence):
        start = _after_first_word(sentence, found, end, vocabulary)
        name = sentence[start:end]
        parts = WORD.findall(name)
        first = parts[0] if parts else ""
        # A capital at the beginning, of a word that also goes without, or of a name cut short.
        unsure = start == 0 or first.lower() in vocabulary.common or first in vocabulary.parts
        in_calendar = CALENDAR.intersection(parts)
        named = len(parts) > 1 or (bool(parts) and not unsure)
        if named and not in_calendar and vocabulary.is_rare_name(name):
            yield Span(start=start, end=end, kind=NAME_KIND, asks="Which name", answers=(name,))


def _after_first_word(sentence: str, start: int, end: int, vocabulary: Vocabulary) -> int:
    """Where a name begins: a word that is a capital only as the sentence's first is none of it."""
    first = WORD.match(sentence) if start == 0 else None
    if first and first.end() < end and first.group().lower() in vocabulary.common:
        return first.end() + 1
    return start
