"""Texts changed by rule no longer say what they said."""

import random
import re
from collections.abc import Callable

import pytest

from groundwire.training.perturbing import (
    change_number,
    kind_of,
    names_in,
    negate,
    oppose,
    perturb,
    spans_like,
    swap_thing,
)

CLAIM = "The Silver Otter was built at Tarnholm in 1874 by 34 people."
PASSAGE = "The Patient Heron, built in Sandhollow in 1911, carries twelve bicycles and 60 people."
Change = Callable[[str, random.Random], str | None]


def draws() -> list[random.Random]:
    return [random.Random(seed) for seed in range(30)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("11 July 1934", "date"),
        ("1874", "year"),
        ("34 people", "number"),
        ("twelve", "number"),
        ("Bank of Tarn", "name"),
        ("diesel oil", "words"),
        ("because the river was low that year", "phrase"),
    ],
)
def test_the_kind_of_a_short_text_is_told_by_its_looks(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Who founded Kestrel Looms?", ["Kestrel Looms"]),
        ("What is the Bank of Tarn for?", ["Bank of Tarn"]),
        ("Which Otter sank?", ["Otter"]),
        ("Boats sank. Many were old.", []),
        ("boats sank", []),
    ],
)
def test_names_are_found_where_capitals_mean_one(text: str, names: list[str]) -> None:
    assert [text[start:end] for start, end in names_in(text)] == names


@pytest.mark.parametrize(
    ("kind", "found"),
    [("year", ["1911"]), ("number", ["1911", "60", "twelve"]), ("phrase", [])],
)
def test_things_of_a_kind_are_found(kind: str, found: list[str]) -> None:
    assert [PASSAGE[start:end] for start, end in spans_like(kind, PASSAGE)] == found


def test_a_thing_is_exchanged_for_one_that_the_claim_does_not_name() -> None:
    changed = {swap_thing(CLAIM, PASSAGE, draw) for draw in draws()}
    assert len(changed) > 3
    for one in changed:
        assert one is not None
        put_in = [name for name in ("Heron", "Sandhollow", "1911", "twelve", "60") if name in one]
        assert put_in
        assert one != CLAIM


def test_nothing_is_exchanged_where_there_is_nothing_else() -> None:
    assert swap_thing(CLAIM, CLAIM, random.Random(1)) is None
    assert swap_thing("it rains", PASSAGE, random.Random(1)) is None


def test_a_number_changes_in_one_digit_and_keeps_its_size() -> None:
    for draw in draws():
        changed = change_number(CLAIM, draw)
        assert changed is not None
        differing = [place for place, sign in enumerate(CLAIM) if changed[place] != sign]
        assert len(differing) == 1
        assert CLAIM[differing[0]].isdigit()
        assert changed[differing[0]] in "123456789"
    assert change_number("It rains.", random.Random(1)) is None


@pytest.mark.parametrize(
    ("text", "opposite"),
    [
        ("The largest boat sank.", "The smallest boat sank."),
        ("Largest of all was the Otter.", "Smallest of all was the Otter."),
        ("It rains.", None),
    ],
)
def test_a_word_becomes_its_opposite(text: str, opposite: str | None) -> None:
    assert oppose(text, random.Random(1)) == opposite


def test_an_opposite_that_little_turns_on_is_only_the_last_choice() -> None:
    assert {oppose("All of the largest boats", draw) for draw in draws()} == {
        "All of the smallest boats"
    }


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("The mill was sold.", r"The mill was(?:n't| not| never) sold\."),
        ("The mill was not sold.", r"The mill was sold\."),
        ("She can swim.", r"She can(?:'t| not| never) swim\."),
        ("Which boats were built there?", r"Which boats weren't built there\?"),
    ],
)
def test_a_negation_is_put_in_or_taken_out(text: str, allowed: str) -> None:
    for draw in draws():
        assert re.fullmatch(allowed, negate(text, draw) or "")


def test_what_has_no_verb_is_not_negated() -> None:
    assert negate("Silver Otter", random.Random(1)) is None


def test_some_change_is_found_for_most_texts_and_none_for_nothing() -> None:
    for draw in draws():
        assert perturb(CLAIM, PASSAGE, draw, elsewhere=[PASSAGE]) not in (None, CLAIM)
    assert perturb("", "", random.Random(1)) is None


@pytest.mark.parametrize("change", [change_number, oppose, negate])
def test_the_same_seed_changes_the_same(change: Change) -> None:
    text = "The largest mill was built in 1874."
    assert change(text, random.Random(5)) == change(text, random.Random(5))
