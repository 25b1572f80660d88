"""Pairs of question and passage that the ranker-reader learns from say what holds."""

import re
from dataclasses import replace

import pytest

from groundwire.training.mined import MinedPassage, MinedQuestion
from groundwire.training.reader_examples import ReaderExample, make_examples

MILL = MinedPassage(
    title="Orrin Mill",
    text="The mill at Orrin was built in 1874. Tamsin Pell ran it for 30 years. It grinds rye.",
)
FERRY = MinedPassage(title="Ferry", text="The largest ferry leaves Tarnholm every 40 minutes.")
ONE = MinedQuestion(
    source="squad",
    text="When was the largest mill at Orrin built?",
    answers=("1874",),
    start=MILL.text.index("1874"),
    gold=(MILL,),
    negatives=(FERRY,),
)
SEVERAL = MinedQuestion(
    source="hotpotqa",
    text="Who ran the mill that stands where the ferry leaves?",
    answers=("Tamsin Pell",),
    start=None,
    gold=(MILL, FERRY),
    negatives=(MinedPassage(title="Inn", text="The inn has nine beds."),),
)


def examples_of(question: MinedQuestion, *, times: int = 1) -> list[ReaderExample]:
    return list(make_examples([question] * times, seed=7))


def test_the_answer_stands_where_the_example_says() -> None:
    answering = [one for one in examples_of(ONE, times=50) if one.answers]
    assert len(answering) == 50
    for one in answering:
        assert one.relevant
        assert one.text[one.start : one.end] == "1874"
        assert one.kind == "span"


def test_what_does_not_answer_has_no_span_and_comes_in_two_ways() -> None:
    others = [one for one in examples_of(ONE, times=200) if one.answers is False]
    assert all(one.start is None and one.end is None and one.kind is None for one in others)
    look_alike = [one for one in others if one.text == FERRY.whole]
    changed = [one for one in others if one.text == MILL.whole]
    assert len(look_alike) + len(changed) == len(others)
    assert min(len(look_alike), len(changed)) > 20
    # A changed question is still about the passage; a look-alike is not worth looking at.
    assert all(one.relevant and one.question != ONE.text for one in changed)
    assert not any(one.relevant for one in look_alike)
    assert {one.question for one in look_alike} == {ONE.text}


@pytest.mark.parametrize("text", ["Who was it?", "Who will it be?", "who was it"])
def test_few_of_the_changed_questions_are_negated(text: str) -> None:
    plain = replace(ONE, text=text)  # can be changed in no other way
    many = [one for one in examples_of(plain, times=1000) if one.text == MILL.whole]
    negated = [one.question for one in many if one.question != text]
    assert all(re.search(r"n't|not|never", question) for question in negated)
    assert 40 < len(negated) < 130  # of some 400


def test_passages_of_a_question_over_several_answer_where_they_hold_the_answer() -> None:
    found = examples_of(SEVERAL)
    by_text = {one.text: one for one in found}
    assert by_text[MILL.whole].answers
    assert by_text[MILL.whole].start == MILL.whole.index("Tamsin Pell")
    assert by_text[FERRY.whole].relevant
    assert not by_text[FERRY.whole].answers
    wrong = [one for one in found if not one.relevant]
    assert {one.text for one in wrong} == {"Inn\nThe inn has nine beds."}


@pytest.mark.parametrize("answer", ["yes", "No"])
def test_of_yes_and_no_only_the_kind_is_known(answer: str) -> None:
    found = [one for one in examples_of(replace(SEVERAL, answers=(answer,))) if one.relevant]
    assert {one.kind for one in found} == {answer.lower()}
    assert {one.answers for one in found} == {None}
    assert {one.start for one in found} == {None}


def test_an_answer_within_a_longer_word_is_none() -> None:
    found = examples_of(replace(SEVERAL, answers=("187",)))
    assert not any(one.answers for one in found)


def test_the_seed_alone_decides() -> None:
    assert examples_of(ONE, times=20) == examples_of(ONE, times=20)
    assert list(make_examples([ONE] * 20, seed=8)) != examples_of(ONE, times=20)
