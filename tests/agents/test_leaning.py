"""Which sentences lean on what was said before them."""

import pytest

from groundwire.agents.leaning import leans

POINT_BACK = [
    "When was it founded?",
    "And when was it founded?",
    "Who is she?",
    "How long does it take?",
    "What is her extension?",
    "How many pupils does it teach?",
    "And how much was paid for it?",
    "How do I get there?",
    "Who works there?",
    "Why is that?",
    "What does that mean?",
    "What was carried in that year?",
    "How big is this boat?",
    "Do these cost extra?",
    "Which one is faster?",
    "Who is the owner?",
    "What is the price?",
    "Is it the same price on Sunday?",
    "Is the latter open in winter?",
    "Are they allowed on board?",
    "Where did his brother learn the trade?",
]
SAY_WHAT_DIFFERS = [
    "What about 2021?",
    "How about the Little Wren?",
    "And what about children?",
    "And the Little Wren?",
    "And in winter?",
    "And what does a child pay?",
    "But on which day?",
    "Why?",
    "How much?",
    "How many pupils?",
    "In which year?",
    "Who else?",
    "Tell me more.",
    "2021?",
]
STAND_ALONE = [
    "What is the tallest mountain that nobody has climbed?",
    "Is there a ferry on Sunday?",
    "How many boats are there in the harbour?",
    "There is a rule on dogs: which?",
    "Are there boats that carry bicycles?",
    "Does the rule say that dogs are allowed?",
    "How long does it take to cross from Osterlune to Pellin Isle?",
    "What does it cost to rent a boat for a wedding?",
    "Is it true that dogs travel free?",
    "Why did the Patient Heron run aground?",
    "And who built the Little Wren?",
    "Who is the safety officer?",
    "Who is Gwillam Sedge?",
    "What is dredging?",
    "What are the fares this year?",
    "What do those who pay late owe?",
    "Who looks after the guests, and how many of them are coming?",
    "What did the yard pay for the Silver Otter when it bought her in 2021?",
    "How long does the school have to pay an invoice for its boat trips?",
    "How many voting members must be at the meeting for one fifth to be reached?",
    "Is the price the same as last year on every line?",
    "timetable",
    "Kestrel Looms",
    "¿Cuándo se fundó la cooperativa?",
    "등대는 언제 세워졌습니까?",
    "灯台はいつ建てられましたか",
    "🙂",
    "?",
]


@pytest.mark.parametrize("question", POINT_BACK)
def test_it_is_seen_what_points_back(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", SAY_WHAT_DIFFERS)
def test_it_is_seen_what_says_only_what_is_different(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", STAND_ALONE)
def test_it_is_seen_what_stands_alone(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize("piece", ["it ", "A ", "that, ", "it's Bank of ", "\u202e\u0663 "])
def test_a_very_long_text_says_itself_what_it_is_about(piece: str) -> None:
    assert not leans(piece * (200_000 // len(piece)))
