"""The benchmark: every system on every task, a page that says what is comparable."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from groundwire.core.errors import UsageError
from groundwire.core.settings import load_settings
from groundwire.eval.benchmark import draw_risks, run_benchmark
from groundwire.eval.benchmark_page import render_page
from groundwire.eval.harness_speed import measure_harness, measure_scoring
from groundwire.eval.running import Plan
from groundwire.eval.schema import Run
from groundwire.eval.systems import BUILT_IN, find_system
from groundwire.eval.tasks import read_task


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmark")


def test_every_system_is_run_on_every_task_and_only_once(judged: Path, output: Path) -> None:
    found = run_benchmark(judged.parent, output)
    assert list(found) == ["multihop-tiny"]
    runs = found["multihop-tiny"]
    assert [run.results.system for run in runs] == [system.name for system in BUILT_IN]
    assert len({run.folder for run in runs}) == len(BUILT_IN)
    written = [_written(run) for run in runs]
    assert [_written(run) for run in run_benchmark(judged.parent, output)[judged.name]] == written
    drawn = draw_risks(found, output / "risks")
    page = render_page(found, drawn)
    _check_page(page, runs)
    assert "![Risk over coverage, multihop-tiny](risks/multihop-tiny.svg)" in page
    assert "<svg" in (output / "risks" / "multihop-tiny.svg").read_text(encoding="utf-8")
    assert "first-sentence and local" in page


def _written(run: Run) -> int:
    return (Path(run.folder) / "results.json").stat().st_mtime_ns


def _check_page(page: str, runs: Sequence[Run]) -> None:
    for run in runs:
        assert page.count(f"| {run.results.system} |") >= 2  # what it found, and its speed
        assert f"`{str(run.results.fingerprint['hash'])[:12]}`" in page
    assert "| Passages found | R@2 | R@5 |" in page
    assert "| first-sentence | 100.0 (100.0-100.0, n 2) |" in page
    assert "| always-abstain | 50.0" in page
    assert "ranks summed over 1 tasks" in page
    assert "bm25 and hybrid" in page


def test_a_folder_without_tasks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no task"):
        run_benchmark(tmp_path, tmp_path / "output")


def test_what_the_harness_costs_stands_beside_a_plain_loop(judged: Path, tmp_path: Path) -> None:
    settings = load_settings(
        home=tmp_path / "home",
        folder=tmp_path,
        environ={},
        flags={"encoder.model": "hash", "answer.reader": "sentences"},
    )
    found = measure_harness(read_task(judged), settings)
    assert list(found) == ["harness, local", "harness, bm25"]
    for sizes in found.values():
        assert sizes["questions"] == 20
        assert sizes["ratio"] == pytest.approx(sizes["harness, s"] / sizes["plain loop, s"])


def test_the_fingerprint_names_libraries_models_and_processor(judged: Path, tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, folder=tmp_path, environ={})
    plan = Plan(
        task=read_task(judged),
        system=find_system("local", settings),
        settings=settings,
        folder=tmp_path,
    )
    found = plan.fingerprint
    packages = found["packages"]
    assert isinstance(packages, dict)
    assert {"onnxruntime", "chromadb", "scipy", "pytrec-eval-terrier"} <= packages.keys()
    assert "MiniLM" in str(found["models"])
    assert found["processor"]
    assert found["prompts"]
    assert "home" not in str(found["settings"])


def test_scoring_is_timed_in_two_parts() -> None:
    found = measure_scoring(50)
    parts = found["scoring, s"] + found["means and intervals, s"]
    assert found["together, s"] == pytest.approx(parts)
    assert found["questions"] == 50
