from collections.abc import Callable
from dataclasses import replace

import pytest

from groundwire.eval.schema import Case, Run
from groundwire.eval.worst_cases import SHOWN, read_trace, worst_cases

MakeRun = Callable[..., Run]


@pytest.fixture
def case(make_run: MakeRun) -> Case:
    return make_run(scores=(0.5,)).cases[0]


def test_failed_cases_come_first_then_the_worst_then_the_confidently_wrong(case: Case) -> None:
    cases = [
        replace(case, id="good", measures={"F1": 1.0}),
        replace(case, id="doubtful", measures={"F1": 0.0}, support=0.1),
        replace(case, id="not scored", measures={}),
        replace(case, id="without support", measures={"F1": 0.0}, support=None),
        replace(case, id="confident", measures={"F1": 0.0}, support=0.9),
        replace(case, id="broken", status="failed", measures={}),
    ]
    assert [one.id for one in worst_cases(cases)] == [
        *("broken", "confident", "doubtful", "without support", "good", "not scored"),
    ]


def test_rankings_are_judged_by_their_own_measure(case: Case) -> None:
    cases = [replace(case, id=str(value), measures={"nDCG@10": value}) for value in (0.9, 0.1)]
    assert worst_cases(cases, n=1)[0].id == "0.1"


def test_cases_that_nothing_is_known_of_are_shown_too(case: Case) -> None:
    cases = [replace(case, id=str(number), measures={}) for number in range(SHOWN + 5)]
    assert len(worst_cases(cases)) == SHOWN
    assert worst_cases([]) == []


def test_a_trace_tells_what_was_found_of_what_should_be(case: Case) -> None:
    trace = read_trace(replace(case, relevant=("mill", "barge")))
    assert [(one.id, one.rank) for one in trace.gold] == [("mill", 2), ("barge", None)]
    assert [(one.id, one.score, one.gold) for one in trace.evidence] == [
        ("barn", 0.9, False),
        ("mill", 0.5, True),
    ]


def test_a_trace_tells_queries_sentences_and_times(case: Case) -> None:
    trace = read_trace(case)
    assert trace.queries == (("mill 0", "original"),)
    (sentence,) = trace.sentences
    assert (sentence.text, sentence.verdict, sentence.support) == (case.text, "supported", 0.8)
    assert [(one.quote, one.place) for one in sentence.quotes] == [(case.text, "mill, 0 to 29")]
    assert trace.steps == {"search": 0.008, "read": 0.002}
    assert trace.reason == ""


@pytest.mark.parametrize(
    "trace",
    [
        {},
        {"queries": "text", "sentences": 3, "evidence": None, "steps": [], "reason": None},
        {"queries": ["text"], "sentences": [[]], "steps": {"search": "long"}},
    ],
)
def test_a_trace_of_another_form_is_an_empty_one(case: Case, trace: dict[str, object]) -> None:
    found = read_trace(replace(case, trace=trace, ranking=(), relevant=()))
    shown = (found.queries, found.sentences, found.evidence, found.steps, found.reason)
    assert not any(shown)


def test_a_sentence_that_lacks_parts_is_shown_without_them(case: Case) -> None:
    (sentence,) = read_trace(replace(case, trace={"sentences": [{"text": "Rye."}]})).sentences
    assert (sentence.text, sentence.verdict, sentence.support, sentence.quotes) == (
        *("Rye.", "", None, ()),
    )
