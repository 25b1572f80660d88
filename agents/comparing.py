"""What two answers make of a comparison: dates and numbers in order, countries alike.

Computed from what the documents say, never guessed: None where they do not say enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from groundwire.agents.amounts import Wanted, is_more, read_amount
from groundwire.agents.comparisons import Choice
from groundwire.agents.countries import find_countries
from groundwire.agents.short_answer import DATE

# A date as far as a text tells it: a year, or with its month, or with the day too.
Date = tuple[int, ...]
_FORMATS = (
    ("%d %B %Y", 3),
    ("%B %d, %Y", 3),
    ("%Y-%m-%d", 3),
    ("%B %Y", 2),
    ("%Y", 1),
)
_DASH = re.compile(r"\s*[\u2013\u2014]\s*|\s+-\s+")
_YEAR = re.compile(r"\d{4}")
# A date that is none of the thing itself, or no date: "before 1900", "753 BC", "2000 metres".
_VAGUE_BEFORE = re.compile(
    r"\b(?:before|after|until|since|by|circa|ca?\.|about|around|or)\s+$", re.IGNORECASE
)
_VAGUE_BEHIND = re.compile(
    r"\s*(?:B\.?C|s\b|or\b|(?:met(?:re|er)s?|miles?|km|feet|ft|pages?|people|men|inhabitants|seats?|"
    r"copies|tons|dollars|euros|pounds|points|votes|words|years)\b)"
)


def read_date(text: str) -> Date | None:
    """The first date with a year in ``text``, as far as it is told; None without one.

    Years are from 1000 to 2099, and months stand in English. Decades and years told about are none.
    """
    for found in DATE.finditer(text):
        said = re.sub(r"\s+", " ", found.group()).replace(" ,", ",")
        around = text[: found.start()], text[found.end() :]
        is_vague = _VAGUE_BEFORE.search(around[0]) or _VAGUE_BEHIND.match(around[1])
        if not _YEAR.search(said) or is_vague or found.group().endswith("s"):
            continue
        for form, told in _FORMATS:
            try:
                date = datetime.strptime(said, form).replace(tzinfo=UTC)
            except ValueError:
                continue
            return (date.year, date.month, date.day)[:told]
    return None


def end_of_life(answer: str, behind: str) -> str:
    """What says when someone died, of an answer and what stands behind it in its sentence.

    Documents tell both dates in one: "(29 May 1904 \u2013 1 August 1942)".
    """
    if goes_on := _DASH.match(behind):
        return behind[goes_on.end() :]
    return _DASH.split(answer)[-1]


def decide(
    choice: Choice, answers: Sequence[Sequence[str]], wanted: Wanted | None = None
) -> int | bool | None:
    """Which of two things, 0 or 1, or whether they are alike; None where that cannot be told.

    ``answers`` are those to each question about the first and about the second; where they are
    numbers, ``wanted`` says which.
    """
    first, second = answers
    if wanted:
        return _by_number(choice, first[0], second[0], wanted)
    if choice is Choice.SAME_COUNTRY:
        return _same_country(first[0], second[0])
    if choice is Choice.LONGEST:
        return _longest(first, second)
    dates = read_date(first[0]), read_date(second[0])
    if dates[0] is None or dates[1] is None:
        return None
    told = min(len(dates[0]), len(dates[1]))
    before, after = dates[0][:told], dates[1][:told]
    if before == after:
        return None
    return int((before > after) == (choice is Choice.FIRST))


def _by_number(choice: Choice, first: str, second: str, wanted: Wanted) -> int | bool | None:
    one, other = read_amount(first, wanted), read_amount(second, wanted)
    is_first_more = is_more(one, other) if one and other else None
    if is_first_more is None:
        return None
    holds = is_first_more == (choice in {Choice.MOST, Choice.IS_MORE})
    return holds if choice in {Choice.IS_MORE, Choice.IS_LESS} else int(not holds)


def _longest(first: Sequence[str], second: Sequence[str]) -> int | None:
    spans = [_years(*map(read_date, each)) for each in (first, second)]
    if spans[0] is None or spans[1] is None or spans[0] == spans[1]:
        return None
    return int(spans[1] > spans[0])


def _years(born: Date | None, died: Date | None) -> float | None:
    """About how many years lie between; None unless both are known and in this order."""
    if born is None or died is None:
        return None
    begun, ended = ((*date, 6, 15)[0] + ((*date, 6)[1] - 1) / 12 for date in (born, died))
    return ended - begun if ended > begun else None


def _same_country(first: str, second: str) -> bool | None:
    """Only where each names one country that is known: a town may lie in any."""
    countries = find_countries(first), find_countries(second)
    if min(map(len, countries)) != 1 or max(map(len, countries)) != 1:
        return None
    return countries[0] == countries[1]
