"""Short answers: the part of a sentence that a question asks for, character for character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.agents.short_answer import find_short_answer

FOUND = [
    ("When did the harbour open?", "The harbour opened on 4 May 1921.", "4 May 1921"),
    ("When did it open?", "It opened on May 4, 1921, a Wednesday.", "May 4, 1921"),
    ("When was it built?", "It was built in 1874.", "1874"),
    ("In which year was it built?", "It was built in 1874.", "1874"),
    ("When was it signed?", "Signed on 2024-03-18 in Tarnholm.", "2024-03-18"),
    ("What time does it leave?", "The last boat leaves at 18:40.", "18:40"),
    ("When did it reopen after 1921?", "Closed in 1921, it reopened in 1930.", "1930"),
    ("How many boats has it room for?", "It has room for 48 boats.", "48 boats"),
    ("How much does it cost?", "A night costs €12.50 in summer.", "€12.50"),
    ("Who founded it?", "It was founded by Ottoline Farrow in 1952.", "Ottoline Farrow"),
    ("Where is it?", "The company sits in Sandhollow.", "Sandhollow"),
]


@pytest.mark.parametrize(("question", "sentence", "short"), FOUND)
def test_the_first_span_of_the_kind_asked_for(question: str, sentence: str, short: str) -> None:
    assert find_short_answer(question, sentence) == short


def test_what_the_question_says_itself_is_no_answer() -> None:
    sentence = "Ottoline Farrow sold it to Edda Marsh."
    assert find_short_answer("Whom did Ottoline Farrow sell it to?", sentence) == "Edda Marsh"


@given(st.text(max_size=60), st.text(max_size=200))
def test_it_is_always_part_of_the_sentence(question: str, sentence: str) -> None:
    short = find_short_answer(question, sentence)
    assert short is None or short in sentence


@given(
    st.sampled_from(["When?", "How many?", "How much is it?", "Who?", "Where?", "What time?"]),
    st.text(alphabet=st.sampled_from("Ab1 .,:;-€$%May2024"), max_size=120),
)
def test_it_is_part_of_the_sentence_also_where_kinds_are_known(question: str, text: str) -> None:
    short = find_short_answer(question, text)
    assert short is None or short in text
