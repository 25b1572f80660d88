"""Which runs meet: those of one task and one content, question by question."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from groundwire.core.errors import UsageError
from groundwire.eval.pairing import pair_runs
from groundwire.eval.schema import Case, Results, Run


def make_run(
    folder: str, *, task: str = "hotel", ids: Sequence[str] = ("q1", "q2"), content: str = "abc"
) -> Run:
    """A run of the system that the end of its folder names, up to a hyphen."""
    cases = [
        Case(
            id=one,
            question=one,
            status="answered",
            short_answer=None,
            ranking=(),
            measures={},
            seconds=1.0,
        )
        for one in ids
    ]
    results = Results(
        task=task,
        system=Path(folder).name.partition("-")[0],
        n=len(cases),
        failed=0,
        fingerprint={"task_content": content},
        measures={},
        unscored={},
        latency_seconds={},
        throughput_per_second=1.0,
        usage={},
    )
    return Run(folder=folder, results=results, cases=tuple(cases))


def test_every_two_systems_meet_in_the_order_given() -> None:
    found = pair_runs([make_run("bm25"), make_run("dense"), make_run("hybrid")])
    assert [(one.first, one.second) for one in found] == [
        ("bm25", "dense"),
        ("bm25", "hybrid"),
        ("dense", "hybrid"),
    ]


def test_runs_of_other_tasks_do_not_meet() -> None:
    runs = [make_run(f"{task}/{name}", task=task) for name in ("a", "b") for task in ("x", "y")]
    found = pair_runs(runs)
    assert [(one.task, one.first, one.second) for one in found] == [
        ("x", "a", "b"),
        ("y", "a", "b"),
    ]


def test_questions_meet_by_their_id() -> None:
    first = make_run("a", ids=["q1", "q2", "q3"])
    (found,) = pair_runs([first, make_run("b", ids=["q3", "q4", "q1"])])
    assert [(one.id, other.id) for one, other in found.cases] == [("q1", "q1"), ("q3", "q3")]


@pytest.mark.parametrize(
    ("folders", "labels"),
    [
        (["runs/local-1", "runs/local-2"], ["local (local-1)", "local (local-2)"]),
        (["one/local", "two/local"], ["local (one/local)", "local (two/local)"]),
        (["one/local", "two/bm25"], ["local", "bm25"]),
    ],
)
def test_a_name_that_stands_for_two_runs_is_told_apart(
    folders: list[str], labels: list[str]
) -> None:
    (found,) = pair_runs([make_run(folder) for folder in folders])
    assert [found.first, found.second] == labels


@pytest.mark.parametrize(
    ("runs", "complaint"),
    [
        ([make_run("a"), make_run("./a")], r"a is named 2 times\. Name each run once\."),
        ([make_run("a")], "a is the only run of the task hotel"),
        ([make_run("a"), make_run("b"), make_run("c", task="x")], "c is the only run of the task"),
        ([make_run("a"), make_run("b", content="new")], "a and b were asked different questions"),
        ([make_run("a"), make_run("b", ids=["q9"])], "a and b have no question in common"),
    ],
)
def test_runs_that_cannot_be_compared_are_refused(runs: list[Run], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        pair_runs(runs)
