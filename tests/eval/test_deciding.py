"""Winners are named as seldom by chance, and as often with reason, as is promised."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from groundwire.eval.deciding import (
    MCNEMAR,
    PERMUTATION,
    Decision,
    Pair,
    Reach,
    decide,
    estimate_difference,
    reach,
)
from groundwire.eval.measure import Values
from groundwire.eval.power import (
    POWER,
    detectable_mean,
    detectable_yes_no,
    needed_mean,
    needed_yes_no,
)
from groundwire.eval.significance import ALPHA
from groundwire.eval.statistics import estimate_mean

ROUNDS, QUESTIONS, MEASURES = 1_000, 60, 20
# The 99 % bound of 1,000 rounds in which one in twenty names a winner by chance.
AT_MOST = 69


@pytest.fixture(autouse=True)
def small_heap() -> Iterator[None]:
    """The correction collects garbage, which takes the longer the more this process holds."""
    gc.freeze()
    yield
    gc.unfreeze()


def two_equal_systems(draw: np.random.Generator) -> list[Pair]:
    """Twenty measures of two systems, neither better; shares and yes or no in turn.

    How hard a question is holds for both systems and all measures; so does, for a measure, what is
    special to a question, and for a system, how well it understood a question.
    """
    shapes = (QUESTIONS, 1, 1), (QUESTIONS, MEASURES, 1), (QUESTIONS, 1, 2)
    shared = sum(0.6 * draw.normal(size=shape) for shape in shapes)
    scores = shared + 0.4 * draw.normal(size=(QUESTIONS, MEASURES, 2))
    scores += np.linspace(-1, 1, MEASURES)[:, None]
    return [
        Pair(first=(first > 0).astype(float), second=(second > 0).astype(float), is_yes_no=True)
        if place % 2
        else Pair(first=np.clip(first + 0.5, 0, 1), second=np.clip(second + 0.5, 0, 1))
        for place, (first, second) in enumerate(scores.transpose(1, 2, 0))
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_equal_systems_one_is_seldom_called_better(seed: int) -> None:
    draw = np.random.default_rng(seed)
    corrected = uncorrected = 0
    for number in range(ROUNDS):
        found = decide(two_equal_systems(draw), seed=number)
        corrected += any(one.winner is not None for one in found)
        uncorrected += any(one.p < ALPHA for one in found)
    assert corrected <= AT_MOST < uncorrected


SAME = Pair(first=np.ones(2), second=np.ones(2))


def shares(draw: np.random.Generator, n: int, effect: float, deviation: float) -> Pair:
    """A pair whose second is better by ``effect`` in truth."""
    return Pair(first=np.zeros(n), second=draw.normal(effect, deviation, n))


def yes_or_no(draw: np.random.Generator, n: int, effect: float, differing: float) -> Pair:
    """The same, for systems that differ on a share of all questions."""
    gained, lost = (differing + effect) / 2, (differing - effect) / 2
    lots = draw.random(n)
    first, second = (lots >= gained) & (lots < gained + lost), lots < gained
    return Pair(first=first.astype(float), second=second.astype(float), is_yes_no=True)


@pytest.mark.parametrize(
    ("make", "detectable", "needed"),
    [(shares, detectable_mean, needed_mean), (yes_or_no, detectable_yes_no, needed_yes_no)],
)
def test_a_known_effect_is_found_as_often_as_was_computed(
    make: Callable[..., Pair], detectable: Callable[..., float], needed: Callable[..., int]
) -> None:
    spread, comparisons = 0.3, 5
    by_effect = 80, detectable(80, spread, comparisons=comparisons)
    by_number = needed(0.2, spread, comparisons=comparisons), 0.2
    low, high = binom.interval(0.99, ROUNDS, POWER)
    for n, effect in (by_effect, by_number):
        draw = np.random.default_rng(7)
        # The others do not differ, so that the smallest p is that of the effect.
        pairs = (
            [make(draw, n, effect, spread)] + [SAME] * (comparisons - 1) for _ in range(ROUNDS)
        )
        found = [decide(each, seed=number)[0].winner for number, each in enumerate(pairs)]
        assert low <= found.count(1) <= high
        assert found.count(0) == 0


DRAW = np.random.default_rng(9)
ROWS = DRAW.random((80, 2))
BETTER = np.clip(np.add(ROWS, (0.15, 0.0)), 0, 1)


def product(rows: Values) -> float:
    return float(rows[:, 0].mean() * rows[:, 1].mean())


PAIRS = {
    "mean": Pair(first=ROWS[:, 0], second=BETTER[:, 0]),
    "yes-no": Pair(first=ROWS[:, 0].round(), second=BETTER[:, 0].round(), is_yes_no=True),
    "whole": Pair(first=ROWS, second=BETTER, value=product),
    "fewer is better": Pair(first=ROWS[:, 0], second=BETTER[:, 0], higher_is_better=False),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_swapped_systems_give_the_mirrored_result(kind: str) -> None:
    there = PAIRS[kind]
    back = replace(there, first=there.second, second=there.first)
    (one,), (other,) = decide([there]), decide([back])
    assert (one.p, one.p_corrected) == (other.p, other.p_corrected)
    assert (one.winner, other.winner) == ((0, 1) if kind == "fewer is better" else (1, 0))
    found, mirrored = estimate_difference(there), estimate_difference(back)
    wanted = (-found.mean, -found.high, -found.low)
    assert (mirrored.mean, mirrored.low, mirrored.high) == pytest.approx(wanted)
    ahead, behind = (reach(pair, found, comparisons=3) for pair in (there, back))
    assert ahead == behind


@pytest.mark.parametrize("kind", PAIRS)
def test_a_system_never_wins_against_itself(kind: str) -> None:
    same = replace(PAIRS[kind], second=PAIRS[kind].first)
    decided = decide([same, PAIRS[kind]])
    assert decided[0] == Decision(p=1.0, p_corrected=1.0, winner=None)
    assert decided[1].winner is not None
    found = estimate_difference(same)
    assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)
    assert reach(same, found, comparisons=2) == Reach(detectable=None, needed=None)


def test_the_interval_is_that_of_paired_differences() -> None:
    found = estimate_difference(PAIRS["mean"])
    assert found == estimate_mean(PAIRS["mean"].second - PAIRS["mean"].first)
    assert found.low > 0.1


def test_what_a_whole_value_can_show_follows_from_its_interval() -> None:
    by_rows = replace(PAIRS["mean"], first=ROWS[:, :1], second=BETTER[:, :1], value=np.mean)
    of_mean = reach(PAIRS["mean"], estimate_difference(PAIRS["mean"]), comparisons=4)
    of_whole = reach(by_rows, estimate_difference(by_rows), comparisons=4)
    assert of_whole.detectable == pytest.approx(of_mean.detectable, rel=0.05)
    assert of_whole.needed == pytest.approx(of_mean.needed, rel=0.1)


def test_the_test_is_that_of_the_scores() -> None:
    assert PAIRS["yes-no"].test == MCNEMAR
    assert PAIRS["mean"].test == PAIRS["whole"].test == PERMUTATION


@pytest.mark.parametrize("is_yes_no", [True, False])
def test_two_questions_show_nothing(is_yes_no: bool) -> None:  # noqa: FBT001 - a parameter
    pair = Pair(first=np.zeros(2), second=np.ones(2), is_yes_no=is_yes_no)
    (decided,) = decide([pair])
    assert (decided.p, decided.winner) == (0.5, None)
    assert reach(pair, estimate_difference(pair), comparisons=1).detectable is None


def test_more_than_there_can_be_is_not_detectable() -> None:
    pair = Pair(first=np.array([0.0, 1.0] * 3), second=np.array([1.0, 0.0] * 3))
    found = estimate_difference(pair)
    assert reach(pair, found, comparisons=1).detectable is None
    unbounded = reach(replace(pair, greatest=np.inf), found, comparisons=1).detectable
    assert unbounded is not None
    assert unbounded > 1


def test_many_comparisons_still_leave_room_for_a_winner() -> None:
    decided = decide([PAIRS["mean"]] + [SAME] * 1_000)
    assert decided[0].winner == 1
