"""Scores of short answers, as SQuAD defines them."""

import pytest

from groundwire.eval.squad import contains_answer, normalise_answer, token_f1


def test_case_articles_and_punctuation_do_not_count() -> None:
    assert normalise_answer("The  Old, Mill!") == "old mill"


@pytest.mark.parametrize(
    ("answer", "golds", "score"),
    [
        ("the old mill", ["Old Mill", "mill"], 1.0),
        ("old mill house", ["old mill"], 0.8),
        ("harbour", ["mill"], 0.0),
        (None, ["mill"], 0.0),
        (None, [], 1.0),
        ("mill", [], 0.0),
        ("the", ["a"], 1.0),
    ],
)
def test_token_f1(answer: str | None, golds: list[str], score: float) -> None:
    assert token_f1(answer, golds) == pytest.approx(score)


def test_an_answer_is_contained_as_whole_words() -> None:
    assert contains_answer("It was built in 1903, by hand.", ["1903"])
    assert not contains_answer("It was built in 19034.", ["1903"])
    assert not contains_answer("It was built.", [])
