"""Intervals hold what they promise, and agreement is counted as its definition says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, norm

from groundwire.eval.measure import Values
from groundwire.eval.schema import Estimate
from groundwire.eval.statistics import (
    agreement,
    estimate_mean,
    estimate_means,
    estimate_whole,
)

SHARES = np.random.default_rng(5).random(300)


def share_of_first(rows: Values) -> float:
    """A value that is no mean, and not defined where the second numbers are all 0."""
    return float(rows[:, 0].sum() / rows[:, 1].sum()) if rows[:, 1].any() else float("nan")


def test_the_interval_is_that_of_the_textbook() -> None:
    found = estimate_mean(SHARES)
    half = norm.ppf(0.975) * SHARES.std() / 300**0.5
    assert found.n == 300
    assert found.mean == pytest.approx(SHARES.mean())
    assert found.low == pytest.approx(SHARES.mean() - half, abs=0.1 * half)
    assert found.high == pytest.approx(SHARES.mean() + half, abs=0.1 * half)


def test_the_interval_is_that_of_scipy() -> None:
    wanted = bootstrap((SHARES**4,), np.mean, n_resamples=2000, method="percentile", rng=3)
    found = estimate_mean(SHARES**4, seed=3)
    assert (found.low, found.high) == pytest.approx(tuple(wanted.confidence_interval))


def test_about_95_of_100_intervals_hold_the_true_mean() -> None:
    table = np.random.default_rng(2).exponential(size=(200, 1000))
    held = [one.low <= 1 <= one.high for one in estimate_means(table)]
    assert 920 <= sum(held) <= 970


def test_a_seed_decides_all_and_columns_do_not_touch_each_other() -> None:
    alone, other = estimate_mean(SHARES, seed=4), estimate_mean(SHARES, seed=5)
    beside = estimate_means(np.stack([SHARES**2, SHARES], axis=1), seed=4)[1]
    assert (beside.low, beside.high) == pytest.approx((alone.low, alone.high), rel=1e-12)
    assert (other.low, other.high) != pytest.approx((alone.low, alone.high), rel=1e-6)


@pytest.mark.parametrize("values", [[0.3], [0.1] * 10, [1.0, 1.0]])
def test_what_does_not_vary_has_no_width(values: list[float]) -> None:
    wanted = Estimate(mean=values[0], low=values[0], high=values[0], n=len(values))
    assert estimate_mean(np.array(values)) == wanted
    rows = np.column_stack([values, np.ones(len(values))])
    assert estimate_whole(rows, lambda found: float(found[0, 0])) == wanted


def test_a_value_of_all_rows_has_an_interval_around_it() -> None:
    rows = np.column_stack([SHARES, np.ones(300)])
    found, wanted = estimate_whole(rows, share_of_first, seed=6), estimate_mean(SHARES, seed=6)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))


def test_a_value_that_is_not_defined_has_no_estimate() -> None:
    assert estimate_whole(np.zeros((5, 2)), share_of_first) is None


def test_resamples_without_a_value_leave_the_interval_finite() -> None:
    rows = np.zeros((20, 2))
    rows[0] = (0.5, 1.0)
    found = estimate_whole(rows, share_of_first)
    assert found == Estimate(mean=0.5, low=0.5, high=0.5, n=20)


def test_agreement_is_what_cohen_counts() -> None:
    # 45 both yes, 15 only the first, 25 only the second, 15 both no: by hand, kappa is 0.13.
    first = ["yes"] * 60 + ["no"] * 40
    second = ["yes"] * 45 + ["no"] * 15 + ["yes"] * 25 + ["no"] * 15
    found = agreement(first, second)
    assert found.kappa == pytest.approx((0.6 - 0.54) / 0.46)
    # By the formula of Fleiss, Cohen and Everitt.
    assert found.low == pytest.approx(-0.06, abs=0.01)
    assert found.high == pytest.approx(0.32, abs=0.01)
    assert (found.n, found.observed) == (100, 0.6)


def test_full_agreement_and_none_at_all() -> None:
    assert agreement("aabb", "aabb").kappa == 1.0
    assert agreement("aabb", "bbaa").kappa == -1.0
    assert agreement("a", "b").kappa == 0.0


def test_agreement_on_one_label_says_nothing() -> None:
    found = agreement([1, 1], [1, 1])
    assert (found.kappa, found.low, found.high, found.observed) == (None, None, None, 1.0)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_kappa_lies_within_its_interval(labels: list[tuple[str, str]]) -> None:
    first, second = zip(*labels, strict=True)
    found = agreement(first, second)
    if found.kappa is not None and found.low is not None and found.high is not None:
        assert -1 <= found.low <= found.kappa <= found.high <= 1
        assert agreement(second, first).kappa == pytest.approx(found.kappa)
