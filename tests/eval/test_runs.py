"""Runs on disk: what is written is what is read, and what is damaged is named."""

import json
from pathlib import Path

import pytest

from groundwire.core.errors import UsageError
from groundwire.eval.runs import (
    CASES,
    RESULTS,
    case_line,
    is_run,
    list_runs,
    note_run,
    read_cases,
    read_results,
    read_run,
    runs_folder,
    write_cases,
    write_results,
)
from groundwire.eval.schema import Case, Estimate, Results

HALF = Estimate(mean=0.5, low=0.0, high=1.0, n=2)
RESULT = Results(
    task="tiny",
    system="bm25",
    n=2,
    failed=1,
    fingerprint={"hash": "abc", "seed": 0},
    measures={"R@5": HALF},
    unscored={"F1": "gives no answers"},
    latency_seconds={"p50": 0.1, "p95": 0.2, "p99": 0.3},
    throughput_per_second=10.0,
    usage={"llm_calls": 0},
    baselines={"first-sentence": {"R@5": HALF}},
    notices=("Mind the gap.",),
)
FOUND = Case(
    id="q1",
    question="Wann öffnete der Hafen?\u2028\ud800",
    status="retrieved",
    short_answer=None,
    ranking=("a", "b"),
    measures={"R@5": 1.0},
    seconds=0.1,
    answers=("1903",),
    relevant=("a",),
    trace={"queries": [{"text": "Hafen", "kind": "original"}]},
)
BROKEN = Case(
    id="q2",
    question="And?",
    status="failed",
    short_answer=None,
    ranking=(),
    measures={},
    seconds=0.2,
    error="The disk is full.",
)


def write_run(folder: Path, results: Results = RESULT) -> Path:
    folder.mkdir(parents=True)
    write_results(folder, results)
    write_cases(folder, [FOUND, BROKEN])
    return folder


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run"))
    assert run.results == RESULT
    assert run.cases == (FOUND, BROKEN)


def test_results_have_the_keys_that_scripts_rely_on(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    data = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
    assert data["measures"]["R@5"] == {"mean": 0.5, "low": 0.0, "high": 1.0, "n": 2}
    assert {"task", "system", "n", "fingerprint", "usage", "throughput_per_second"} <= data.keys()
    assert list(data["latency_seconds"]) == ["p50", "p95", "p99"]
    first, second = map(json.loads, (folder / CASES).read_text(encoding="utf-8").split("\n")[:2])
    wanted = ["id", "question", "status", "short_answer", "ranking", "measures", "seconds", "error"]
    assert list(first)[:8] == wanted
    assert second["error"] == "The disk is full."


@pytest.mark.parametrize("kept", [1, 20, 32, 40])
def test_a_line_that_was_being_written_is_left_out(tmp_path: Path, kept: int) -> None:
    folder = write_run(tmp_path / "run")
    with (folder / CASES).open("ab") as file:
        file.write(case_line(FOUND)[:kept])
    assert list(read_cases(folder)) == [FOUND, BROKEN]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    text = (folder / CASES).read_text(encoding="utf-8")
    (folder / CASES).write_text("{]\n" + text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"cases\.jsonl, line 1"):
        read_run(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"measures": 3}', '{"measures": {"F1": 1}}'])
def test_results_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / RESULTS).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="does not hold the results of a run"):
        read_results(tmp_path)


def test_a_folder_without_a_run_and_an_unfinished_one_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no run"):
        read_run(tmp_path)
    write_cases(tmp_path, [FOUND])
    with pytest.raises(UsageError, match="not finished") as caught:
        read_run(tmp_path)
    assert "--resume" in caught.value.advice
    assert not is_run(tmp_path)


def test_runs_are_listed_wherever_they_were_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    inside = write_run(runs_folder(home) / "20260101-tiny" / "bm25")
    outside = write_run(tmp_path / "elsewhere")
    gone = tmp_path / "gone"
    for folder in (inside, outside, outside, gone):
        note_run(home, folder)
    assert {one.folder for one in list_runs(home)} == {inside, outside}
    assert {one.system for one in list_runs(home)} == {"bm25"}


def test_a_damaged_run_is_listed_with_its_problem(tmp_path: Path) -> None:
    folder = runs_folder(tmp_path) / "broken"
    folder.mkdir(parents=True)
    (folder / RESULTS).write_text("{", encoding="utf-8")
    (found,) = list_runs(tmp_path)
    assert found.problem is not None
    assert RESULTS in found.problem


def test_a_home_without_runs_has_none(tmp_path: Path) -> None:
    assert list_runs(tmp_path) == []


def test_a_run_that_lost_cases_is_refused(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    write_cases(folder, [FOUND])
    with pytest.raises(UsageError, match="does not hold the 2 cases"):
        read_run(folder)
    write_cases(folder, [FOUND, FOUND])
    with pytest.raises(UsageError, match="does not hold the 2 cases"):
        read_run(folder)
