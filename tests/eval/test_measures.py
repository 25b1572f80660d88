"""The catalogue of measures, outcomes scored into cases, and cases summed up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwire.core.errors import UsageError
from groundwire.core.schema import Answer, Citation, Sentence, Status, Usage
from groundwire.core.wire import as_json
from groundwire.eval.answer_measures import AnswerMeasure
from groundwire.eval.measure import Score
from groundwire.eval.measures import (
    WHOLE_MEASURES,
    parse_measure,
    score_outcomes,
    standard_measures,
    summarise,
)
from groundwire.eval.schema import Case, Outcome, Question
from groundwire.models import ScriptedEntailment

RANKED = ["R@2", "R@5", "R@10", "R@20", "AllR@5", "nDCG@10", "RR", "AP"]
OF_ANSWERS = ["EM", "F1", "HasAnsF1", "NoAnsF1", "AnswerContained", "ROUGE-L", "AnswerRecall"]
ENTAILED = ["CitationRecall", "CitationPrecision", "Faithfulness"]
STANDARD = [*RANKED, *OF_ANSWERS, "QuoteExact", "CitedGold", *ENTAILED]
WHOLE = ["AbstainPrecision", "AbstainRecall", "AbstainF1", "AURC", "ECE"]
JUDGED = Question(
    id="q1",
    text="Who built the mill?",
    kind="person",
    answerable=True,
    answers=("Ansel Korn",),
    relevant={"mill-0": 1, "mill-1": 2},
)
UNANSWERABLE = Question(id="q2", text="Who sings?", answerable=False, answers=())
USAGE = Usage(seconds=9.0, llm_calls=2, prompt_tokens=30, completion_tokens=4, cost_usd=0.5)


def judge_kindly(_outcome: Outcome, _answer: Answer) -> Score:
    return 1.0


JUDGE = AnswerMeasure("JudgeFaithfulness", judge_kindly)


def respond(question: Question, status: Status = Status.ANSWERED) -> Outcome:
    """An outcome whose only sentence rests on the first passage of its ranking."""
    quote = "built by Ansel Korn"
    cited = Citation(document_id="d", source="mill-0", title="", start=0, end=19, quote=quote)
    sentences = (Sentence(text=quote, citations=(cited,)),) if status is Status.ANSWERED else ()
    answer = Answer(
        question=question.text,
        status=status,
        text=" ".join(sentence.text for sentence in sentences),
        short_answer="Ansel Korn" if sentences else None,
        sentences=sentences,
        usage=USAGE,
    )
    return Outcome(
        question=question,
        seconds=0.25,
        answer=answer,
        ranking=("mill-0", "harbour-0"),
        cited={"mill-0": quote} if sentences else {},
        support=0.75,
        quotes_exact=(True,) * len(sentences),
        passages_read=2,
        trace={"queries": ["mill"]},
    )


def found(question: Question) -> Outcome:
    """An outcome of search alone."""
    return Outcome(question=question, seconds=0.5, ranking=("mill-1", "mill-0"), passages_read=0)


def score(*outcomes: Outcome, entailment: bool = False) -> tuple[list[Case], dict[str, str]]:
    model = ScriptedEntailment(lambda evidence, sentence: float(sentence in evidence))
    return score_outcomes(outcomes, standard_measures(entailment=model if entailment else None))


def test_the_standard_measures_stand_in_the_order_of_reports() -> None:
    assert [str(measure) for measure in standard_measures()] == STANDARD
    assert [str(measure) for measure in WHOLE_MEASURES] == WHOLE
    with_judge = standard_measures(judges=[JUDGE])
    assert [str(measure) for measure in with_judge] == [*STANDARD, "JudgeFaithfulness"]


@pytest.mark.parametrize(
    "name", [*STANDARD, *WHOLE, "nDCG@3", "nDCG", "RR@7", "AP@100", "P@1", "AllR@12", "HasAnsEM"]
)
def test_a_measure_prints_as_it_is_written(name: str) -> None:
    measure = parse_measure(name)
    assert str(measure) == name
    assert measure == parse_measure(name)
    assert measure != parse_measure("R@3")


def test_a_judge_is_known_by_its_name_where_there_is_one() -> None:
    assert parse_measure("JudgeFaithfulness", judges=[JUDGE]) is JUDGE
    with pytest.raises(UsageError, match="The nearest name is Faithfulness"):
        parse_measure("JudgeFaithfulness")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("ndcg@10", "nearest name is nDCG@10"),
        ("p@7", "nearest name is P@7"),
        ("MAP", "nearest name is AP"),
        ("EM@5", "nearest name is EM"),
        ("rougel", "nearest name is ROUGE-L"),
        ("aurc", "nearest name is AURC"),
        ("R@0", "nearest name is R@"),
        ("R@05", "nearest name is R@5"),
        ("R", "such as R@5"),
        ("AllR", "such as AllR@5"),
        ("", "nearest name is"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(name: str, advice: str) -> None:
    with pytest.raises(UsageError, match=f"is not a measure.*{advice}"):
        parse_measure(name)


def test_an_answer_becomes_a_case_with_all_that_it_scores() -> None:
    (case,), reasons = score(respond(JUDGED), entailment=True)
    assert case == Case(
        id="q1",
        question="Who built the mill?",
        status="answered",
        short_answer="Ansel Korn",
        ranking=("mill-0", "harbour-0"),
        measures=case.measures,
        seconds=0.25,
        text="built by Ansel Korn",
        support=0.75,
        kind="person",
        answerable=True,
        answers=("Ansel Korn",),
        relevant=("mill-0", "mill-1"),
        usage={
            "passages_read": 2,
            "llm_calls": 2,
            "prompt_tokens": 30,
            "completion_tokens": 4,
            "cost_usd": 0.5,
        },
        trace={"queries": ["mill"]},
    )
    half = {"R@2": 0.5, "AllR@5": 0.0, "RR": 1.0, "AP": 0.5, "CitedGold": 0.5}
    whole = dict.fromkeys(("EM", "F1", "HasAnsF1", "AnswerContained", "QuoteExact"), 1.0)
    cited = dict.fromkeys(ENTAILED, 1.0)
    assert {**case.measures, **half, **whole, **cited} == case.measures
    assert list(case.measures) == [name for name in STANDARD if name not in reasons]
    assert reasons == {
        "NoAnsF1": "for unanswerable questions only",
        "AnswerRecall": "no list of wanted answers",
    }


def test_a_search_becomes_a_case_without_an_answer() -> None:
    (case,), reasons = score(found(JUDGED))
    assert (case.status, case.short_answer, case.text, case.support) == (
        "retrieved",
        None,
        "",
        None,
    )
    assert list(case.measures) == RANKED
    assert case.measures["AllR@5"] == 1.0
    assert set(reasons) == set(STANDARD) - set(RANKED)
    assert set(reasons.values()) == {"gives no answers"}
    assert case.usage["llm_calls"] == 0


@pytest.mark.parametrize(
    ("failed", "error"),
    [
        (Outcome(question=JUDGED, seconds=1.0, error="it broke"), "it broke"),
        (replace(respond(JUDGED), error="the quote moved"), "the quote moved"),
        (
            Outcome(
                question=JUDGED,
                seconds=1.0,
                answer=Answer(question="?", status=Status.FAILED, reason="no key"),
            ),
            "no key",
        ),
        (
            Outcome(
                question=JUDGED, seconds=1.0, answer=Answer(question="?", status=Status.FAILED)
            ),
            "the run failed and did not say why",
        ),
    ],
)
def test_what_failed_is_kept_with_its_error_and_scores_nothing(failed: Outcome, error: str) -> None:
    cases, _ = score(respond(JUDGED), failed, found(JUDGED))
    assert [case.status for case in cases] == ["answered", "failed", "retrieved"]
    assert (cases[1].error, cases[1].measures) == (error, {})
    assert cases[0].measures["R@2"] == 0.5
    assert cases[2].measures["R@2"] == 1.0


def test_without_outcomes_or_measures_there_is_nothing_to_score() -> None:
    assert score() == ([], {})
    (case,), reasons = score_outcomes([found(JUDGED)], [])
    assert (case.measures, reasons) == ({}, {})


def test_a_case_is_what_json_can_hold() -> None:
    cases, _ = score(respond(JUDGED), respond(UNANSWERABLE, Status.ABSTAINED), entailment=True)
    assert json.loads(json.dumps([as_json(case) for case in cases]))


def some_cases() -> list[Case]:
    """Two right answers, a wrong one, a right abstention, a search and a failure."""
    cases, _ = score(
        respond(JUDGED),
        respond(JUDGED),
        respond(UNANSWERABLE),
        respond(UNANSWERABLE, Status.ABSTAINED),
        found(JUDGED),
        Outcome(question=JUDGED, seconds=1.0, error="it broke"),
    )
    return cases


def test_means_are_over_the_cases_that_were_scored() -> None:
    estimates, reasons = summarise(some_cases(), standard_measures(), WHOLE_MEASURES)
    counted = {name: (estimates[name].mean, estimates[name].n) for name in estimates}
    assert counted["F1"] == (pytest.approx(3 / 4), 4)
    assert counted["HasAnsF1"] == (1.0, 2)
    assert counted["NoAnsF1"] == (pytest.approx(1 / 2), 2)
    assert counted["R@2"] == (pytest.approx((0.5 + 0.5 + 1) / 3), 3)
    assert counted["AbstainRecall"] == (pytest.approx(1 / 2), 4)
    assert counted["AbstainPrecision"] == (1.0, 4)
    assert counted["AURC"] == (pytest.approx(1 / 3), 3)
    assert counted["ECE"] == (pytest.approx(0.75 - 2 / 3), 3)
    assert all(one.low <= one.mean <= one.high for one in estimates.values())
    assert list(estimates) == [name for name in (*STANDARD, *WHOLE) if name not in reasons]


def test_what_has_no_value_has_a_reason() -> None:
    _, reasons = summarise(some_cases(), standard_measures(), WHOLE_MEASURES)
    unscored = ["AnswerRecall", *ENTAILED]
    assert reasons == dict.fromkeys(unscored, "no question could be scored")
    searched, _ = score(found(JUDGED))
    _, reasons = summarise(searched, standard_measures(), WHOLE_MEASURES)
    assert {reasons[name] for name in WHOLE} == {"gives no answers"}
    answered, _ = score(respond(JUDGED))
    _, reasons = summarise(answered, standard_measures(), WHOLE_MEASURES)
    assert reasons["AbstainF1"] == "every question can be answered"
    assert "ECE" not in reasons


@pytest.mark.parametrize("cases", [[], [some_cases()[-1]]])
def test_without_cases_that_went_well_nothing_has_a_value(cases: Sequence[Case]) -> None:
    estimates, reasons = summarise(cases, standard_measures(), WHOLE_MEASURES)
    assert estimates == {}
    assert reasons == dict.fromkeys([*STANDARD, *WHOLE], "no question could be scored")


OUTCOMES = st.lists(
    st.sampled_from(
        [
            respond(JUDGED),
            respond(UNANSWERABLE),
            respond(JUDGED, Status.ABSTAINED),
            respond(UNANSWERABLE, Status.ABSTAINED),
            found(JUDGED),
            Outcome(question=JUDGED, seconds=1.0, error="it broke"),
        ]
    ),
    max_size=6,
)


@given(OUTCOMES, OUTCOMES)
@settings(max_examples=30, deadline=None)
def test_scores_do_not_depend_on_the_batch(some: list[Outcome], others: list[Outcome]) -> None:
    together, _ = score(*some, *others, entailment=True)
    assert together == score(*some, entailment=True)[0] + score(*others, entailment=True)[0]
    assert all(0 <= value <= 1 for case in together for value in case.measures.values())


@given(st.permutations(some_cases()))
@settings(max_examples=3, deadline=None)
def test_values_do_not_depend_on_the_order_of_cases(cases: list[Case]) -> None:
    def means(of: Sequence[Case]) -> Mapping[str, float]:
        estimates, _ = summarise(of, standard_measures(), WHOLE_MEASURES, seed=3)
        return {name: estimate.mean for name, estimate in estimates.items()}

    assert means(cases) == pytest.approx(means(some_cases()))
