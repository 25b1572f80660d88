"""Measures of abstaining and of support, by numbers worked out by hand."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.eval.abstention_measures import (
    ABSTENTION_MEASURES,
    reliability_bins,
    risk_coverage_curve,
)
from groundwire.eval.measure import Unscored
from groundwire.eval.schema import Case

MEASURES = {str(measure): measure for measure in ABSTENTION_MEASURES}
ABSTAINING = ("AbstainPrecision", "AbstainRecall", "AbstainF1")


def case(
    status: str,
    *,
    answerable: bool | None = None,
    support: float | None = None,
    right: bool | None = None,
) -> Case:
    measures = {} if right is None else {"AnswerContained": float(right)}
    return Case(
        id="q",
        question="?",
        status=status,
        short_answer=None,
        ranking=(),
        measures=measures,
        seconds=0.0,
        support=support,
        answerable=answerable,
    )


def answered(support: float | None, right: bool) -> Case:  # noqa: FBT001 - read as a table
    return case("answered", support=support, right=right)


def value(name: str, cases: Sequence[Case]) -> float:
    rows = [row for row in map(MEASURES[name].row, cases) if not isinstance(row, Unscored)]
    return MEASURES[name].value(
        np.array(rows, dtype=float).reshape(len(rows), len(rows[0]) if rows else 3)
    )


def mixed() -> list[Case]:
    """Abstained rightly 2, wrongly 1; answered rightly 3, wrongly 2."""
    right = [case("abstained", answerable=False)] * 2 + [case("answered", answerable=True)] * 3
    wrong = [case("abstained", answerable=True)] + [case("partial", answerable=False)] * 2
    return [*right, *wrong]


def test_abstaining_is_scored_as_finding_what_cannot_be_answered() -> None:
    assert value("AbstainPrecision", mixed()) == pytest.approx(2 / 3)
    assert value("AbstainRecall", mixed()) == pytest.approx(2 / 4)
    assert value("AbstainF1", mixed()) == pytest.approx(2 * 2 / (3 + 4))


def test_questions_of_which_it_is_not_known_are_left_out() -> None:
    unknown = case("abstained")
    reason = Unscored("it is not known what can be answered")
    for name in ABSTAINING:
        assert value(name, [*mixed(), unknown, unknown]) == value(name, mixed())
        assert MEASURES[name].row(unknown) == reason


def test_where_nothing_is_abstained_from_there_is_no_precision() -> None:
    talkative = [case("answered", answerable=False), case("answered", answerable=True)]
    assert math.isnan(value("AbstainPrecision", talkative))
    assert (value("AbstainRecall", talkative), value("AbstainF1", talkative)) == (0.0, 0.0)


@pytest.mark.parametrize("name", ABSTAINING)
def test_where_everything_can_be_answered_abstaining_is_not_measured(name: str) -> None:
    all_answerable = [case("abstained", answerable=True), case("answered", answerable=True)]
    assert math.isnan(value(name, all_answerable))
    assert MEASURES[name].undefined


@pytest.mark.parametrize("name", MEASURES)
def test_a_search_gives_no_answers(name: str) -> None:
    searched = case("retrieved", answerable=True, support=0.5, right=True)
    assert MEASURES[name].row(searched) == Unscored("gives no answers")
    assert math.isnan(value(name, [searched]))


def test_risk_is_the_share_of_wrong_ones_among_the_surest() -> None:
    cases = [
        answered(0.7, right=False),
        answered(0.9, right=True),
        answered(0.8, right=True),
        case("abstained", support=0.95, right=False),
        case("abstained", support=0.1, right=True),
    ]
    coverages, risks = risk_coverage_curve(cases)
    assert coverages == pytest.approx([1 / 5, 2 / 5, 3 / 5])
    assert risks == pytest.approx([0, 0, 1 / 3])
    assert value("AURC", cases) == pytest.approx(1 / 9)


def test_within_a_tie_the_risk_is_that_of_a_random_order() -> None:
    cases = [answered(0.9, right=False), answered(0.5, right=True), answered(0.5, right=False)]
    for order in (cases, cases[::-1], [cases[1], cases[0], cases[2]]):
        _, risks = risk_coverage_curve(order)
        assert risks == pytest.approx([1, (1 + 0.5) / 2, 2 / 3])


def test_the_area_does_not_depend_on_how_much_was_abstained_from() -> None:
    cases = [answered(0.9, right=True), answered(0.5, right=False)]
    held_back = [case("abstained", support=0.2, right=False)] * 5
    assert value("AURC", cases) == value("AURC", [*cases, *held_back]) == 0.25
    assert risk_coverage_curve([*cases, *held_back])[0][-1] == pytest.approx(2 / 7)


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        (case("answered", support=0.9), "AnswerContained is not scored"),
        (answered(None, right=True), "gives no support"),
        (case("abstained", support=0.4, right=True), "no question was answered"),
    ],
)
def test_what_cannot_be_relied_on_is_left_out(left_out: Case, reason: str) -> None:
    kept = answered(0.6, right=True)
    for name in ("AURC", "ECE"):
        assert MEASURES[name].row(left_out) == Unscored(reason)
        assert value(name, [left_out, kept]) == value(name, [kept])


def test_nothing_answered_has_an_empty_curve_and_no_bins() -> None:
    coverages, risks = risk_coverage_curve([])
    assert (len(coverages), len(risks), reliability_bins([])) == (0, 0, ())


def test_calibration_compares_support_with_what_was_right() -> None:
    cases = [
        answered(0.82, right=True),
        answered(0.88, right=False),
        answered(0.30, right=False),
        answered(1.0, right=True),
        answered(0.0, right=False),
    ]
    found = [(one.low, one.high, one.support, one.right, one.n) for one in reliability_bins(cases)]
    # A bin holds its upper edge; the first one holds 0 too.
    expected = [(0, 0.1, 0, 0, 1), (0.2, 0.3, 0.3, 0, 1), (0.8, 0.9, 0.85, 0.5, 2)]
    assert found == [pytest.approx(one) for one in (*expected, (0.9, 1, 1, 1, 1))]
    assert value("ECE", cases) == pytest.approx((0 + 0.3 + 2 * 0.35 + 0) / 5)


def test_less_risk_and_less_error_are_better() -> None:
    lower = [name for name, measure in MEASURES.items() if not measure.higher_is_better]
    assert lower == ["AURC", "ECE"]


STATUSES = st.sampled_from(["answered", "partial", "abstained", "retrieved"])
CASES = st.builds(
    case,
    STATUSES,
    answerable=st.none() | st.booleans(),
    support=st.none() | st.sampled_from([0.0, 0.3, 0.30001, 0.5, 1.0]) | st.floats(0, 1),
    right=st.none() | st.booleans(),
)


@given(st.lists(CASES, max_size=12), st.randoms(use_true_random=False))
def test_values_are_shares_and_do_not_depend_on_the_order(
    cases: list[Case], draw: random.Random
) -> None:
    shuffled = draw.sample(cases, len(cases))
    for name in MEASURES:
        found = value(name, cases)
        assert math.isnan(found) or 0 <= found <= 1
        assert value(name, shuffled) == pytest.approx(found, nan_ok=True)
    coverages, risks = risk_coverage_curve(cases)
    assert all(0 < one <= 1 for one in coverages)
    assert all(0 <= one <= 1 for one in risks)
    assert sum(one.n for one in reliability_bins(cases)) == len(risks)
