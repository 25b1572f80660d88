"""What models are worth by themselves: by scripted ones whose worth is known."""

import numpy as np
import pytest

from groundwire.core.findings import AnswerSpan, Reading
from groundwire.eval.model_scores import balanced_accuracy, score_entailment, score_reader
from groundwire.eval.statistics import area_under_roc
from groundwire.models import ScriptedEntailment, ScriptedPassageReader
from groundwire.training import EntailmentExample, Label, SquadQuestion, made_pairs

CONTEXT = "The mill was built in 1901. The dam was built in 1950."


def asked(text: str, *answers: str) -> SquadQuestion:
    found = tuple((answer, CONTEXT.index(answer)) for answer in answers)
    return SquadQuestion(title="Mill", place="Mill#0", context=CONTEXT, text=text, answers=found)


def pointing_at(words: str) -> ScriptedPassageReader:
    """Finds ``words`` in every text, and an answer only to questions about the mill."""

    def script(question: str, text: str) -> Reading:
        start = text.index(words)
        span = AnswerSpan(start=start, end=start + len(words), score=1.0)
        sure = 0.9 if "mill" in question else 0.2
        return Reading(relevance=sure, answers=sure, spans=(span,))

    return ScriptedPassageReader(script)


def test_a_reader_is_scored_where_there_is_an_answer_and_by_how_it_tells_where_not() -> None:
    questions = [
        asked("When was the mill built?", "1901"),
        asked("When was the dam built?", "1950"),
        asked("Who built the barn?"),
    ]
    scores = {one.name: one.value for one in score_reader(pointing_at("1901"), questions)}
    assert (scores["F1"].mean, scores["F1"].n) == (0.5, 2)
    assert scores["EM"].mean == 0.5
    # The mill's question scores higher than the barn's, the dam's as high: one win, one tie.
    assert scores["area under ROC of answerable"].mean == 0.75


def test_without_unanswerable_questions_nothing_is_said_of_them() -> None:
    names = [one.name for one in score_reader(pointing_at("1901"), [asked("mill?", "1901")])]
    assert names == ["F1", "EM"]


def pair(sentence: str, label: Label) -> EntailmentExample:
    return EntailmentExample(evidence=CONTEXT, sentence=sentence, label=label)


def test_balanced_accuracy_gives_both_kinds_half_of_the_weight() -> None:
    always = ScriptedEntailment(lambda _evidence, _claim: 0.9)
    pairs = [pair("It is.", Label.SUPPORTED)] + [pair("It is not.", Label.NOT)] * 9
    found = score_entailment(always, pairs)
    assert found is not None
    assert found.value.mean == 0.5
    knowing = ScriptedEntailment(lambda _evidence, claim: float(claim == "It is."))
    found = score_entailment(knowing, pairs)
    assert found is not None
    assert found.value.mean == 1.0
    assert score_entailment(knowing, pairs[:1]) is None


def test_one_kind_alone_has_no_score() -> None:
    rows = np.array([[0.9, 1.0], [0.1, 1.0]])
    assert np.isnan(balanced_accuracy(rows))
    assert np.isnan(area_under_roc(rows))


@pytest.mark.parametrize("seed", [1, 2])
def test_made_pairs_hold_and_do_not_hold_in_equal_parts(seed: int) -> None:
    questions = [
        asked("When was the mill built?", "1901"),
        asked("When was the dam built?", "1950"),
    ]
    made = made_pairs(questions * 20, seed=seed)
    supported = [one for one in made if one.label is Label.SUPPORTED]
    assert 0.4 < len(supported) / len(made) < 0.6
    for one in made:
        if one.label is Label.CONTRADICTED:
            assert one.sentence not in {other.sentence for other in supported}
    assert made == made_pairs(questions * 20, seed=seed)
