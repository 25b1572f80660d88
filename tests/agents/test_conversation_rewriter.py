"""What a follow-up question is resolved to."""

from groundwire.agents.conversation_rewriter import ConversationRewriter
from groundwire.core.schema import Answer, Query, QueryKind, Status, Turn
from groundwire.models import ScriptedTermPicker

IT = "When was it founded?"


def turn(question: str, short_answer: str | None = None) -> Turn:
    answer = Answer(question=question, status=Status.ANSWERED, short_answer=short_answer)
    return Turn(question=question, answer=answer, asked_at="2024-05-01T12:00:00.000+00:00")


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
