"""Runs against each other: by every measure that both scored, on the questions both were asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from groundwire.core.errors import UsageError
from groundwire.eval.abstention_measures import CaseMeasure
from groundwire.eval.comparing import compare_runs
from groundwire.eval.cost_measures import SECONDS
from groundwire.eval.measures import parse_measure
from groundwire.eval.schema import Case, Results, Run
from groundwire.eval.significance import holm

DRAW = np.random.default_rng(3)
COUNT = 100
HARDNESS = DRAW.random(COUNT)
R5, EM = parse_measure("R@5"), parse_measure("EM")


def make_run(name: str, *, better: float = 0.0, task: str = "hotel", slower: float = 1.0) -> Run:
    """A run of 100 questions; what it scores is hard to tell from others unless ``better``."""
    scores = np.clip(HARDNESS + DRAW.normal(better, 0.2, COUNT), 0, 1)
    cases = [
        Case(
            id=f"q{number}",
            question="Which?",
            status="answered",
            short_answer="this",
            ranking=(),
            measures={
                "R@5": float(score),
                "EM": float(score > 0.5),
                "AnswerContained": float(score > 0.5),
            },
            seconds=slower * float(DRAW.uniform(0.01, 0.02)),
            support=float(score),
        )
        for number, score in enumerate(scores)
    ]
    results = Results(
        task=task,
        system=name,
        n=COUNT,
        failed=0,
        fingerprint={"task_content": task},
        measures={},
        unscored={},
        latency_seconds={},
        throughput_per_second=1.0,
        usage={},
    )
    return Run(folder=f"{task}/{name}", results=results, cases=tuple(cases))


BM25, HYBRID = make_run("bm25"), make_run("hybrid", better=0.4, slower=3.0)


def change(run: Run, ids: Sequence[str], **fields: Any) -> Run:
    """The run with some of its cases changed."""
    cases = (replace(case, **fields) if case.id in ids else case for case in run.cases)
    return replace(run, cases=tuple(cases))


def test_a_better_system_wins_by_each_measure_and_a_slower_one_does_not() -> None:
    found = {one.measure: one for one in compare_runs([BM25, HYBRID])}
    # Times are of the machine's load as well: they are compared only where they are asked for.
    assert set(found) == {"R@5", "EM", "AnswerContained", "AURC", "ECE"}
    assert found["R@5"].winner == found["EM"].winner == "hybrid"
    (seconds,) = compare_runs([BM25, HYBRID], [SECONDS])
    assert seconds.winner == "bm25"
    assert found["AURC"].winner == "hybrid"
    assert found["AURC"].second_mean < found["AURC"].first_mean
    assert found["EM"].test == "McNemar's exact test"
    assert found["R@5"].test == found["AURC"].test == "paired permutation test"


def test_a_comparison_tells_means_difference_interval_and_reach() -> None:
    (found,) = compare_runs([BM25, HYBRID], [R5])
    first, second = (
        np.mean([case.measures["R@5"] for case in run.cases]) for run in (BM25, HYBRID)
    )
    assert (found.task, found.first, found.second, found.n) == ("hotel", "bm25", "hybrid", 100)
    assert (found.first_mean, found.second_mean) == pytest.approx((first, second))
    assert found.difference == pytest.approx(second - first)
    assert found.low < found.difference < found.high
    assert found.p == found.p_corrected < 0.05
    assert found.detectable is not None
    assert found.detectable < found.difference
    assert found.needed is not None
    assert found.needed < 100


def test_swapped_runs_give_the_mirrored_result() -> None:
    measures = [R5, EM, SECONDS]
    there, back = (compare_runs(runs, measures) for runs in ([BM25, HYBRID], [HYBRID, BM25]))
    for one, other in zip(there, back, strict=True):
        assert (one.first, one.second) == (other.second, other.first)
        assert (one.first_mean, one.second_mean) == (other.second_mean, other.first_mean)
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
        assert (one.p, one.p_corrected, one.winner) == (other.p, other.p_corrected, other.winner)
        assert one.detectable == pytest.approx(other.detectable)
        assert one.needed == other.needed


def test_a_seed_decides_all() -> None:
    found, again, other = (compare_runs([BM25, HYBRID], [R5], seed=seed) for seed in (1, 1, 2))
    assert found == again != other


def test_a_system_compared_with_itself_never_wins() -> None:
    again = replace(HYBRID, folder="hotel/again")
    for found in compare_runs([HYBRID, again]):
        assert (found.first, found.second) == ("hybrid (hybrid)", "hybrid (again)")
        assert (found.difference, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
        assert (found.winner, found.detectable, found.needed) == (None, None, None)


def test_one_correction_is_over_all_systems_tasks_and_measures() -> None:
    runs = [BM25, HYBRID, make_run("dense")]
    runs += [make_run(name, task="squad") for name in ("bm25", "dense")]
    found = compare_runs(runs, [R5, EM])
    assert [(one.task, one.first, one.second) for one in found[::2]] == [
        ("hotel", "bm25", "hybrid"),
        ("hotel", "bm25", "dense"),
        ("hotel", "hybrid", "dense"),
        ("squad", "bm25", "dense"),
    ]
    corrected = holm([one.p for one in found])
    assert [one.p_corrected for one in found] == pytest.approx(corrected.tolist())


def test_questions_that_one_did_not_score_do_not_count() -> None:
    partly = change(HYBRID, [f"q{number}" for number in range(30)], measures={})
    partly = change(partly, ["q0"], measures={"R@5": 0.5})
    found = compare_runs([BM25, partly], [R5, EM])
    assert [one.n for one in found] == [71, 70]


def test_time_of_questions_that_failed_does_not_count() -> None:
    failed = change(HYBRID, ["q3"], status="failed", seconds=1e6)
    (found,) = compare_runs([BM25, failed], [SECONDS])
    assert found.n == 99
    assert found.second_mean < 1


def test_a_measure_needs_two_questions() -> None:
    ids = [case.id for case in BM25.cases]
    one_scored = change(HYBRID, ids[1:], measures={})
    two_scored = change(HYBRID, ids[2:], measures={})
    (found,) = compare_runs([BM25, two_scored], [R5])
    assert (found.n, found.winner, found.detectable) == (2, None, None)
    with pytest.raises(UsageError, match="No measure was scored on 2 questions by two of these"):
        compare_runs([BM25, one_scored], [R5])


def test_a_value_that_is_not_defined_is_left_out() -> None:
    never = CaseMeasure("Never", lambda case: (case.seconds,), lambda _: float("nan"))
    found = compare_runs([BM25, HYBRID], [never, R5])
    assert [one.measure for one in found] == ["R@5"]
