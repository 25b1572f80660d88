"""Measures of answers: what abstaining is worth, and what counts as the gold answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.core.schema import Answer, Status
from groundwire.eval.answer_measures import ANSWER_MEASURES, is_answerable
from groundwire.eval.measure import Score, Unscored
from groundwire.eval.schema import Outcome, Question

MEASURES = {str(measure): measure for measure in ANSWER_MEASURES}
SQUAD = ("EM", "F1", "AnswerContained")
MILL = Question(id="q", text="What grinds?", answerable=True, answers=("the old mill", "mill"))
NOTHING = Question(id="n", text="What sings?", answerable=False, answers=())
UNKNOWN = Question(id="u", text="What hums?")
NO_GOLD = Unscored("no gold answers are known")


def said(short_answer: str | None, *, text: str = "", status: Status = Status.ANSWERED) -> Answer:
    return Answer(question="?", status=status, text=text, short_answer=short_answer)


ABSTAINED = said(None, status=Status.ABSTAINED)


def score(name: str, question: Question, answer: Answer | None) -> Score:
    (value,) = MEASURES[name].score([Outcome(question=question, seconds=0.0, answer=answer)])
    return value


@pytest.mark.parametrize(
    ("short_answer", "exact", "f1"),
    [("The Mill!", 1.0, 1.0), ("old mill house", 0.0, 0.8), (None, 0.0, 0.0), ("", 0.0, 0.0)],
)
@pytest.mark.parametrize("status", [Status.ANSWERED, Status.PARTIAL])
def test_a_short_answer_is_compared_with_the_best_gold_answer(
    status: Status, short_answer: str | None, exact: float, f1: float
) -> None:
    answer = said(short_answer, status=status)
    for names, value in ((("EM", "HasAnsEM"), exact), (("F1", "HasAnsF1"), f1)):
        assert [score(name, MILL, answer) for name in names] == pytest.approx([value, value])


@pytest.mark.parametrize("name", SQUAD)
def test_abstaining_is_right_where_there_is_no_answer_and_wrong_where_there_is(name: str) -> None:
    assert score(name, NOTHING, ABSTAINED) == 1.0
    assert score(name, MILL, ABSTAINED) == 0.0
    # Whatever else it holds, what abstains has not answered.
    told = said("mill", text="The mill.", status=Status.ABSTAINED)
    assert score(name, MILL, told) == 0.0


@pytest.mark.parametrize("name", [*SQUAD, "NoAnsF1"])
@pytest.mark.parametrize("short_answer", ["mill", "the", "", None])
def test_any_answer_is_wrong_where_there_is_none(name: str, short_answer: str | None) -> None:
    assert score(name, NOTHING, said(short_answer)) == 0.0


def test_the_split_of_squad_leaves_the_other_questions_out() -> None:
    assert score("NoAnsF1", NOTHING, ABSTAINED) == 1.0
    assert score("NoAnsF1", MILL, said("mill")) == Unscored("for unanswerable questions only")
    for name in ("HasAnsF1", "HasAnsEM"):
        assert score(name, NOTHING, ABSTAINED) == Unscored("for answerable questions only")
        assert score(name, MILL, ABSTAINED) == 0.0


@pytest.mark.parametrize("name", [*SQUAD, "HasAnsF1", "HasAnsEM", "NoAnsF1"])
def test_without_gold_answers_nothing_is_scored(name: str) -> None:
    assert score(name, UNKNOWN, said("mill")) == NO_GOLD
    assert score(name, UNKNOWN, ABSTAINED) == NO_GOLD


@pytest.mark.parametrize("name", ["EM", "F1", "HasAnsF1", "AnswerContained"])
def test_that_there_is_an_answer_does_not_tell_which(name: str) -> None:
    answerable = Question(id="a", text="?", answerable=True)
    assert score(name, answerable, said("mill")) == NO_GOLD


@pytest.mark.parametrize("name", MEASURES)
def test_a_search_gives_no_answers(name: str) -> None:
    for question in (MILL, NOTHING, UNKNOWN):
        assert score(name, question, None) == Unscored("gives no answers")


@pytest.mark.parametrize(
    ("question", "known"),
    [
        (Question(id="q", text="?"), None),
        (Question(id="q", text="?", answers=()), False),
        (Question(id="q", text="?", answers=("mill",)), True),
        (Question(id="q", text="?", answerable=False), False),
        (Question(id="q", text="?", answerable=False, answers=("mill",)), False),
        (Question(id="q", text="?", answerable=True), True),
    ],
)
def test_answers_tell_whether_there_is_one_where_nothing_else_does(
    question: Question, known: object
) -> None:
    assert is_answerable(question) is known


def test_a_gold_answer_may_stand_in_the_text_or_in_the_short_answer() -> None:
    assert score("AnswerContained", MILL, said(None, text="It is the old mill's wheel.")) == 0.0
    assert score("AnswerContained", MILL, said(None, text="A mill, they say.")) == 1.0
    assert score("AnswerContained", MILL, said("Old mill", text="It grinds.")) == 1.0
    # Words of both do not make an answer together.
    two = Question(id="q", text="?", answers=("Ansel Korn",))
    assert score("AnswerContained", two, said("Korn", text="It was Ansel")) == 0.0


def test_rouge_l_is_the_longest_common_run_of_words_as_a_share() -> None:
    question = Question(
        id="q", text="?", answers=("unused",), references=("nothing alike", "the mill grinds rye")
    )
    # "the mill ... rye" is common: 3 of 4 words of the reference, 3 of 5 of the answer.
    answer = said(None, text="The mill, it is: rye")
    precision, recall = 3 / 5, 3 / 4
    expected = 2 * precision * recall / (precision + recall)
    assert score("ROUGE-L", question, answer) == pytest.approx(expected)
    assert score("ROUGE-L", question, ABSTAINED) == 0.0
    assert score("ROUGE-L", question, said("the mill grinds rye")) == 0.0


def test_rouge_l_compares_with_answers_where_there_are_no_references() -> None:
    assert score("ROUGE-L", MILL, said(None, text="Mill")) == 1.0
    unanswerable = Question(id="n", text="?", answerable=False, references=("none",))
    assert score("ROUGE-L", unanswerable, ABSTAINED) == Unscored("for answerable questions only")
    assert score("ROUGE-L", UNKNOWN, ABSTAINED) == Unscored("no reference texts are known")
    other_script = Question(id="q", text="?", answers=("水車",))
    unread = Unscored("ROUGE-L reads Latin letters and digits alone")
    assert score("ROUGE-L", other_script, said(None, text="水車")) == unread


def test_each_wanted_answer_counts_once_in_any_of_its_spellings() -> None:
    question = Question(id="q", text="?", wanted=(("rye",), ("wheat", "corn"), ("oats",)))
    answer = said("oats", text="Rye, corn, wheat and more wheat.")
    assert score("AnswerRecall", question, answer) == pytest.approx(2 / 3)
    assert score("AnswerRecall", question, ABSTAINED) == 0.0
    assert score("AnswerRecall", MILL, answer) == Unscored("no list of wanted answers")


def test_a_measure_prints_as_it_is_written_and_is_equal_by_that() -> None:
    yes_no = {name for name, measure in MEASURES.items() if measure.is_yes_no}
    assert yes_no == {"EM", "HasAnsEM", "NoAnsF1", "AnswerContained"}
    assert all(measure.higher_is_better for measure in ANSWER_MEASURES)
    assert len(set(ANSWER_MEASURES)) == len(MEASURES)
    assert repr(MEASURES["F1"]) == "AnswerMeasure(name='F1', is_yes_no=False)"


@given(
    st.sampled_from([MILL, NOTHING, UNKNOWN]),
    st.builds(
        said,
        st.none() | st.text("the old mill", max_size=9),
        text=st.text("mil the", max_size=12),
        status=st.sampled_from([Status.ANSWERED, Status.PARTIAL, Status.ABSTAINED]),
    ),
)
def test_scores_are_shares_and_yes_no_ones_are_yes_or_no(
    question: Question, answer: Answer
) -> None:
    for name, measure in MEASURES.items():
        value = score(name, question, answer)
        if not isinstance(value, Unscored):
            assert 0 <= value <= 1
            assert value in {0.0, 1.0} or not measure.is_yes_no
    exact, f1 = score("EM", question, answer), score("F1", question, answer)
    assert isinstance(exact, Unscored) or isinstance(f1, Unscored) or exact <= f1
