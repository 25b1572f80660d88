"""A stated risk on synthetic answers whose risk is known: kept, useful, and refused where it must.

Answers come in articles, some of which go better than others, as questions about one text do.
"""

import random
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta, binom

from groundwire.core.errors import UsageError
from groundwire.eval.calibrating import calibrate, fit_support, reliability
from groundwire.eval.risk import design_effect, fit_logistic, fixed_sequence, upper_bound
from groundwire.eval.risk_check import check_risks
from groundwire.eval.scored_cases import ScoredCase, Supported, split

SPLITS = 200
# What chance alone gives in one of a hundred such counts, if the bound is exceeded in 10 %.
MOST_EXCEEDED = int(binom.ppf(0.99, SPLITS, 0.1))


def make_cases(
    *, articles: int = 24, each: int = 40, level: float = 0.2, slope: float = 2.6, seed: int = 3
) -> list[ScoredCase]:
    """Cases whose log odds of being right are ``level`` + ``slope`` * signal + that of the article.

    Half of what is wrong cannot be answered at all.
    """
    draw = random.Random(seed)
    cases = []
    for article in range(articles):
        own = draw.gauss(0, 0.4)
        for _ in range(each):
            signal = draw.gauss(0, 1)
            right = draw.random() < 1 / (1 + np.exp(-(level + slope * signal + own)))
            cases.append(
                ScoredCase(
                    group=f"article {article}",
                    answerable=right or draw.random() < 0.5,
                    f1=1.0 if right else 0.2,
                    features={"signal": 5 * signal + 40, "noise": draw.gauss(-3, 1)},
                )
            )
    return cases


CASES = make_cases()


# --- the risk ------------------------------------------------------------------------------------


def test_a_stated_risk_is_kept_on_other_articles() -> None:
    found = check_risks(CASES, splits=SPLITS)
    assert found.splits == SPLITS
    assert [one.risk for one in found.risks] == [0.1, 0.2, 0.3]
    assert all(one.exceeded <= MOST_EXCEEDED for one in found.risks), found
    fifth = found.risks[1]
    assert fifth.certified > SPLITS / 2
    assert fifth.answered >= 0.2
    assert found.error < 0.08
    assert found.area > 0.85


def test_where_nothing_tells_right_from_wrong_no_threshold_is_certified() -> None:
    hopeless = make_cases(level=-1.0, slope=0.0)
    fit = calibrate(hopeless, task="hopeless")
    assert fit.calibration.certified(0.3) is None
    assert fit.held_back.area == pytest.approx(0.5, abs=0.1)
    (kept,) = check_risks(hopeless, risks=[0.3], splits=5).risks
    assert (kept.certified, kept.exceeded, kept.answered) == (0, 0, 0.0)


def test_with_too_few_articles_the_risks_are_looked_at_by_single_questions() -> None:
    of_two = make_cases(articles=2, each=400)
    found = check_risks(of_two, risks=[0.3], splits=5)
    assert found.area > 0.8
    assert found.risks[0].certified


def test_a_larger_risk_answers_no_less() -> None:
    risks = calibrate(CASES, task="articles").calibration.risks
    assert [one.risk for one in risks] == sorted({one.risk for one in risks})
    assert [one.threshold for one in risks] == sorted((o.threshold for o in risks), reverse=True)
    assert [one.answered for one in risks] == sorted(one.answered for one in risks)
    assert risks[-1].risk == 0.5


def test_what_is_certified_at_the_default_threshold_is_its_bound_rounded_up() -> None:
    found = calibrate(CASES, task="articles", seed=1).calibration
    held_back = Supported(split(CASES, seed=1)[1], found)
    bound = held_back.bound(found.threshold)
    assert found.risk is not None
    assert bound <= found.risk < bound + 0.01


def test_no_threshold_is_worth_clearly_more_than_the_default_where_it_was_chosen() -> None:
    found = calibrate(CASES, task="articles", seed=1).calibration
    fitting = Supported(split(CASES, seed=1)[0], found)
    others = [one.threshold for one in found.risks]
    best = max(fitting.mean_f1(other) for other in others)
    assert fitting.mean_f1(found.threshold) >= 0.95 * best


def test_where_abstaining_is_never_right_everything_is_answered() -> None:
    answerable = [replace(case, answerable=True) for case in CASES]
    assert calibrate(answerable, task="articles").calibration.threshold == 0.0


def test_the_same_seed_gives_the_same_calibration() -> None:
    first, again, other = (calibrate(CASES, task="articles", seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert first.calibration.identity == again.calibration.identity != other.calibration.identity
    assert first.calibration.questions == len(CASES)
    assert first.groups == 24


# --- what counts as wrong ------------------------------------------------------------------------


def test_an_answer_whose_own_sentence_is_dropped_is_wrong() -> None:
    plain = fit_support(CASES, task="articles")
    high, low = {"signal": 55.0, "noise": -3.0}, {"signal": 25.0, "noise": -3.0}
    between = (plain.support(high) + plain.support(low)) / 2
    case = ScoredCase(group="a", answerable=True, f1=1.0, features=low, others=(high,))
    found = Supported([case], plain)
    assert [counts.tolist() for counts in found.counts(0.0)] == [[0], [1]]
    assert [counts.tolist() for counts in found.counts(between)] == [[1], [1]]
    assert [counts.tolist() for counts in found.counts(1.0)] == [[0], [0]]
    assert (found.mean_f1(0.0), found.mean_f1(between)) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("case", "right"),
    [
        (ScoredCase(group="a", answerable=True, f1=0.5), True),
        (ScoredCase(group="a", answerable=True, f1=0.49), False),
        (ScoredCase(group="a", answerable=False, f1=1.0), False),
    ],
)
def test_half_of_the_words_and_an_answerable_question_make_it_right(
    case: ScoredCase,
    right: object,
) -> None:
    assert case.right is right


def test_without_a_draft_nothing_is_answered_and_abstaining_counts() -> None:
    plain = fit_support(CASES, task="articles")
    found = Supported(
        [ScoredCase(group="a", answerable=True), ScoredCase(group="a", answerable=False)], plain
    )
    assert [counts.tolist() for counts in found.counts(0.0)] == [[0], [0]]
    assert found.mean_f1(0.0) == 0.5


# --- what cannot be calibrated -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (CASES[:99], "99 judged questions are too few"),
        ([replace(case, f1=0.0) for case in CASES], "No answer"),
        ([replace(case, f1=1.0, answerable=True) for case in CASES], "Every answer"),
        ([replace(case, features=None) for case in CASES], "No answer"),
    ],
)
def test_too_few_or_one_sided_questions_are_refused(cases: list[ScoredCase], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        calibrate(cases, task="articles")


def test_questions_without_articles_are_split_one_by_one() -> None:
    fit = calibrate([replace(case, group="one file") for case in CASES], task="file")
    assert fit.groups == 0
    assert fit.calibration.risks


# --- the parts -----------------------------------------------------------------------------------


def test_halves_share_no_article() -> None:
    first, second = split(CASES, seed=5)
    assert not {case.group for case in first} & {case.group for case in second}
    assert len({case.group for case in first}) == 12
    assert len(first) + len(second) == len(CASES)


def test_single_questions_get_nearly_the_exact_binomial_bound() -> None:
    wrong = np.array([1] * 20 + [0] * 180)
    exact = float(beta.ppf(0.9, 21, 180))
    assert upper_bound(wrong, np.ones_like(wrong), 0.9) == pytest.approx(exact, abs=0.001)
    assert upper_bound(wrong, np.ones_like(wrong), 0.9) >= exact


def test_articles_that_differ_have_a_higher_bound_than_those_that_do_not() -> None:
    answered = np.array([20] * 10)
    same, differing = np.array([2] * 10), np.array([0] * 8 + [10] * 2)
    assert design_effect(same, answered) == 1.0
    assert design_effect(differing, answered) > 5
    assert upper_bound(differing, answered, 0.9) > upper_bound(same, answered, 0.9) + 0.05


def test_nothing_is_bounded_by_one_article_or_where_all_is_wrong() -> None:
    assert upper_bound(np.array([0]), np.array([500]), 0.9) == 1.0
    assert upper_bound(np.array([0, 0]), np.array([500, 0]), 0.9) == 1.0
    assert upper_bound(np.array([5, 5]), np.array([5, 5]), 0.9) == 1.0


def test_a_sequence_ends_with_the_first_that_fails() -> None:
    bounds = [0.9, 0.1, 0.15, 0.3, 0.1]
    assert fixed_sequence(bounds, 0.2, start=1) == 2
    assert fixed_sequence(bounds, 0.2, start=0) is None
    assert fixed_sequence(bounds, 0.5, start=1) == 4


def test_the_regression_finds_what_the_answers_were_made_by() -> None:
    table = np.array([[case.features["signal"], 7.0] for case in CASES if case.features])
    bias, weights = fit_logistic(table, np.array([case.right for case in CASES]))
    assert weights[0] == pytest.approx(2.6 / 5, rel=0.2)
    assert weights[1] == 0.0
    assert bias == pytest.approx(0.2 - 40 * 2.6 / 5, rel=0.2)


def test_what_separates_everything_still_has_finite_weights() -> None:
    table = np.arange(100.0)[:, None]
    _, (weight,) = fit_logistic(table, table[:, 0] >= 50)
    assert 0 < weight < 100


def test_supports_of_a_fit_on_the_same_cases_are_calibrated() -> None:
    assert reliability(CASES, fit_support(CASES, task="articles")).error < 0.05
