"""Units of measurement as texts write them, and what they are in a common one of their kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Kind(StrEnum):
    """What a number tells: how many, or how much of what."""

    COUNT = "count"
    LENGTH = "length"
    AREA = "area"
    VOLUME = "volume"
    MASS = "mass"
    TIME = "time"
    SPEED = "speed"
    POWER = "power"
    TEMPERATURE = "temperature"
    PERCENT = "percent"
    MONEY = "money"


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One unit: its ``name`` tells it from others.

    ``constant`` is its size as scipy.constants calls it, to the ``power``; empty where it is the
    common one of its kind, None where what it is in that one is not known for certain.
    """

    name: str
    kind: Kind
    constant: str | None
    power: int = 1


# What a unit is called, how it is written, and its size. Case tells symbols: MW is no mW.
_METRE = r"met(?:re|er)s?"
_LENGTHS = (
    ("millimetre", rf"mm|(?i:milli{_METRE})", "milli"),
    ("centimetre", rf"cm|(?i:centi{_METRE})", "centi"),
    ("metre", rf"m|(?i:{_METRE})", ""),
    ("kilometre", rf"[Kk]m|(?i:kilo{_METRE})", "kilo"),
    ("inch", "(?i:inch(?:es)?)", "inch"),
    ("foot", "ft|(?i:feet|foot)", "foot"),
    ("yard", "yd|(?i:yards?)", "yard"),
    ("mile", "mi|(?i:miles?)", "mile"),
)
_OTHERS = (
    ("nautical mile", "nmi|(?i:nautical miles?)", Kind.LENGTH, "nautical_mile"),
    ("light year", "(?i:light[ -]years?)", Kind.LENGTH, "light_year"),
    ("hectare", "ha|(?i:hectares?)", Kind.AREA, "hectare"),
    ("acre", "(?i:acres?)", Kind.AREA, "acre"),
    ("litre", "[lL]|(?i:lit(?:re|er)s?)", Kind.VOLUME, "liter"),
    ("gram", "g|(?i:gram(?:me)?s?)", Kind.MASS, "gram"),
    ("kilogram", "kg|(?i:kilo(?:gram(?:me)?)?s?)", Kind.MASS, ""),
    ("tonne", "t|(?i:tonnes?|metric tons?)", Kind.MASS, "metric_ton"),
    ("short ton", "(?i:short tons?)", Kind.MASS, "short_ton"),
    ("long ton", "(?i:long tons?)", Kind.MASS, "long_ton"),
    ("ton", "(?i:tons?)", Kind.MASS, None),  # any of the three
    ("pound of mass", "lbs?|(?i:pounds?)", Kind.MASS, "pound"),
    ("ounce", "oz|(?i:ounces?)", Kind.MASS, "ounce"),
    ("second", "(?i:sec(?:ond)?s?)", Kind.TIME, ""),
    ("minute", "(?i:min(?:ute)?s?)", Kind.TIME, "minute"),
    ("hour", "h|(?i:h(?:ou)?rs?)", Kind.TIME, "hour"),
    ("day", "(?i:days?)", Kind.TIME, "day"),
    ("week", "(?i:weeks?)", Kind.TIME, "week"),
    ("month", "(?i:months?)", Kind.TIME, None),
    ("year", "(?i:years?)", Kind.TIME, "year"),
    ("km/h", rf"km/h|(?i:kmh|kph|kilo{_METRE} (?:per|an) hour)", Kind.SPEED, "kmh"),
    ("mph", "(?i:mph|miles (?:per|an) hour)", Kind.SPEED, "mph"),
    ("m/s", rf"m/s|(?i:{_METRE} (?:per|a) second)", Kind.SPEED, ""),
    ("knot", "kn|(?i:knots?)", Kind.SPEED, "knot"),
    ("watt", "W|(?i:watts?)", Kind.POWER, ""),
    ("kilowatt", "kW|(?i:kilowatts?)", Kind.POWER, "kilo"),
    ("megawatt", "MW|(?i:megawatts?)", Kind.POWER, "mega"),
    ("gigawatt", "GW|(?i:gigawatts?)", Kind.POWER, "giga"),
    ("horsepower", "hp|(?i:horsepower)", Kind.POWER, "hp"),
    ("celsius", "\u00b0 ?C|(?i:degrees? (?:celsius|centigrade))", Kind.TEMPERATURE, "Celsius"),
    ("fahrenheit", "\u00b0 ?F|(?i:degrees? fahrenheit)", Kind.TEMPERATURE, "Fahrenheit"),
    ("per cent", "%|(?i:per ?cent)", Kind.PERCENT, ""),
    ("dollar", "(?i:dollars?)", Kind.MONEY, None),  # of any country
    ("US dollar", r"USD|(?i:us dollars?|u\.s\. dollars?)", Kind.MONEY, None),
    ("euro", "EUR|\u20ac|(?i:euros?)", Kind.MONEY, None),
    ("pound", "GBP|(?i:pounds?(?: sterling)?)", Kind.MONEY, None),
    ("yen", "JPY|(?i:yen)", Kind.MONEY, None),
    ("Swiss franc", "CHF|(?i:swiss francs?)", Kind.MONEY, None),
)
_SQUARE, _SQUARED = r"(?i:square|sq\.?) ?", "(?:\u00b2|\\^?2)"
_CUBIC, _CUBED = r"(?i:cubic|cu\.?) ?", "(?:\u00b3|\\^?3)"


CURRENCY_SIGNS = {
    sign: Unit(name=name, kind=Kind.MONEY, constant=None)
    for sign, name in (
        ("$", "dollar"),
        ("US$", "US dollar"),
        ("\u20ac", "euro"),
        ("\u00a3", "pound"),
    )
}


@cache
def _every_unit() -> list[tuple[re.Pattern[str], Unit]]:
    """All units and how they are written; compiled at the first number, not at the start."""
    rows = [(name, form, kind, constant, 1) for name, form, kind, constant in _OTHERS]
    for name, form, constant in _LENGTHS:
        square = f"{_SQUARE}(?:{form})|(?:{form}){_SQUARED}"
        cubic = f"{_CUBIC}(?:{form})|(?:{form}){_CUBED}"
        rows.append((name, form, Kind.LENGTH, constant, 1))
        rows.append((f"square {name}", square, Kind.AREA, constant, 2))
        rows.append((f"cubic {name}", cubic, Kind.VOLUME, constant, 3))
    return [
        (
            re.compile(f"(?:{form})(?![\\w/\u00b2\u00b3^])"),
            Unit(name=name, kind=kind, constant=constant, power=power),
        )
        for name, form, kind, constant, power in rows
    ]


def find_unit(text: str, at: int, kinds: frozenset[Kind]) -> tuple[Unit, int] | None:
    """The unit that stands ``at`` a place of ``text``, and where it ends; None without one.

    Where it may be of several kinds, pounds of mass or of money, it is of one of ``kinds``.
    """
    found = [
        (match.end(), unit.kind in kinds, unit)
        for form, unit in _every_unit()
        if (match := form.match(text, at))
    ]
    if not found:
        return None
    end, _, unit = max(found, key=lambda one: one[:2])
    return unit, end


def are_comparable(one: Unit, other: Unit) -> bool:
    """Whether amounts of two units can be told in a common one."""
    return one.kind is other.kind and None not in {one.constant, other.constant}


def in_common(amount: float, unit: Unit) -> float:
    """``amount`` of ``unit`` in the common unit of its kind; ValueError where that is not known."""
    # Imported where two units meet: it takes a tenth of a second and more.
    from scipy import constants

    if unit.constant is None:
        raise ValueError(f"What {unit.name} is in other units is not known.")
    if unit.kind is Kind.TEMPERATURE:
        return float(constants.convert_temperature(amount, unit.constant, "K"))
    size = getattr(constants, unit.constant) if unit.constant else 1.0
    return amount * float(size) ** unit.power
