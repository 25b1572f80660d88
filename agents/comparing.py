"""What two answers make of a comparison: dates in order, lives by length, countries alike.

Computed from what the documents say, never guessed: None where they do not say enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from groundwire.agents.short_answer import DATE
from groundwire.agents.sub_questions import Choice

# A date as far as a text tells it: a year, or with its month, or with the day too.
Date = tuple[int, ...]
_FORMATS = (
    ("%d %B %Y", 3),
    ("%B %d, %Y", 3),
    ("%Y-%m-%d", 3),
    ("%B %Y", 2),
    ("%Y", 1),
)
_YEAR = re.compile(r"\d{4}")
_WORD = re.compile(r"[^\W\d_]{4,}")
# A country and its people share their first letters, but for these.
_LETTERS = 4
_ALIKE = (
    (re.compile(r"\b(?:united states|u\.s\.a?\.?|usa)(?!\w)", re.IGNORECASE), "america"),
    (
        re.compile(
            r"\b(?:united kingdom|great britain|england|english|scotland|scottish|wales|welsh)\b",
            re.IGNORECASE,
        ),
        "british",
    ),
    (re.compile(r"\bfrance\b", re.IGNORECASE), "french"),
    (re.compile(r"\bspain\b", re.IGNORECASE), "spanish"),
    (re.compile(r"\bpoland\b", re.IGNORECASE), "polish"),
    (re.compile(r"\bnetherlands\b", re.IGNORECASE), "dutch"),
    (re.compile(r"\bdenmark\b", re.IGNORECASE), "danish"),
    (re.compile(r"\bnorway\b", re.IGNORECASE), "norwegian"),
    (re.compile(r"\bswitzerland\b", re.IGNORECASE), "swiss"),
    (re.compile(r"\bgreece\b", re.IGNORECASE), "greek"),
    (re.compile(r"\bturkey\b", re.IGNORECASE), "turkish"),
    (re.compile(r"\bfinland\b", re.IGNORECASE), "finnish"),
    (re.compile(r"\bireland\b", re.IGNORECASE), "irish"),
    (re.compile(r"\bphilippines\b", re.IGNORECASE), "filipino"),
)
_NO_COUNTRY = frozenset(
    {
        *("province", "county", "district", "region", "state", "city", "town", "village"),
        *("republic", "kingdom", "northern", "southern", "eastern", "western", "north", "south"),
        *("east", "west", "central", "born", "film", "that", "from", "with"),
    }
)


def read_date(text: str) -> Date | None:
    """The first date with a year in ``text``, as far as it is told; None without one.

    Years have four digits, and months stand in English.
    """
    for found in DATE.finditer(text):
        said = re.sub(r"\s+", " ", found.group().rstrip("s")).replace(" ,", ",")
        if not _YEAR.search(said):
            continue
        for form, told in _FORMATS:
            try:
                date = datetime.strptime(said, form).replace(tzinfo=UTC)
            except ValueError:
                continue
            return (date.year, date.month, date.day)[:told]
    return None


def decide(choice: Choice, answers: Sequence[Sequence[str]]) -> int | bool | None:
    """Which of two things, 0 or 1, or whether they are alike; None where that cannot be told.

    ``answers`` are those to each question about the first and about the second.
    """
    first, second = answers
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
    countries = _countries(first), _countries(second)
    return bool(countries[0] & countries[1]) if all(countries) else None


def _countries(text: str) -> set[str]:
    for form, alike in _ALIKE:
        text = form.sub(alike, text)
    words = (word.lower() for word in _WORD.findall(text))
    return {word[:_LETTERS] for word in words if word not in _NO_COUNTRY}
