"""The common layout: what a question says, what is left open, and every complaint with its line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.errors import UsageError
from groundwire.core.schema import Status
from groundwire.eval.layout import Asked, find_corpus, read_questions
from groundwire.eval.schema import Question

MakeFolder = Callable[..., Path]
PASSAGES = frozenset({"p1", "p2"})
JUDGED = "q1\tp1\t1\n"


def row(**fields: Any) -> dict[str, Any]:
    return {"_id": "q1", "text": "Who?", **fields}


@pytest.fixture
def read_one(make_folder: MakeFolder) -> Callable[..., Asked]:
    """Reads the one question of a folder that was made for it."""

    def read(**fields: Any) -> Asked:
        folder = make_folder(queries=[row(**fields)], qrels=JUDGED)
        ((asked,), notices) = read_questions(folder, PASSAGES)
        assert notices == ()
        return asked

    return read


def test_a_question_bears_everything_that_is_known(read_one: Callable[..., Asked]) -> None:
    asked = read_one(
        answers=["Ada", "Ada Lovelace"],
        answerable=True,
        type="bridge",
        split="dev",
        long_answer="It was Ada.",
        reference_answer="Ada it was.",
        wanted=[["Ada", "A. L."], ["Babbage"]],
        decomposition=[{"unknown": "is ignored"}],
    )
    assert asked == Asked(
        question=Question(
            id="q1",
            text="Who?",
            answerable=True,
            answers=("Ada", "Ada Lovelace"),
            wanted=(("Ada", "A. L."), ("Babbage",)),
            references=("It was Ada.", "Ada it was."),
            relevant={"p1": 1},
            kind="bridge",
        ),
        split="dev",
    )


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({}, (None, None)),
        ({"answers": ["x"]}, (True, ("x",))),
        ({"answerable": False}, (False, ())),
        ({"answerable": False, "answers": ["plausible, but wrong"]}, (False, ())),
        ({"answerable": True, "reference_answer": "long"}, (True, None)),
        ({"wanted": [["x"]]}, (True, None)),
        ({"answerability": ["ANSWERABLE"], "reference_answer": "long"}, (True, None)),
        ({"answerability": "PARTIAL", "reference_answer": "long"}, (True, None)),
        ({"answerability": ["UNANSWERABLE"], "reference_answer": "I do not know."}, (False, ())),
        ({"answerability": ["UNDERSPECIFIED"], "reference_answer": "Which?"}, (None, None)),
    ],
)
def test_what_is_not_known_stays_open(
    read_one: Callable[..., Asked],
    fields: dict[str, Any],
    known: tuple[bool | None, tuple[str, ...] | None],
) -> None:
    question = read_one(**fields).question
    assert (question.answerable, question.answers) == known


def test_a_mark_of_answerability_is_a_kind_where_there_is_no_other(make_folder: MakeFolder) -> None:
    queries = [
        row(_id=1, answerability=["UNDERSPECIFIED"]),
        row(_id=2, answerability="UNDERSPECIFIED", type="follow-up"),
        row(_id=3, answerability=[]),
    ]
    asked, _ = read_questions(make_folder(queries=queries, qrels="1\tp1\t1\n"), PASSAGES)
    assert [one.question.kind for one in asked] == ["underspecified", "follow-up", ""]
    assert [one.question.id for one in asked] == ["1", "2", "3"]


def test_a_conversation_becomes_turns(read_one: Callable[..., Asked]) -> None:
    said = [
        {"speaker": "agent", "text": "Hello!"},
        {"speaker": "user", "text": "Where is it?"},
        {"speaker": "agent", "text": "In Tarnholm."},
        {"speaker": "user", "text": "And since when?"},
    ]
    first, second = read_one(history=said).question.history
    assert (first.question, second.question) == ("Where is it?", "And since when?")
    assert second.answer is None
    assert first.answer is not None
    assert (first.answer.text, first.answer.status) == ("In Tarnholm.", Status.ANSWERED)


def test_grades_are_kept_and_what_is_not_relevant_left_out(make_folder: MakeFolder) -> None:
    qrels = "q1\tp1\t3\r\n\r\nq1\tp2\t0\r\nq2\tp2\t-1\nq2\tp1\t0.4\n"
    folder = make_folder(queries=[row(), row(_id="q2"), row(_id="q3")], qrels=qrels)
    asked, _ = read_questions(folder, PASSAGES)
    assert [one.question.relevant for one in asked] == [{"p1": 3}, {"p1": 1}, {}]


def test_judgements_of_other_questions_are_counted_in_a_notice(make_folder: MakeFolder) -> None:
    folder = make_folder(queries=[row()], qrels=JUDGED + "q8\tp1\t1\nq9\tp1\t1\nq9\tp2\t1\n")
    _, notices = read_questions(folder, PASSAGES)
    assert notices == ("qrels.tsv judges 2 questions that are not in queries.jsonl.",)


def test_without_judgements_the_answers_are_scored(make_folder: MakeFolder) -> None:
    folder = make_folder(queries=[row(answers=["x"]), row(_id="q2")])
    asked, _ = read_questions(folder, PASSAGES)
    assert [dict(one.question.relevant) for one in asked] == [{}, {}]


@pytest.mark.parametrize("qrels", [None, "", "q1\tp1\t0\n"])
def test_nothing_to_score_is_an_error(make_folder: MakeFolder, qrels: str | None) -> None:
    with pytest.raises(UsageError, match="nothing can be scored"):
        read_questions(make_folder(queries=[row()], qrels=qrels), PASSAGES)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"_id": None}, "'_id' is missing"),
        ({"_id": "q0"}, "the id 'q0' stands in line 1 already"),
        ({"text": None}, "'text' is missing"),
        ({"text": " \n"}, "the question is empty"),
        ({"answers": "Ada"}, "'answers' is no list of texts"),
        ({"answers": [1903]}, "'answers' is no list of texts"),
        ({"answers": []}, "answerable question has no answer"),
        ({"answers": ["", " "]}, "answerable question has no answer"),
        ({"answerable": True}, "answerable question has no answer"),
        ({"answerable": True, "answers": []}, "answerable question has no answer"),
        ({"answerability": "ANSWERABLE"}, "answerable question has no answer"),
        ({"answerable": "no"}, "'answerable' is neither true nor false"),
        ({"answerability": 1}, "'answerability' is no text"),
        ({"wanted": ["Ada"]}, "'wanted' is no list of texts"),
        ({"wanted": "Ada"}, "'wanted' is no list"),
        ({"history": "Hello"}, "'history' is no list of objects"),
        ({"history": ["Hello"]}, "'history' is no list of objects"),
        ({"history": [{"text": "Hello"}]}, "'speaker' is missing"),
        ({"history": [{"speaker": "user"}]}, "'text' is missing"),
        ({"history": [{"speaker": "dog", "text": "Bow"}]}, "'dog' is neither user nor agent"),
        ({"type": ["bridge"]}, "'type' is no text"),
        ({"split": 1}, "'split' is no text"),
        ({"long_answer": ["x"]}, "'long_answer' is no text"),
    ],
)
def test_a_question_that_is_broken_is_named(
    make_folder: MakeFolder, fields: dict[str, Any], complaint: str
) -> None:
    folder = make_folder(queries=[row(_id="q0"), "", row(**fields)], qrels=JUDGED)
    with pytest.raises(UsageError, match=rf"queries\.jsonl, line 3: .*{complaint}"):
        read_questions(folder, PASSAGES)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("q1\tp1", "2 columns"),
        ("q1\t0\tp1\t1", "4 columns"),
        ("q1 p1 1", "1 columns"),
        ("q1\tp1\thigh", "'high' is no number"),
        ("q1\tp1\tnan", "'nan' is no number"),
        ("q1\tp1\tinf", "'inf' is no number"),
        ("q1\tp3\t1", "'p3' is not in the corpus"),
        ("q1\tp3\t0", "'p3' is not in the corpus"),
    ],
)
def test_a_judgement_that_is_broken_is_named(
    make_folder: MakeFolder, line: str, complaint: str
) -> None:
    folder = make_folder(queries=[row()], qrels=f"{JUDGED}{line}\n")
    with pytest.raises(UsageError, match=rf"qrels\.tsv, line 3: .*{complaint}"):
        read_questions(folder, PASSAGES)


def test_a_header_that_lacks_a_column_is_named(make_folder: MakeFolder) -> None:
    folder = make_folder(queries=[row(answers=["x"])])
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\nq1\tp1\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"qrels\.tsv, line 1: 2 columns"):
        read_questions(folder, PASSAGES)


def test_passages_are_those_of_the_folder_it_is_named_after(make_folder: MakeFolder) -> None:
    own, other = make_folder("wiki"), make_folder("wiki-2")
    assert find_corpus(own) == own
    assert find_corpus(make_folder("wiki-2-weak-few", corpus=None)) == other
    assert find_corpus(make_folder("wiki-3", corpus=None)) == own
    with pytest.raises(UsageError, match="no corpus") as caught:
        find_corpus(make_folder("wikipedia-3", corpus=None))
    assert "--corpus" in caught.value.advice
