"""Scores of short answers, as SQuAD 2.0 defines them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.eval.squad import contains_answer, exact_match, normalise_answer, token_f1

WORDS = st.lists(st.sampled_from(["the", "old", "mill", "1903", "An", "?!", "É", "ßa"]), max_size=6)
TEXTS = WORDS.map(" ".join)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Old, Mill!", "old mill"),
        # Punctuation goes before articles do, and leaves no blank behind.
        ("the-mill", "themill"),
        ("a.n apple", "apple"),
        ("Ann, a theatre", "ann theatre"),
        ("the a an", ""),
        ("«Müller» the", "«müller»"),
    ],
)
def test_case_articles_and_punctuation_do_not_count(text: str, normal: str) -> None:
    assert normalise_answer(text) == normal


@pytest.mark.parametrize(
    ("answer", "golds", "exact", "f1"),
    [
        ("the old mill", ["mill", "Old Mill"], 1.0, 1.0),
        ("old mill house", ["old mill"], 0.0, 0.8),
        ("mill mill", ["the mill"], 0.0, 2 / 3),
        ("harbour", ["mill"], 0.0, 0.0),
        (None, ["mill"], 0.0, 0.0),
        ("", [], 1.0, 1.0),
        (None, [], 1.0, 1.0),
        ("mill", [], 0.0, 0.0),
    ],
)
def test_scores_are_those_of_the_best_gold_answer(
    answer: str | None, golds: list[str], exact: float, f1: float
) -> None:
    assert exact_match(answer, golds) == exact
    assert token_f1(answer, golds) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("answer", "golds", "score"),
    [
        ("the", ["a"], 1.0),
        ("the", [], 1.0),
        ("mill", ["the"], 0.0),
        # Beside a gold answer that says something, an empty one is none.
        ("the", ["a", "mill"], 0.0),
    ],
)
def test_what_normalises_to_nothing_equals_nothing_alone(
    answer: str, golds: list[str], score: float
) -> None:
    assert exact_match(answer, golds) == score
    assert token_f1(answer, golds) == score


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_an_exact_match_has_the_best_f1(answer: str, golds: list[str]) -> None:
    assert 0 <= exact_match(answer, golds) <= token_f1(answer, golds) <= 1
    assert exact_match(answer, [*golds, f"The {answer}!", answer]) in {0.0, 1.0}
    assert token_f1(answer, golds) == token_f1(answer, golds[::-1])


def test_an_answer_is_contained_as_whole_words() -> None:
    assert contains_answer("It was built in 1903, by hand.", ["1903"])
    assert contains_answer("It was built by the Old Mill's men.", ["old mills", "x"])
    assert not contains_answer("It was built in 19034.", ["1903"])
    assert not contains_answer("It was built.", [])


@pytest.mark.parametrize("text", ["", "the", "It was built."])
def test_an_answer_of_articles_alone_is_nowhere_contained(text: str) -> None:
    assert not contains_answer(text, ["the"])
