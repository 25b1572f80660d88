"""A question and its answer as one statement."""

import random

import pytest

from groundwire.training.statements import as_claim, as_statement


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("What was the name of the ship?", "the Ark", "The name of the ship was the Ark."),
        ("Who wrote the book?", "Ann", "Ann wrote the book."),
        ("How many ships sank?", "Five", "Five ships sank."),
        ("In what year did Ann leave?", "1901", "Ann leave in 1901."),
        ("Who was elected in May?", "Tamsin Pell", "Tamsin Pell was elected in May."),
        ("When was the mill built?", "1874", "The mill was built in 1874."),
        ("When was the mill built?", "in 1874", "The mill was built in 1874."),
        ("At which pier was the boat moored?", "pier 4", "The boat was moored at pier 4."),
    ],
)
def test_a_statement_says_what_the_answer_says(question: str, answer: str, statement: str) -> None:
    assert as_statement(question, answer) == statement


@pytest.mark.parametrize("question", ["Name the boat.", "Why?", "", "Is it open?"])
def test_where_no_rule_fits_there_is_no_statement(question: str) -> None:
    assert as_statement(question, "an answer") is None


def test_a_claim_is_a_statement_or_question_and_answer_in_a_row() -> None:
    question, answer = "When was the mill built?", "1874"
    claims = {as_claim(question, answer, random.Random(seed)) for seed in range(20)}
    assert claims == {"The mill was built in 1874.", "Q: When was the mill built? A: 1874"}
    unruly = {as_claim("Why?", "it rained", random.Random(seed)) for seed in range(20)}
    assert unruly == {"Why? it rained.", "Q: Why? A: it rained"}
