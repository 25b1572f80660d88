"""What a number of questions can show, against definitions and published numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwire.eval.power import (
    MANY_QUESTIONS,
    detectable_mean,
    detectable_yes_no,
    needed_mean,
    needed_yes_no,
    power_of_mcnemar,
    power_of_means,
)
from groundwire.eval.significance import p_of_yes_no


def test_half_a_deviation_takes_34_pairs() -> None:
    # A textbook number: Cohen, "Statistical Power Analysis", a paired t test at 5 % and 80 %.
    assert needed_mean(0.5, 1.0) == 34
    assert needed_mean(-0.05, 0.1) == 34
    assert detectable_mean(34, 1.0) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("comparisons", [1, 20, 180, 2_000])
@pytest.mark.parametrize("n", [30, 400, 20_000])
def test_what_is_detectable_takes_as_many(n: int, comparisons: int) -> None:
    smallest = detectable_mean(n, 0.3, comparisons=comparisons)
    assert smallest is not None
    assert needed_mean(smallest, 0.3, comparisons=comparisons) == pytest.approx(n, rel=0.01, abs=1)
    assert power_of_means(n, smallest / 0.3, level=0.05 / comparisons) == pytest.approx(0.8)
    share = detectable_yes_no(n, 0.3, comparisons=comparisons)
    assert share is not None
    assert needed_yes_no(share, 0.3, comparisons=comparisons) == pytest.approx(n, rel=0.02, abs=2)


def test_more_comparisons_take_more_questions() -> None:
    few, many = (needed_mean(0.02, 0.3, comparisons=count) for count in (1, 40))
    assert few is not None
    assert many is not None
    assert many > 2 * few


def test_the_power_of_mcnemar_is_counted_out() -> None:
    """Of four questions, by every way that they can come out."""
    gained, lost, level, found = 0.5, 0.1, 0.2, 0.0
    for ways in np.ndindex(3, 3, 3, 3):
        chance = float(np.prod([(1 - gained - lost, gained, lost)[way] for way in ways]))
        first, second = (np.array([way == which for way in ways], float) for which in (2, 1))
        better = second.sum() > first.sum()
        found += chance * (better and p_of_yes_no(first, second) <= level)
    assert power_of_mcnemar(4, 0.4, differing=0.6, level=level) == pytest.approx(found)


@pytest.mark.parametrize(("comparisons", "fewest"), [(1, 6), (20, 10)])
def test_too_few_questions_can_show_nothing(comparisons: int, fewest: int) -> None:
    for find in (detectable_mean, detectable_yes_no):
        assert find(fewest - 1, 0.5, comparisons=comparisons) is None
        assert find(fewest, 0.5, comparisons=comparisons) is not None
    assert needed_mean(1.0, 1e-6, comparisons=comparisons) == fewest
    assert needed_yes_no(1.0, 1.0, comparisons=comparisons) == fewest


def test_without_a_difference_there_is_nothing_to_say() -> None:
    assert detectable_mean(100, 0.0) is None
    assert detectable_yes_no(100, 0.0) is None
    assert needed_mean(0.0, 0.3) is None
    assert needed_mean(0.1, 0.0) is None
    assert needed_yes_no(0.0, 0.3) is None


@pytest.mark.parametrize("difference", [1e-5, 1e-17, 1e-300])
def test_over_ten_million_questions_are_no_answer(difference: float) -> None:
    assert needed_mean(difference, 0.3) is None
    assert needed_yes_no(difference, 0.3) is None


@pytest.mark.parametrize("difference", [0.022, 0.021, 0.01])
def test_the_approximation_for_many_questions_is_close(difference: float) -> None:
    count = needed_yes_no(difference, 0.3)
    assert count is not None
    found = power_of_mcnemar(count, difference, differing=0.3, level=0.05)
    assert (count > MANY_QUESTIONS) == (difference < 0.022)
    assert found == pytest.approx(0.8, abs=0.008)


@settings(deadline=None)
@given(st.floats(0.001, 1), st.floats(0.001, 1), st.integers(1, 500))
def test_a_smaller_difference_never_takes_fewer(a: float, b: float, comparisons: int) -> None:
    small, large = (needed_mean(one, 0.4, comparisons=comparisons) for one in sorted((a, b)))
    assert large is not None
    assert small is None or small >= large
