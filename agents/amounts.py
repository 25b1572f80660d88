"""Numbers as texts tell them, with their units, as far as they are told exactly.

Parsed and compared, never guessed: what may be a range, a bound, a year or part of something else
is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from groundwire.agents.short_answer import MONTH
from groundwire.agents.units import CURRENCY_SIGNS, Kind, Unit, are_comparable, find_unit, in_common

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: value for value, word in enumerate([*_ONES, *_TEENS, "eighteen", "nineteen"])} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {
    "dozen": 12,
    "hundred": 10**2,
    "thousand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "mn": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
}
_WORD = rf"(?:(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_ONES[1:])})|{'|'.join(_VALUES)})"
_SIGN = r"(?:US\$|(?<!\w)[$\u20ac\u00a3])"
_THIN = r"[\u00a0\u2009\u202f]"
_NUMBER = re.compile(
    rf"(?P<minus>(?<!\w)[-\u2212])?(?:(?P<money>{_SIGN})\s?)?"
    rf"(?:(?P<digits>\d+(?:[.,]\d+|{_THIN}\d{{3}}(?!\d))*)|\b(?P<word>{_WORD})\b)"
    rf"(?P<scale>(?:[\s-]?(?:{'|'.join(_SCALES)})s?\b){{0,2}})",
    re.IGNORECASE,
)
# Thousands in threes by commas or blanks, and by points where that cannot be anything else:
# "1.234" is a little over one, or a thousand.
_GROUPED = re.compile(rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:{_THIN}\d{{3}})+|\d+)(?:\.\d+)?")
_EITHER = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_POINTS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
_BROKEN = r"(?:half|halves|thirds?|quarters?)\b"
_TO = r"(?:[-\u2010-\u2015\u00d7]|\b(?:to|and|or|by|x)\b)"
# Bounds, ranges and differences, and what is part of a word, of a date or of a fraction.
_UNTOLD_BEFORE = re.compile(
    r"\b(?:over|above|under|below|beyond|exceed(?:s|ed|ing)?|than|least|most|up to|minimum|maximum|"
    rf"between|from|until|reach|by|first|last|next|another|additional|further|extra|other|every|"
    rf"number|version|chapter|page|no\.|{MONTH})\s+(?:of\s+)?(?:an?\s+)?$|"
    r"[\w.,/:^#<>\u2264\u2265-]$|[<>\u2264\u2265#]\s+$",
    re.IGNORECASE,
)
_UNTOLD_BEHIND = re.compile(
    rf"\w|[/:^]|[.,]\d|\s*(?:\+|\u00b1|{_TO}\s*(?:{_SIGN}?\s*\d|{_WORD}\b|an?\s+{_BROKEN})|"
    rf"plus\b|-?\s?odd\b|{_BROKEN}|"
    rf"or (?:more|less|so|fewer)\b|\d|(?:{_WORD}|{MONTH})\b)|"
    r"(?:\s+[\w-]+){0,2}\s*(?:\b(?:per|each|than)\b|/)|"
    r"\s+(?:(?:from|apart|away|off|ago|later|earlier)\b|(?:north|south|east|west)\w*)",
    re.IGNORECASE,
)
_OF = re.compile(r"\s+of\b")
_ABOUT = re.compile(
    r"(?:\b(?:about|around|approximately|approx\.?|roughly|circa|ca?\.|some|nearly|almost|estimated|"
    r"close to|perhaps|probably)\s+(?:an?\s+)?(?:estimated\s+)?|[~\u2248]\s*)$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1\d|20)\d{2}")
_IN = re.compile(r"\b(?:in|since|by|during|before|after|year)\s+$", re.IGNORECASE)
# What stands behind a number up to a word that cannot be counted: "14 league goals in".
_BEHIND_IT = re.compile(
    r"(?:[ -](?!(?:in|of|and|or|the|an?|on|at|as|is|was|has|its|his|this|by|for|with|who)\b)"
    r"[a-z-]+){1,3}"
)
_PLURAL = re.compile(r"\b(?:[a-z-]*[a-rt-z]s|people|staff|children|men|women)\b")
# Other words for the same.
_SAME = (
    {"inhabitants", "people", "residents", "citizens", "persons", "souls"},
    {"pupils", "students", "children", "learners"},
    {"employees", "people", "staff", "workers", "persons"},
    {"seats", "spectators", "people", "visitors"},
    {"floors", "storeys", "stories", "levels"},
    {"films", "movies"},
    {"beds", "patients"},
)
# At most three words before a number, and where a range may begin.
_LEAD = re.compile(rf"(?:[^\s\d]+\s+){{0,3}}(?:\d[\d.,]*\s*{_TO}\s*|\S?[^\s\w]*)$", re.IGNORECASE)
_AROUND = 60
_BLANK = re.compile(rf"{_THIN}|[ -]?")
# Units told in two: 6 ft 4 in, 2 hours 35 minutes.
_PARTS = {
    "foot": (re.compile(r"\s?(?:and )?(\d{1,2})[\s-]?in(?:ch(?:es)?)?\b"), 12),
    "hour": (re.compile(r"\s?(?:and )?(\d{1,2})[\s-]?min(?:ute)?s?\b"), 60),
}
# Characters of a number that are read: longer ones count nothing.
_LONGEST = 24
# Who tells a number about tells its first digit: 1.49 is about 1, and 1.5 about 2.
_ABOUT_BY = Decimal("1.5")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which number is looked for: its ``kinds``, and what is ``counted`` if it is a count.

    The latter as a word in the plural; empty where anything may be.
    """

    kinds: frozenset[Kind]
    counted: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A number of a ``unit`` as a text tells it: it lies from ``low`` to ``high``.

    Half of its last digit is open: 1.2 million is 1.15 to 1.25 million, and 12 kg may be 12.4.
    """

    low: Decimal
    high: Decimal
    unit: Unit | None


def in_sentence(before: str, span: str, behind: str) -> str:
    """A span with what stands around it and may belong to its number: "about", a unit, a range."""
    if not _NUMBER.search(span):
        return span
    lead = _LEAD.search(before[-_AROUND:])
    return f"{lead.group() if lead else ''}{span}{behind[:_AROUND]}"


def read_amount(text: str, wanted: Wanted) -> Amount | None:
    """The first number in ``text``, if it tells what is wanted exactly enough; None otherwise."""
    found = _NUMBER.search(text)
    measured = _measure(found, text, wanted.kinds) if found else None
    if not found or not measured:
        return None
    amount, end = measured
    before, behind = text[: found.start()], text[end:]
    about = _ABOUT.search(before)
    if about:
        before = before[: about.start()]
    if _UNTOLD_BEFORE.search(before) or _UNTOLD_BEHIND.match(behind):
        return None
    if not amount.unit and not _is_count(found, before, behind, wanted.counted):
        return None
    return _told_about(amount) if about else amount


def is_more(one: Amount, other: Amount) -> bool | None:
    """Whether ``one`` is more than ``other``; None where they may be alike, or differ in kind."""
    if one.unit == other.unit:
        return _order((one.low, one.high), (other.low, other.high))
    if not one.unit or not other.unit or not are_comparable(one.unit, other.unit):
        return None
    return _order(_in_common(one, one.unit), _in_common(other, other.unit))


def _order(
    one: tuple[Decimal | float, Decimal | float], other: tuple[Decimal | float, Decimal | float]
) -> bool | None:
    if one[0] >= other[1]:
        return True
    return False if one[1] <= other[0] else None


def _in_common(amount: Amount, unit: Unit) -> tuple[float, float]:
    return in_common(float(amount.low), unit), in_common(float(amount.high), unit)


def _measure(found: re.Match[str], text: str, kinds: frozenset[Kind]) -> tuple[Amount, int] | None:
    """The amount of one of ``kinds`` that a number and its unit are, and where they end."""
    number = _number(found)
    unit, end = _unit(found, text, kinds)
    kind = unit.kind if unit else Kind.COUNT
    if number is None or kind not in kinds:
        return None
    scale = _scale(found)
    value, last = number * scale, _last_digit(number, kind) * scale
    if part := _part(text, end, unit):
        value, last, end = value + part[0], part[1], part[2]
    return Amount(low=value - last / 2, high=value + last / 2, unit=unit), end


def _number(found: re.Match[str]) -> Decimal | None:
    """What the digits or words say, without a scale; None where they may say something else."""
    if len(found.group()) > _LONGEST:
        return None
    if word := found["word"]:
        value = Decimal(sum(_VALUES[part] for part in re.split("[- ]", word.lower())))
    elif _POINTS.fullmatch(found["digits"]):
        value = Decimal(found["digits"].replace(".", ""))
    elif _GROUPED.fullmatch(found["digits"]) and not _EITHER.fullmatch(found["digits"]):
        value = Decimal(re.sub(rf",|{_THIN}", "", found["digits"]))
    else:
        return None
    return -value if found["minus"] else value


def _scale(found: re.Match[str]) -> Decimal:
    scale = Decimal(1)
    for word in re.findall("[a-z]+", found["scale"].lower()):
        scale *= _SCALES[word.removesuffix("s")]
    return scale


def _unit(found: re.Match[str], text: str, kinds: frozenset[Kind]) -> tuple[Unit | None, int]:
    """The unit before or behind a number, and where both end."""
    if sign := found["money"]:
        return CURRENCY_SIGNS[sign.upper()], found.end()
    blank = _BLANK.match(text, found.end())
    return find_unit(text, blank.end() if blank else found.end(), kinds) or (None, found.end())


def _part(text: str, end: int, unit: Unit | None) -> tuple[Decimal, Decimal, int] | None:
    """What a smaller unit adds behind a unit, and one of it, in the larger; and where it ends."""
    form, of_one = _PARTS.get(unit.name if unit else "", (None, 1))
    found = form.match(text, end) if form else None
    return (Decimal(found[1]) / of_one, Decimal(1) / of_one, found.end()) if found else None


def _is_count(found: re.Match[str], before: str, behind: str, counted: str) -> bool:
    """Whether a number without a unit may count what is ``counted``.

    "300 parishes" do not count people, nor do "in 1912" and "3 of 10"; where nothing is said behind
    it, it may count anything.
    """
    things = _things(behind)
    if (found["word"] or "").lower() == "one" and not things:  # "one regular and one interactive"
        return False
    if not found["scale"] and _YEAR.fullmatch(found["digits"] or ""):
        return bool(things) and not _IN.search(before) and _are_same(things, counted)
    return not _OF.match(behind) and _are_same(things, counted)


def _are_same(things: set[str], counted: str) -> bool:
    same = {counted}.union(*(each for each in _SAME if counted in each))
    return not things or not counted or not things.isdisjoint(same)


def _things(behind: str) -> set[str]:
    said = _BEHIND_IT.match(behind)
    return set(_PLURAL.findall(said.group())) if said else set()


def _last_digit(number: Decimal, kind: Kind) -> Decimal:
    """What one more in the last digit that is told would add.

    Money is told to the last one, and so is what is counted unless it comes in thousands. Of other
    whole numbers the first two count, and those behind that are not zero: "8,800 m" may be 8,812.
    """
    _, digits, exponent = number.as_tuple()
    place = int(exponent)
    is_round = kind is not Kind.COUNT or not number % 1000
    if not place and kind is not Kind.MONEY and is_round:
        zeros = len(digits) - len(str(abs(int(number))).rstrip("0"))
        place = max(0, min(zeros, len(digits) - 2))
    return Decimal(10) ** place


def _told_about(amount: Amount) -> Amount | None:
    """An amount told about: it may be half as much again, or a third less."""
    if amount.low < 0 or (amount.unit and amount.unit.kind is Kind.TEMPERATURE):
        return None
    return Amount(low=amount.low / _ABOUT_BY, high=amount.high * _ABOUT_BY, unit=amount.unit)
