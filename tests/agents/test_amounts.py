"""Amounts: numbers as texts tell them, with their units, and which of two is more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.agents.amounts import Wanted, in_sentence, is_more, read_amount
from groundwire.agents.units import Kind, are_comparable, in_common

COUNT, LENGTH, AREA, MASS = Kind.COUNT, Kind.LENGTH, Kind.AREA, Kind.MASS
MONEY, TIME, SPEED = Kind.MONEY, Kind.TIME, Kind.SPEED


def wanted(*kinds: Kind, counted: str = "") -> Wanted:
    return Wanted(kinds=frozenset(kinds), counted=counted)


@pytest.mark.parametrize(
    ("text", "kind", "ends", "unit"),
    [
        ("1,234,567 inhabitants", COUNT, (1_234_566.5, 1_234_567.5), None),
        ("1\u00a0234 inhabitants", COUNT, (1233.5, 1234.5), None),
        ("1.234.567", COUNT, (1_234_566.5, 1_234_567.5), None),
        ("twelve goals", COUNT, (11.5, 12.5), None),
        ("twenty-five", COUNT, (24.5, 25.5), None),
        ("1912 pupils", COUNT, (1911.5, 1912.5), None),
        ("1.2 million", COUNT, (1_150_000, 1_250_000), None),
        ("3 billion people", COUNT, (2.5e9, 3.5e9), None),
        ("two hundred thousand", COUNT, (150_000, 250_000), None),
        ("3 dozen", COUNT, (30, 42), None),
        ("12,000 people", COUNT, (11_500, 12_500), None),  # rounded to thousands, mostly
        ("2,850 km (1,770 mi)", LENGTH, (2845, 2855), "kilometre"),
        ("a 300-metre tower", LENGTH, (295, 305), "metre"),
        ("7535m", LENGTH, (7534.5, 7535.5), "metre"),
        ("6 ft", LENGTH, (5.5, 6.5), "foot"),
        ("12.5 km\u00b2", AREA, (12.45, 12.55), "square kilometre"),
        ("12 sq mi", AREA, (11.5, 12.5), "square mile"),
        ("40 hectares", AREA, (39.5, 40.5), "hectare"),
        ("14 cubic metres", Kind.VOLUME, (13.5, 14.5), "cubic metre"),
        ("25 pounds", MASS, (24.5, 25.5), "pound of mass"),
        ("500 pounds", MONEY, (499.5, 500.5), "pound"),
        ("\u20ac12.50", MONEY, (12.495, 12.505), "euro"),
        ("$2,000", MONEY, (1999.5, 2000.5), "dollar"),
        ("US$1.5bn", MONEY, (1.45e9, 1.55e9), "US dollar"),
        ("95 minutes", TIME, (94.5, 95.5), "minute"),
        ("125 kilometres per hour", SPEED, (124.5, 125.5), "km/h"),
        ("\u22125 \u00b0C", Kind.TEMPERATURE, (-5.5, -4.5), "celsius"),
        ("7.5 per cent", Kind.PERCENT, (7.45, 7.55), "per cent"),
    ],
)
def test_a_number_is_read_as_exactly_as_it_is_told(
    text: str, kind: Kind, ends: tuple[float, float], unit: str | None
) -> None:
    amount = read_amount(text, wanted(kind))
    assert amount is not None
    assert (float(amount.low), float(amount.high)) == ends
    assert (amount.unit.name if amount.unit else None) == unit


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("over 300 km", LENGTH),
        ("up to 300 km", LENGTH),
        ("at least 300 km", LENGTH),
        ("less than 300 km", LENGTH),
        ("300+ km", LENGTH),
        ("300 km or more", LENGTH),
        ("between 10 and 20 km", LENGTH),
        ("10-20 km", LENGTH),
        ("10 \u2013 20 km", LENGTH),
        ("10 km to 20 km", LENGTH),
        ("ten to twenty goals", COUNT),
        ("20 m by 30 m", LENGTH),
        ("10 m shorter than the Moor", LENGTH),
        ("12 km from Tarn", LENGTH),
        ("12 km north of Tarn", LENGTH),
        ("grew by 300 pupils", COUNT),
        ("another 300 pupils", COUNT),
        ("2,850", LENGTH),  # of what?
        ("2,850 km", AREA),
        ("12 km\u00b2", LENGTH),
        ("120 km/h", LENGTH),
        ("5 kg per day", MASS),
        ("300 inhabitants per km\u00b2", COUNT),
        ("12 %", COUNT),
        ("12 km", COUNT),
        ("1912", COUNT),  # a year
        ("in 1912 pupils moved", COUNT),
        ("1.234 km", LENGTH),  # more than one, or than a thousand
        ("1,5 km", LENGTH),
        ("1 234 km", LENGTH),
        ("1/2 km", LENGTH),
        ("5 1/2 km", LENGTH),
        ("3 and a half million", COUNT),
        ("two hundred and fifty pupils", COUNT),
        ("3 of 10", COUNT),
        ("3rd", COUNT),
        ("one regular and one heavy", COUNT),
        ("12k", COUNT),
        ("$5m", MONEY),
        ("C$500", MONEY),
        ("no. 12", COUNT),
        ("A4", COUNT),
        ("5 May", COUNT),
        ("18:40", COUNT),
        ("about \u22125 \u00b0C", Kind.TEMPERATURE),
        ("many", COUNT),
        ("millions", COUNT),
        ("1" * 3000, COUNT),
        ("", COUNT),
    ],
)
def test_what_may_be_anything_else_is_no_amount(text: str, kind: Kind) -> None:
    assert read_amount(text, wanted(kind)) is None


@pytest.mark.parametrize(
    ("text", "counted", "counts"),
    [
        ("300 pupils", "pupils", True),
        ("300 full-time students in Tarn", "pupils", True),
        ("10,000 residents", "inhabitants", True),
        ("a population of 17,816.", "inhabitants", True),
        ("one or two pupils", "pupils", False),
        ("12 parishes", "inhabitants", False),
        ("1 billion astronomical objects", "inhabitants", False),
        ("300 teachers", "pupils", False),
    ],
)
def test_only_what_was_asked_for_is_counted(text: str, counted: str, *, counts: bool) -> None:
    amount = read_amount(text, wanted(COUNT, counted=counted))
    assert (amount is not None) is counts


@pytest.mark.parametrize(
    ("one", "other", "kind", "more"),
    [
        ("1,234,567", "987,654", COUNT, True),
        ("fifteen", "12", COUNT, True),
        ("980 seats", "1,200 seats", COUNT, False),
        ("300 pupils", "299 pupils", COUNT, True),
        ("312", "312", COUNT, None),
        ("1.2 million", "1,234,567", COUNT, None),  # the one may be the other, rounded
        ("1.2 million", "1,300,000", COUNT, False),
        ("12,000 people", "12,045 people", COUNT, None),
        ("2,850 km", "1,900 miles", LENGTH, False),
        ("300 m", "800 feet", LENGTH, True),
        ("200 miles", "320 km", LENGTH, None),  # 321.9 km, if they are 200 exactly
        ("8,850 m", "8,848 m", LENGTH, None),
        ("12 kg", "12.4 kg", MASS, None),
        ("12 kg", "14 kg", MASS, False),
        ("6 ft 4 in (1.93 m)", "6 ft 5 in", LENGTH, False),
        ("6 ft 4 in", "1.90 m", LENGTH, True),
        ("2 hours 5 minutes", "118 minutes", TIME, True),
        ("50 hectares", "1 km\u00b2", AREA, None),
        ("50 hectares", "3 km\u00b2", AREA, False),
        ("30 tons", "10 tonnes", MASS, None),  # whose tons?
        ("30 tons", "12 tons", MASS, True),
        ("60 mph", "90 km/h", SPEED, True),
        ("20 \u00b0C", "75 \u00b0F", Kind.TEMPERATURE, False),
        ("95 minutes", "12 km", TIME, None),
        ("$500", "$495", MONEY, True),
        ("$500", "\u20ac300", MONEY, None),
        ("about 300 km", "about 5,000 km", LENGTH, False),
        ("about 300 km", "about 400 km", LENGTH, None),
        ("about 300 km", "280 km", LENGTH, None),
        ("nearly 300 km", "900 km", LENGTH, False),
    ],
)
def test_which_is_more_is_computed_or_left_open(
    one: str, other: str, kind: Kind, *, more: bool | None
) -> None:
    kinds = wanted(kind, LENGTH) if kind is TIME else wanted(kind)
    amounts = read_amount(one, kinds), read_amount(other, kinds)
    assert amounts[0] is not None
    assert amounts[1] is not None
    assert is_more(amounts[0], amounts[1]) is more
    assert is_more(amounts[1], amounts[0]) is (None if more is None else not more)


def test_whose_dollars_are_meant_is_not_known() -> None:
    dollars = read_amount("$500", wanted(MONEY))
    assert dollars is not None
    assert dollars.unit is not None
    assert not are_comparable(dollars.unit, dollars.unit)
    with pytest.raises(ValueError, match="dollar"):
        in_common(500, dollars.unit)


@pytest.mark.parametrize(
    ("before", "span", "behind", "length"),
    [
        ("The river is ", "2,850", " km long.", 2850),
        ("The river is over ", "2,850 km", " long.", None),
        ("It is between 10 and ", "20 km", " long.", None),
        ("It is 10\u2013", "20 km", " long.", None),
        ("It is 10 ", "long", ".", None),  # the span itself says no number
        ("From Tarn to ", "the Moor", ", 30 km away.", None),
    ],
)
def test_what_stands_around_a_span_belongs_to_its_number(
    before: str, span: str, behind: str, length: int | None
) -> None:
    amount = read_amount(in_sentence(before, span, behind), wanted(LENGTH))
    assert (amount and float(amount.low + amount.high) / 2) == length


@given(st.text(alphabet="0123456789,.- \u00a0$\u20ac%kmohundredtwabi\u00b2/", max_size=60))
def test_any_text_is_read_or_left(text: str) -> None:
    for kind in Kind:
        amount = read_amount(text, wanted(kind))
        assert amount is None or amount.low < amount.high
