"""What a number of questions can show: the power of the paired tests.

All of it is for the level that Holm's procedure asks of the smallest p value, which is that of a
single test by the number of ``comparisons``: what is said of one of them holds for any.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from math import ceil, log2

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom, norm
from statsmodels.stats.power import TTestPower

from groundwire.eval.significance import ALPHA

POWER = 0.8
# A difference that takes more can be called none.
MOST_QUESTIONS = 10_000_000
# From here on the approximation by a normal distribution is off by little more than 1 %.
MANY_QUESTIONS = 5_000
# Standard deviations around a mean beyond which nothing counts.
REACH = 8


def detectable_mean(n: int, deviation: float, *, comparisons: int = 1) -> float | None:
    """The smallest difference of two means that ``n`` questions show four times in five.

    ``deviation`` is that of the differences of single questions. It is taken as known, and the
    mean difference as normally distributed: permutation tests then have the power of a paired t
    test. None where there is no deviation, or where so few questions can show nothing.
    """
    if not deviation or n < _fewest(comparisons):
        return None

    def lacking(effect: float) -> float:
        return power_of_means(n, effect, level=ALPHA / comparisons) - POWER

    # The t test of so few questions needs no more than thrice what a normal distribution would.
    most = 3 * _quantiles(comparisons) / n**0.5
    return deviation * float(brentq(lacking, 0.0, most, xtol=1e-9))


def needed_mean(difference: float, deviation: float, *, comparisons: int = 1) -> int | None:
    """The questions that show ``difference`` four times in five; assumes the same.

    None where there is no difference or no deviation, or where it would take over ten million.
    """

    def power(n: int) -> float:
        return power_of_means(n, abs(difference) / deviation, level=ALPHA / comparisons)

    return _search(power, difference, deviation, comparisons=comparisons)


def detectable_yes_no(n: int, differing: float, *, comparisons: int = 1) -> float | None:
    """The smallest difference of two shares that ``n`` questions show four times in five.

    ``differing`` is the share of questions on which the two systems differ. It is taken as known,
    or as the difference where that is greater. None where they never differ, or where so few
    questions can show nothing.
    """

    def lacking(difference: float) -> float:
        level = ALPHA / comparisons
        return power_of_mcnemar(n, difference, differing=differing, level=level) - POWER

    if not differing or n < _fewest(comparisons):
        return None
    return float(brentq(lacking, 0.0, 1.0, xtol=1e-9))


def needed_yes_no(difference: float, differing: float, *, comparisons: int = 1) -> int | None:
    """The questions that show ``difference`` four times in five; assumes the same.

    None where there is no difference, or where it would take over ten million.
    """

    def power(n: int) -> float:
        level = ALPHA / comparisons
        return power_of_mcnemar(n, abs(difference), differing=differing, level=level)

    deviation = max(0.0, differing - difference**2) ** 0.5 or differing
    return _search(power, difference, deviation, comparisons=comparisons)


def power_of_means(n: int, effect: float, *, level: float) -> float:
    """How often ``n`` questions show a difference of ``effect`` standard deviations."""
    # One-sided at half the level: the other side adds nothing, and its digits run out.
    return float(TTestPower().power(effect, n, level / 2, alternative="larger"))


def power_of_mcnemar(n: int, difference: float, *, differing: float, level: float) -> float:
    """How often McNemar's exact test of ``n`` questions has a p of at most ``level``.

    Over all numbers of questions on which the systems may differ: "Asymptotic and Exact Power for
    the McNemar Test and Its Analogue with R Controls per Case".
    """
    differing = max(differing, difference)
    reach = REACH * (n * differing) ** 0.5 + 1
    least, most = int(max(0, n * differing - reach)), int(min(n, n * differing + reach))
    counts = np.arange(least, most + 1)
    lost = binom.ppf(level / 2, counts, 0.5)
    lost -= binom.cdf(lost, counts, 0.5) > level / 2
    found = binom.cdf(lost, counts, (1 - difference / differing) / 2)
    return float(binom.pmf(counts, n, differing) @ found)


def _fewest(comparisons: int) -> int:
    """With fewer, the p of one sign throughout, which is 1 in 2**(n - 1), is over the level."""
    return 1 + ceil(log2(comparisons / ALPHA))


def _quantiles(comparisons: int) -> float:
    return float(norm.isf(ALPHA / comparisons / 2) + norm.ppf(POWER))


def _search(
    power: Callable[[int], float], difference: float, deviation: float, *, comparisons: int
) -> int | None:
    """The smallest number with the power wanted, near what a normal distribution would take."""
    fewest = _fewest(comparisons)
    if not difference or not deviation:
        return None
    root = _quantiles(comparisons) * deviation / abs(difference)
    if root > MOST_QUESTIONS**0.5:
        return None
    about = ceil(root**2)
    if about > MANY_QUESTIONS:
        return about
    return bisect_left(range(2 * (about + fewest)), POWER, lo=fewest, key=power)
