"""Short answers: the part of a sentence that a question asks for, character for character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.agents.short_answer import asks_yes_no, find_short_answer, without_marks

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


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Is smoking allowed?", True),
        ("Did the ferry that Ann built sink?", True),
        ("Can I buy a bond?", True),
        ("Tower: Was it built in 1901?", True),
        ("Can you tell me when the library opens?", False),
        ("Do you know who wrote it?", False),
        ("Will Smith was born where?", False),
        ("Was it built in 1901 or 1902?", False),
        ("When was it built?", False),
    ],
)
def test_what_asks_for_yes_or_no(question: str, asks: bool) -> None:  # noqa: FBT001 (a row)
    assert asks_yes_no(question) is asks


@pytest.mark.parametrize(
    ("span", "answer"),
    [
        ("*Silver Otter*.", "Silver Otter"),
        ("**1921**,", "1921"),
        (".gitignore", ".gitignore"),
        ("*.py", "*.py"),
        ("Washington, D.C.", "Washington, D.C."),
        ("3 p.m.", "3 p.m."),
        ("rye.", "rye"),
        ("*", "*"),
    ],
)
def test_marks_around_a_span_go_and_what_belongs_to_it_stays(span: str, answer: str) -> None:
    assert without_marks(span) == answer
