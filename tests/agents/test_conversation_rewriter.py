"""What a follow-up question leaves unsaid, and what it is resolved to."""

from collections.abc import Sequence

import pytest

from groundwire.agents.conversation_rewriter import ConversationRewriter
from groundwire.agents.follow_ups import Missing, find_missing
from groundwire.core.schema import Answer, Query, QueryKind, Status, Turn
from groundwire.models import ScriptedTermPicker

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
    assert find_missing(question) is Missing.SUBJECT


@pytest.mark.parametrize("question", SAY_WHAT_DIFFERS)
def test_it_is_seen_what_says_only_what_is_different(question: str) -> None:
    assert find_missing(question) is Missing.PREDICATE


@pytest.mark.parametrize("question", STAND_ALONE)
def test_it_is_seen_what_stands_alone(question: str) -> None:
    assert find_missing(question) is None


def turn(question: str, short_answer: str | None = None) -> Turn:
    answer = Answer(question=question, status=Status.ANSWERED, short_answer=short_answer)
    return Turn(question=question, answer=answer, asked_at="2024-05-01T12:00:00.000+00:00")


def resolve(question: str, *history: Turn) -> str:
    """The topic that is put before the question; the question itself is always asked as well."""
    queries = ConversationRewriter().rewrite(question, history)
    assert queries[-1] == Query(text=question)
    if len(queries) == 1:
        return ""
    assert queries[0].kind is QueryKind.REWRITE
    return queries[0].text.removesuffix(f": {question}")


@pytest.mark.parametrize("question", ["When was it founded?", "What about 2021?", "Who is she?"])
def test_without_a_conversation_every_question_is_asked_as_it_is(question: str) -> None:
    assert resolve(question) == ""


def test_a_question_that_stands_alone_is_asked_as_it_is() -> None:
    assert resolve("Who built the Little Wren?", turn("Where is Kestrel Looms?")) == ""


IT = "When was it founded?"


@pytest.mark.parametrize(
    ("history", "question", "topic"),
    [
        ([turn("Where is Kestrel Looms?")], IT, "Kestrel Looms"),
        ([turn("What's the Bank of Tarn for?")], IT, "Bank of Tarn"),
        ([turn("How do I get to Harrowmead by bus?")], "How far is it?", "Harrowmead"),
        ([turn("who runs the old ferry?")], IT, "runs ferry"),
        ([turn("Is there a ferry on Sunday?")], "How long does it take?", "ferry Sunday"),
        ([turn("Who founded Kestrel Looms?", "Ottoline Farrow")], "When did she die?", None),
        ([turn("How big is Kestrel Looms?", "34 people")], IT, "Kestrel Looms"),
        ([turn("What is Kestrel Looms?", "Kestrel Looms")], IT, "Kestrel Looms"),
        ([turn("Where is the yard that builds boats?", "Sandhollow")], IT, None),
    ],
)
def test_what_points_back_gets_the_names_it_may_mean(
    history: Sequence[Turn], question: str, topic: str | None
) -> None:
    expected = {
        "When did she die?": "Kestrel Looms Ottoline Farrow",
        IT: "yard builds boats Sandhollow",
    }
    assert resolve(question, *history) == (topic or expected[question])


def test_a_topic_holds_over_several_follow_ups() -> None:
    history = [
        turn("Who founded Kestrel Looms?", "Ottoline Farrow"),
        turn("Where was she born?", "Tarnholm"),
        turn("How far is it?", "9 kilometres"),
        turn("Who lives there?"),
        turn("Why?"),
    ]
    assert resolve("How old is it?", *history) == "Kestrel Looms Ottoline Farrow Tarnholm"


def test_a_new_topic_replaces_the_old_one() -> None:
    history = [turn("Who founded Kestrel Looms?"), turn("Where is the Bank of Tarn?")]
    assert resolve(IT, *history) == "Bank of Tarn"


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What about 2021?", "people travelled Pellin Isle"),
        ("And to Harrowmead?", "people travelled 2022"),
        ("And Harrow Mead?", "people travelled 2022"),
        ("And by train?", "people travelled Pellin Isle 2022"),
        ("Why?", "people travelled Pellin Isle 2022"),
    ],
)
def test_what_differs_takes_the_place_of_what_it_differs_from(question: str, topic: str) -> None:
    history = [turn("How many people travelled to Pellin Isle in 2022?")]
    assert resolve(question, *history) == topic


def test_words_that_merely_point_back_are_no_topic() -> None:
    assert resolve(IT, turn("When was it founded?")) == ""
    assert resolve("Who is she?", turn("And when was it sold?")) == "sold"
    assert resolve("Why?", turn("How?")) == ""


def test_what_the_question_says_itself_is_not_said_twice() -> None:
    history = [turn("Who founded Kestrel Looms?")]
    assert resolve("What is it that Kestrel Looms does there?", *history) == ""


def test_a_turn_that_failed_may_still_be_the_topic() -> None:
    failed = Answer(question="Where is Kestrel Looms?", status=Status.FAILED, reason="It broke.")
    history = Turn(question=failed.question, answer=failed, asked_at="")
    assert resolve(IT, history) == "Kestrel Looms"


@pytest.mark.parametrize("size", [10_000, 200_000])
def test_a_very_long_question_says_itself_what_it_is_about(size: int) -> None:
    history = [turn("Where is Kestrel Looms?")]
    for piece in ("it ", "A ", "that, ", "it's Bank of ", "\u202e٣ "):
        question = piece * (size // len(piece))
        assert ConversationRewriter().rewrite(question, history) == [Query(text=question)]


def test_picked_words_stand_behind_the_question_and_the_question_is_asked_as_well() -> None:
    picker = ScriptedTermPicker({"Kestrel": 0.9, "Looms": 0.5, "founded": 0.4})
    queries = ConversationRewriter(picker).rewrite(IT, [turn("Who founded Kestrel Looms?")])
    assert queries == [
        Query(text=f"{IT} Kestrel Looms", kind=QueryKind.REWRITE),
        Query(text=IT),
    ]


def test_where_nothing_is_picked_the_question_stands_alone() -> None:
    picker = ScriptedTermPicker({"Kestrel": 0.4})
    history = [turn("Who founded Kestrel Looms?")]
    assert ConversationRewriter(picker).rewrite(IT, history) == [Query(text=IT)]


def test_the_picker_is_told_what_was_asked_and_answered_in_its_order() -> None:
    picker = ScriptedTermPicker({})
    first = Answer(question="Who?", status=Status.ANSWERED, text="Ottoline did.")
    failed = Answer(question="Why?", status=Status.FAILED, reason="It broke.")
    history = [
        Turn(question=answer.question, answer=answer, asked_at="") for answer in (first, failed)
    ]
    history.append(Turn(question="When?", answer=None, asked_at=""))
    ConversationRewriter(picker).rewrite(IT, history)
    assert picker.asked == [(IT, ("Who?", "Ottoline did.", "Why?", "When?"))]


def test_without_a_conversation_nothing_is_picked() -> None:
    picker = ScriptedTermPicker({"Kestrel": 1.0})
    assert ConversationRewriter(picker).rewrite(IT, []) == [Query(text=IT)]
    assert picker.asked == []
