"""Questions put as other people would put them."""

import random

import pytest

from groundwire.training.varying import FEWEST, follow, shorten, vary

QUESTION = "In which year was the old water mill at Tarnholm built by the Pell brothers?"


def seeds() -> list[random.Random]:
    return [random.Random(seed) for seed in range(60)]


def test_a_shortened_question_keeps_its_order_and_most_of_its_own_words() -> None:
    words = QUESTION.rstrip("?").split()
    own = {"year", "old", "water", "mill", "Tarnholm", "built", "Pell", "brothers"}
    lengths = set()
    for draw in seeds():
        short = shorten(QUESTION, draw).split()
        places = iter(words)
        assert all(word in places for word in short)
        assert short[:2] == ["In", "which"]
        assert len(own & set(short)) >= round(len(own) * 2 / 3)
        lengths.add(len(short))
    assert len(lengths) > 3


def test_a_question_of_few_words_keeps_them() -> None:
    for draw in seeds():
        kept = shorten("Who founded Kestrel Looms?", draw).split()
        assert {"founded", "Kestrel", "Looms"} <= set(kept)
        assert len({"founded", "Kestrel", "Looms"}) == FEWEST


def test_a_follow_up_has_a_pronoun_and_the_name_behind_it() -> None:
    asked = {follow("When was Kestrel Looms founded?", draw) for draw in seeds()}
    assert "When was it founded? Kestrel Looms" in asked
    assert all(one.endswith("? Kestrel Looms") for one in asked)


def test_without_a_name_there_is_nothing_to_leave_out() -> None:
    assert follow("why is it low?", random.Random(1)) == "why is it low?"


@pytest.mark.parametrize("question", [QUESTION, "why?", "", "?", "灯台はいつ建てられましたか"])
def test_most_questions_stay_and_all_stay_questions(question: str) -> None:
    varied = [vary(question, draw) for draw in seeds()]
    assert varied.count(question) >= len(varied) // 3
    assert all(one or not question.strip(" ?") for one in varied)
