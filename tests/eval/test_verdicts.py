"""A comparison in words says who is better, by how much, or what it would take to know."""

from dataclasses import replace

import pytest

from groundwire.eval.schema import Comparison
from groundwire.eval.verdicts import explain_comparison, in_short, verdicts

WON = Comparison(
    task="hotel",
    measure="R@5",
    first="bm25",
    second="hybrid",
    n=387,
    first_mean=0.7288,
    second_mean=0.77,
    difference=0.0412,
    low=0.0119,
    high=0.0704,
    test="paired permutation test",
    p=0.0003,
    p_corrected=0.0036,
    winner="hybrid",
    detectable=0.03,
    needed=250,
)
OPEN = replace(
    WON,
    n=187,
    second_mean=0.7348,
    difference=0.006,
    low=-0.0131,
    high=0.0252,
    p_corrected=0.48,
    winner=None,
    detectable=0.034,
    needed=6_123,
)


def test_a_winner_is_named_with_all_that_supports_it() -> None:
    assert explain_comparison(WON, 12) == (
        "hybrid is better than bm25 by 4.1 points of R@5 (77.0 against 72.9, 95 % interval 1.2 to "
        "7.0, p = 0.004 after Holm over 12 comparisons, n = 387)."
    )


def test_without_a_winner_it_says_what_it_would_take() -> None:
    assert explain_comparison(OPEN, 12) == (
        "No difference is shown between bm25 and hybrid in R@5: 0.6 points (72.9 and 73.5, 95 % "
        "interval -1.3 to 2.5, p = 0.48 after Holm over 12 comparisons); n = 187 could have shown "
        "3.4 points; the difference seen would take about 6,100 questions."
    )


def test_in_a_table_the_difference_is_the_second_s_to_the_first() -> None:
    assert in_short(WON) == "4.1 (1.2 to 7.0), p = 0.004"
    assert in_short(OPEN) == "0.6 (-1.3 to 2.5), p = 0.48"
    lost = replace(WON, difference=-0.0412, low=-0.0704, high=-0.0119, winner="bm25")
    assert in_short(lost) == "-4.1 (-7.0 to -1.2), p = 0.004"


def test_the_first_can_win_too() -> None:
    swapped = replace(WON, first="hybrid", second="bm25", first_mean=0.77, second_mean=0.7288)
    swapped = replace(swapped, difference=-0.0412, low=-0.0704, high=-0.0119)
    assert explain_comparison(swapped, 12) == explain_comparison(WON, 12)


def test_where_fewer_is_better_the_winner_has_fewer() -> None:
    risk = replace(WON, measure="AURC", winner="bm25")
    assert explain_comparison(risk, 1).startswith(
        "bm25 is better than hybrid by 4.1 points of AURC (72.9 against 77.0, 95 % interval 1.2"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ((0.0174, 0.0052), "by 12.2 ms a question (5.2 against 17.4, 95 % interval 11.0 to 13.0,"),
        ((0.412, 0.4), "by 12 ms a question (400 against 412, 95 % interval 11 to 13,"),
        ((2.0, 0.5), "by 1.5 s a question (0.5 against 2.0, 95 % interval 0.0 to 0.0,"),
    ],
)
def test_times_are_told_in_their_unit(seconds: tuple[float, float], words: str) -> None:
    first, second = seconds
    found = replace(WON, measure="Seconds", first_mean=first, second_mean=second)
    found = replace(found, difference=second - first, low=-0.013, high=-0.011)
    assert explain_comparison(found, 2).startswith(f"hybrid is faster than bm25 {words}")


def test_times_that_do_not_differ() -> None:
    found = replace(OPEN, measure="Seconds", first_mean=0.05, second_mean=0.056, detectable=None)
    assert "between bm25 and hybrid in time a question: 6.0 ms (50.0 and 56.0," in (
        explain_comparison(found, 2)
    )


def test_what_is_the_same_throughout_is_called_so() -> None:
    same = replace(OPEN, second_mean=0.7288, difference=0.0, low=0.0, high=0.0, detectable=None)
    assert explain_comparison(same, 12) == (
        "bm25 and hybrid do not differ in R@5: both have 72.9 points (n = 187)."
    )


def test_too_few_questions_are_called_so() -> None:
    few = replace(OPEN, n=4, detectable=None)
    assert explain_comparison(few, 12).endswith("; n = 4 is too few to show any.")


@pytest.mark.parametrize("needed", [None, 150])
def test_a_number_that_helps_nobody_is_left_out(needed: int | None) -> None:
    said = explain_comparison(replace(OPEN, needed=needed), 12)
    assert said.endswith("n = 187 could have shown 3.4 points.")


@pytest.mark.parametrize(("needed", "words"), [(61, "61"), (1_999, "2,000"), (987_654, "990,000")])
def test_questions_are_rounded(needed: int, words: str) -> None:
    said = explain_comparison(replace(OPEN, n=20, needed=needed), 12)
    assert said.endswith(f"would take about {words} questions.")


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (1.0, "p = 1)"),
        (0.0512, "p = 0.051)"),
        (0.0501, "p = 0.050)"),
        (0.0499, "p < 0.05)"),
        (0.00002, "p < 0.001)"),
    ],
)
def test_p_is_short_and_on_the_right_side(p: float, words: str) -> None:
    assert words in explain_comparison(replace(OPEN, p_corrected=p), 1)


def test_nothing_is_a_little_less_than_nothing() -> None:
    said = explain_comparison(replace(OPEN, difference=-0.0001, high=-0.0001), 1)
    assert ": 0.0 points (" in said
    assert "-1.3 to 0.0" in said


def test_verdicts_count_their_comparisons_and_name_their_tasks() -> None:
    assert verdicts([WON, OPEN]) == [explain_comparison(one, 2) for one in (WON, OPEN)]
    several = verdicts([WON, replace(OPEN, task="squad")])
    assert several[0] == f"hotel: {explain_comparison(WON, 2)}"
    assert several[1].startswith("squad: No difference is shown")
