"""The ablation of search in hops: every variant on every task, each in a process of its own."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from groundwire.core.errors import UsageError
from groundwire.eval.hop_ablation import (
    SYSTEMS,
    TASKS,
    Job,
    find_jobs,
    run_apart,
    run_job,
    run_jobs,
)
from groundwire.eval.hop_ablation_page import Ablation, render_page
from groundwire.eval.hop_variants import VARIANTS
from groundwire.eval.schema import Estimate, Run

Jobs = Mapping[str, Sequence[Job]]
# By which the variants answer; the whole answers by the first of them.
SCORES = ((1, 0.5, 0, 1), (0, 0, 0, 0))


@pytest.fixture
def jobs(judged: Path, tmp_path: Path) -> Jobs:
    folder = tmp_path / "data"
    for name in TASKS:
        shutil.copytree(judged, folder / name)
    return find_jobs(folder, tmp_path / "output")


@pytest.fixture
def made(make_run: Callable[..., Run]) -> list[Ablation]:
    """Finished runs of every system; everything but PageRank is as good as the whole."""

    def run(task: str, name: str) -> Run:
        marks = {
            "task_content": "1",
            "processor": "?",
            "python": "3",
            "groundwire": "0",
            "code": "c",
        }
        found = make_run(name, SCORES[name == "page-rank"], task=task, fingerprint=marks)
        cases = [
            replace(case, measures={**case.measures, "R@5": case.measures["F1"]})
            for case in found.cases
        ]
        recall = {"R@5": Estimate(mean=0.625, low=0.5, high=0.75, n=4)}
        results = replace(found.results, measures={**found.results.measures, **recall})
        return replace(found, cases=tuple(cases), results=results)

    return [Ablation(task=task, runs={name: run(task, name) for name in SYSTEMS}) for task in TASKS]


def rows(page: str, name: str) -> list[list[str]]:
    lines = [line for line in page.splitlines() if line.startswith(f"| {name} |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_holds_every_variant_of_every_task_beside_the_whole(made: list[Ablation]) -> None:
    page = render_page(made)
    for task in TASKS:
        assert f"## {task}" in page
    for name in SYSTEMS:
        assert len(rows(page, name)) == len(TASKS)
    for variant in VARIANTS:
        assert f"- `{variant.name}`: {variant.meaning}" in page
    assert "4 questions.\n" in page
    assert "after Holm over all 30 differences" in page


def test_a_row_holds_values_latency_and_differences_to_the_whole(made: list[Ablation]) -> None:
    page = render_page(made)
    alike = rows(page, "without-links")[0]
    assert alike[1:6] == ["62.5", "-", "62.5", "62.5 (4)", "20"]
    assert alike[6:] == ["0.0 (0.0 to 0.0), p = 1"] * 2
    worse = rows(page, "page-rank")[0]
    assert worse[4] == "0.0 (4)"
    assert all(cell.startswith("-62.5 (-100.0 to ") for cell in worse[6:])
    for whole in ("local", "local-again"):
        assert rows(page, whole)[0][6:] == ["-", "-"]


def test_what_was_not_answered_is_no_part_of_the_answers(made: list[Ablation]) -> None:
    one = made[0].runs["one-hop"]
    silent = tuple(replace(case, status="abstained") for case in one.cases[:2])
    runs = {**made[0].runs, "one-hop": replace(one, cases=silent + one.cases[2:])}
    page = render_page([Ablation(task=TASKS[0], runs=runs)])
    assert rows(page, "one-hop")[0][4] == "50.0 (2)"


def test_what_failed_is_said(made: list[Ablation]) -> None:
    one = made[0].runs["one-hop"]
    runs = {**made[0].runs, "one-hop": replace(one, results=replace(one.results, failed=2))}
    assert "2 failed in `one-hop`." in render_page([Ablation(task=TASKS[0], runs=runs)])


def test_what_was_run_in_another_process_is_kept(jobs: Jobs) -> None:
    job = jobs[TASKS[0]][0]
    folder = run_apart(job)
    written = (folder / "results.json").stat().st_mtime_ns
    assert run_job(job) == folder
    assert (folder / "results.json").stat().st_mtime_ns == written


def test_every_system_has_a_run_of_its_own_and_answers_the_same_questions(jobs: Jobs) -> None:
    some = [job for job in jobs[TASKS[1]] if job.system in {"local", "page-rank"}]
    (found,) = run_jobs({TASKS[1]: some}, run_job)
    whole, other = found.runs["local"], found.runs["page-rank"]
    assert whole.folder != other.folder
    assert [case.id for case in whole.cases] == [case.id for case in other.cases]
    assert (other.results.system, other.results.failed) == ("page-rank", 0)
    assert other.results.fingerprint["hash"] != whole.results.fingerprint["hash"]


def test_fewer_questions_are_asked_where_a_limit_is_given(jobs: Jobs, tmp_path: Path) -> None:
    few = find_jobs(tmp_path / "data", tmp_path / "output", limit=2)
    assert few.keys() == jobs.keys()
    (found,) = run_jobs({TASKS[0]: few[TASKS[0]][:1]}, run_job)
    assert len(found.runs["local"].cases) == 2


def test_a_folder_that_lacks_a_task_is_refused(judged: Path, tmp_path: Path) -> None:
    shutil.copytree(judged, tmp_path / "data" / TASKS[0])
    with pytest.raises(UsageError, match=f"no task {TASKS[1]}, {TASKS[2]}"):
        find_jobs(tmp_path / "data", tmp_path / "output")
