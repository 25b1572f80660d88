"""p values are those of scipy's own tests, and what cannot differ is never significant."""

import numpy as np
import pytest
from scipy.stats import binomtest, permutation_test

from groundwire.eval.measure import Values
from groundwire.eval.significance import holm, p_of_means, p_of_wholes, p_of_yes_no

DRAW = np.random.default_rng(8)
FIRST = DRAW.random(40)
SECOND = np.clip(FIRST + DRAW.normal(0.06, 0.2, 40), 0, 1)


def scipy_p(first: Values, second: Values) -> float:
    found = permutation_test(
        (second - first,), np.mean, permutation_type="samples", n_resamples=20_000, rng=1
    )
    return float(found.pvalue)


def mean_of_first(rows: Values) -> float:
    return float(rows[:, 0].mean())


@pytest.mark.parametrize("count", [2, 5, 12])
def test_few_questions_are_counted_out_as_scipy_does(count: int) -> None:
    first, second = FIRST[:count], SECOND[:count]
    assert p_of_means(first, second) == pytest.approx(scipy_p(first, second))


def test_many_questions_are_drawn_as_scipy_does() -> None:
    assert p_of_means(FIRST, SECOND) == pytest.approx(scipy_p(FIRST, SECOND), rel=0.2)


def test_questions_of_equal_score_change_nothing() -> None:
    padded = np.append(FIRST, np.ones(50)), np.append(SECOND, np.ones(50))
    assert p_of_means(*padded) == p_of_means(FIRST, SECOND)


def test_the_smallest_p_is_as_small_as_was_asked_for() -> None:
    assert p_of_means(FIRST, FIRST + 0.5, most=10_000) == 1 / 10_001
    assert p_of_means(FIRST, FIRST + 0.5, most=1_000) == 1 / 1_001


def test_a_value_that_is_a_mean_is_tested_like_one() -> None:
    first, second = (np.column_stack([one, one]) for one in (FIRST, SECOND))
    wanted = p_of_means(FIRST, SECOND, seed=2, most=2_000)
    assert p_of_wholes(first, second, value=mean_of_first, seed=2, most=2_000) == wanted


def test_an_exchange_without_a_value_is_no_evidence() -> None:
    first, second = np.zeros((8, 1)), np.ones((8, 1))

    def ones_only(rows: Values) -> float:
        return float(rows.mean()) if rows.min() == rows.max() else float("nan")

    assert p_of_wholes(first, second, value=ones_only) == 1.0


def test_yes_and_no_is_a_question_of_the_discordant() -> None:
    first = np.array([1.0] * 30 + [0.0] * 12 + [1.0] * 3)
    second = np.array([1.0] * 42 + [0.0] * 3)
    assert p_of_yes_no(first, second) == pytest.approx(binomtest(3, 15).pvalue)


@pytest.mark.parametrize("count", [2, 40])
def test_the_same_is_never_different(count: int) -> None:
    same = FIRST[:count]
    assert p_of_means(same, same.copy()) == 1.0
    assert p_of_wholes(same[:, None], same[:, None], value=mean_of_first) == 1.0
    assert p_of_yes_no(same.round(), same.round()) == 1.0


def test_swapping_the_systems_changes_no_p() -> None:
    assert p_of_means(FIRST, SECOND) == p_of_means(SECOND, FIRST)
    first, second = FIRST[:, None], SECOND[:, None]
    there = p_of_wholes(first, second, value=mean_of_first)
    assert there == p_of_wholes(second, first, value=mean_of_first)


def test_a_seed_decides_what_is_drawn() -> None:
    assert p_of_means(FIRST, SECOND, seed=1) == p_of_means(FIRST, SECOND, seed=1)
    assert p_of_means(FIRST, SECOND, seed=1) != p_of_means(FIRST, SECOND, seed=2)


def test_differences_that_are_rounding_alone_are_none() -> None:
    assert p_of_means(FIRST, FIRST + 1e-16 * DRAW.integers(0, 9, 40)) == 1.0


def test_holm_multiplies_by_what_is_left() -> None:
    assert holm([0.04, 0.01, 0.02]).tolist() == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.7, 0.6]).tolist() == [1.0, 1.0]
