"""Measures of rankings, by numbers worked out by hand and by the library itself."""

from collections.abc import Mapping, Sequence
from math import log2

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundwire.eval.measure import Unscored
from groundwire.eval.retrieval_measures import RetrievalMeasure, score_rankings
from groundwire.eval.schema import Outcome, Question

IDS = [f"passage {number}" for number in range(8)]
RANKINGS = st.lists(st.sampled_from(IDS), max_size=10)
JUDGEMENTS = st.dictionaries(st.sampled_from(IDS), st.integers(1, 3), min_size=1, max_size=5)
RANKS = st.integers(1, 12)
# By hand: a relevant passage of grade 1 at rank 2, one of grade 2 at rank 4.
RANKING, RELEVANT = ["z", "b", "c", "d", "a"], {"b": 1, "d": 2}


def outcome(ranking: Sequence[str], relevant: Mapping[str, int], id_: str = "q") -> Outcome:
    question = Question(id=id_, text="Which?", relevant=relevant)
    return Outcome(question=question, seconds=0.0, ranking=tuple(ranking))


def score(name: str, rank: int | None, one: Outcome) -> float | Unscored:
    (value,) = RetrievalMeasure(name, rank).score([one])
    return value


@pytest.mark.parametrize(
    ("name", "rank", "value"),
    [
        ("R", 1, 0.0),
        ("R", 2, 0.5),
        ("R", 4, 1.0),
        ("R", 100, 1.0),
        ("AllR", 3, 0.0),
        ("AllR", 4, 1.0),
        ("P", 2, 0.5),
        ("P", 10, 0.2),
        ("RR", None, 0.5),
        ("RR", 1, 0.0),
        ("RR", 2, 0.5),
        ("AP", None, (1 / 2 + 2 / 4) / 2),
        ("AP", 2, (1 / 2) / 2),
        ("nDCG", None, (1 / log2(3) + 2 / log2(5)) / (2 + 1 / log2(3))),
        ("nDCG", 3, (1 / log2(3)) / (2 + 1 / log2(3))),
        ("nDCG", 1, 0.0),
    ],
)
def test_measures_by_hand(name: str, rank: int | None, value: float) -> None:
    assert score(name, rank, outcome(RANKING, RELEVANT)) == pytest.approx(value)


def test_a_measure_prints_as_it_is_written_and_is_equal_by_that() -> None:
    written = [str(RetrievalMeasure(*one)) for one in (("nDCG", 10), ("AllR", 5), ("RR",))]
    assert written == ["nDCG@10", "AllR@5", "RR"]
    assert RetrievalMeasure("R", 5) == RetrievalMeasure("R", 5) != RetrievalMeasure("R", 2)
    assert RetrievalMeasure("AllR", 5).is_yes_no
    assert not RetrievalMeasure("R", 5).is_yes_no
    assert RetrievalMeasure("AP").higher_is_better


def test_what_was_not_judged_is_not_scored() -> None:
    scores = RetrievalMeasure("R", 2).score([outcome(["a"], {}), outcome(["a"], {"a": 1})])
    assert scores == [Unscored("not judged"), 1.0]
    assert RetrievalMeasure("R", 2).score([]) == []


@pytest.mark.parametrize("name", ["R", "AllR", "P", "nDCG", "RR", "AP"])
def test_an_empty_ranking_scores_nothing(name: str) -> None:
    assert score(name, 5, outcome([], {"a": 1})) == 0.0


def test_of_a_passage_that_is_repeated_the_first_counts() -> None:
    repeated = outcome(["x", "x", "a", "x", "a", "b"], {"a": 1, "b": 1})
    assert score("RR", None, repeated) == 0.5
    assert score("R", 3, repeated) == 1.0
    assert score("AP", None, repeated) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_the_order_of_the_ranking_stands_whatever_the_passages_are_called() -> None:
    for ranking in (["a", "b", "c"], ["c", "b", "a"]):
        assert score("RR", None, outcome(ranking, {ranking[1]: 1})) == 0.5
    long = [f"{number:04}" for number in range(3000)]
    assert score("RR", None, outcome(long, {"2500": 1})) == pytest.approx(1 / 2501)


def test_questions_of_one_id_are_told_apart() -> None:
    same = [outcome(["a"], {"a": 1}), outcome(["b"], {"a": 1})]
    assert score_rankings(same, [RetrievalMeasure("R", 1)]) == [[1.0, 0.0]]


@given(st.lists(st.tuples(RANKINGS, JUDGEMENTS), min_size=1, max_size=4), RANKS)
@settings(max_examples=50, deadline=None)
def test_values_are_those_of_the_library(
    judged: list[tuple[list[str], dict[str, int]]], rank: int
) -> None:
    mine = [RetrievalMeasure(name, rank) for name in ("R", "P", "nDCG", "RR", "AP")]
    mine += [RetrievalMeasure(name) for name in ("nDCG", "RR", "AP")]
    theirs = [ir_measures.parse_measure(str(measure)) for measure in mine]
    qrels = {str(place): relevant for place, (_, relevant) in enumerate(judged)}
    run = {
        str(place): {one: 1 / at for at, one in enumerate(dict.fromkeys(ranking), 1)}
        for place, (ranking, _) in enumerate(judged)
    }
    expected = {
        (str(metric.measure), metric.query_id): metric.value
        for metric in ir_measures.iter_calc(theirs, qrels, run)
    }
    columns = score_rankings([outcome(*one) for one in judged], mine)
    for measure, column in zip(mine, columns, strict=True):
        wanted = [expected[str(measure), str(place)] for place in range(len(judged))]
        assert column == pytest.approx(wanted)


@given(st.lists(st.tuples(RANKINGS, JUDGEMENTS), min_size=2, max_size=5), RANKS)
@settings(max_examples=50, deadline=None)
def test_scores_are_shares_and_all_of_recall_is_no_more_than_recall(
    judged: list[tuple[list[str], dict[str, int]]], rank: int
) -> None:
    names = ("R", "AllR", "P", "nDCG", "RR", "AP")
    measures = [RetrievalMeasure(name, rank) for name in names]
    outcomes = [outcome(*one) for one in judged]
    columns = score_rankings(outcomes, measures)
    assert all(0 <= value <= 1 for column in columns for value in column)
    recall, all_of_it = columns[0], columns[1]
    assert all(value == float(share == 1) for share, value in zip(recall, all_of_it, strict=True))
    backwards = score_rankings(outcomes[::-1], measures)
    assert [column[::-1] for column in backwards] == columns
    assert [measure.score(outcomes) for measure in measures] == columns
