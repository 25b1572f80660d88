"""Running a system over a task: what is asked, kept, gone on with, and summed up."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.errors import UsageError
from groundwire.core.settings import Settings, load_settings
from groundwire.eval.finishing import run_system
from groundwire.eval.judge_panel import Panel
from groundwire.eval.judging import shipped_judges
from groundwire.eval.running import Plan, RunProgress, ask_all
from groundwire.eval.runs import CASES, REPORT, list_runs, read_cases, read_run
from groundwire.eval.schema import Question, Results
from groundwire.eval.systems import BUILT_IN, find_system
from groundwire.eval.tasks import Choice, read_task
from groundwire.models import ScriptedEntailment, ScriptedLanguageModel

SUPPORTED = json.dumps({"reason": "", "verdict": "supported"})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(
        home=tmp_path / "home",
        folder=tmp_path,
        environ={},
        flags={"encoder.model": "hash", "answer.reader": "sentences"},
    )


Planner = Callable[..., Plan]


@pytest.fixture
def plan(judged: Path, settings: Settings, tmp_path: Path) -> Planner:
    """Makes a plan: ``plan("bm25", seed=3)``; every call names the same folder."""

    def make(name: str, **others: Any) -> Plan:
        return Plan(
            task=read_task(judged),
            system=find_system(name, settings),
            settings=settings,
            folder=tmp_path / "out",
            **others,
        )

    return make


def without_times(results: Results) -> Results:
    return replace(results, latency_seconds={}, throughput_per_second=0.0)


@pytest.mark.parametrize("name", [system.name for system in BUILT_IN])
def test_every_built_in_system_runs(plan: Planner, name: str) -> None:
    results = run_system(plan(name))
    assert (results.task, results.system, results.n) == ("multihop-tiny", name, 4)
    assert results.failed == 0
    assert results.measures["R@5"].n == 2
    assert results.measures["R@5"].mean == 1.0
    run = read_run(plan(name).folder)
    assert [case.id for case in run.cases] == ["q1", "q2", "q3", "q4"]
    assert "multihop-tiny" in (plan(name).folder / REPORT).read_text(encoding="utf-8")


def test_a_searching_system_gives_passages_and_no_answers(plan: Planner) -> None:
    results = run_system(plan("bm25"))
    case = read_run(plan("bm25").folder).cases[0]
    assert (case.status, case.short_answer, case.ranking[0]) == ("retrieved", None, "harbour-0")
    assert "F1" not in results.measures
    assert "no answer" in results.unscored["F1"]


def test_an_answering_system_is_scored_on_answers_and_quotes(plan: Planner) -> None:
    results = run_system(plan("first-sentence"))
    case = read_run(plan("first-sentence").folder).cases[0]
    assert case.status == "answered"
    assert case.measures["QuoteExact"] == 1.0
    assert case.measures["CitedGold"] == 1.0
    assert case.measures["F1"] == 1.0  # the year stands in the first sentence
    assert results.measures["NoAnsF1"].mean == 0.0  # it never abstains
    assert results.usage["passages_read"] > 0


def test_the_means_can_be_computed_again_from_the_cases(plan: Planner) -> None:
    results = run_system(plan("local"))
    rows = [
        json.loads(line)
        for line in (plan("local").folder / CASES).read_text(encoding="utf-8").splitlines()
    ]
    for name in ("R@5", "nDCG@10", "F1", "EM"):
        scores = [row["measures"][name] for row in rows if name in row["measures"]]
        assert results.measures[name].n == len(scores)
        assert results.measures[name].mean == pytest.approx(sum(scores) / len(scores))


def test_the_cheap_baselines_stand_beside_it(plan: Planner) -> None:
    results = run_system(plan("local"))
    assert list(results.baselines) == ["first-sentence", "always-abstain"]
    silent = results.baselines["always-abstain"]
    assert silent["F1"].mean == 0.5  # two of the four questions cannot be answered
    assert "R@5" not in silent
    assert "F1" in results.baselines["first-sentence"]
    itself = replace(plan("first-sentence"), folder=plan("local").folder / "itself")
    assert list(run_system(itself).baselines) == ["always-abstain"]


def test_the_same_plan_gives_the_same_numbers_and_fingerprint(
    plan: Planner, tmp_path: Path
) -> None:
    first = run_system(plan("local"))
    second = run_system(replace(plan("local", concurrency=3), folder=tmp_path / "again"))
    assert without_times(first) == without_times(second)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: replace(plan, seed=1),
        lambda plan: replace(plan, system=find_system("hybrid", plan.settings)),
        lambda plan: replace(plan, task=replace(plan.task, content="other")),
        lambda plan: replace(
            plan,
            settings=load_settings(
                home=plan.settings.home,
                environ={},
                flags={"encoder.model": "hash", "answer.reader": "sentences", "search.rrf_k": 7},
            ),
        ),
    ],
    ids=["seed", "system", "questions", "settings"],
)
def test_what_can_change_a_number_changes_the_fingerprint(
    plan: Planner, change: Callable[[Plan], Plan]
) -> None:
    assert change(plan("local")).fingerprint["hash"] != plan("local").fingerprint["hash"]


def test_a_model_that_verifies_and_a_judge_are_scored_apart_and_named(plan: Planner) -> None:
    panel = Panel(shipped_judges(ScriptedLanguageModel(lambda _: SUPPORTED, name="pinned"))[:1])
    sceptic = ScriptedEntailment(lambda _evidence, _sentence: 0.1)
    results = run_system(plan("first-sentence", panel=panel, entailment=sceptic))
    judged = [name for name in results.measures if name.startswith("JudgeFaithfulness")]
    assert len(judged) == 1
    assert "pinned" in judged[0]
    assert results.measures[judged[0]].mean == 1.0
    assert results.measures["Faithfulness"].mean == 0.0
    assert results.measures["CitationRecall"].mean == 0.0
    models = str(results.fingerprint["models"])
    assert "pinned" in models
    assert sceptic.name in models


def test_a_folder_with_a_run_is_not_written_over(plan: Planner) -> None:
    run_system(plan("bm25"))
    with pytest.raises(UsageError, match="holds a run already") as caught:
        run_system(plan("bm25"))
    assert "--resume" in caught.value.advice


def test_going_on_asks_only_what_is_left_and_what_failed(plan: Planner) -> None:
    broken = replace(plan("bm25").task.questions[1], text="   ")
    task = plan("bm25").task
    half = replace(plan("bm25"), task=replace(task, questions=(task.questions[0], broken)))
    assert [case.status for case in ask_all(half).cases] == ["retrieved", "failed"]
    kept = (half.folder / CASES).read_bytes().split(b"\n")[0]
    longer = replace(task, questions=(*half.task.questions, task.questions[2]))
    whole = ask_all(replace(half, task=longer, resume=True))
    assert whole.asked == 2
    assert [case.id for case in whole.cases] == ["q1", "q2", "q3"]
    assert (half.folder / CASES).read_bytes().startswith(kept)


def test_a_question_that_fails_is_recorded_and_the_run_goes_on(plan: Planner) -> None:
    task = plan("bm25").task
    empty = Question(id="q0", text=" ", answerable=True, answers=("x",))
    longer = replace(task, questions=(empty, *task.questions))
    results = run_system(replace(plan("bm25"), task=longer))
    assert (results.n, results.failed) == (5, 1)
    case = read_run(plan("bm25").folder).cases[0]
    assert case.status == "failed"
    assert "nothing to search for" in (case.error or "")
    assert not case.measures


def test_an_interruption_keeps_what_was_done(plan: Planner) -> None:
    class StoppedError(Exception):
        pass

    asked: list[RunProgress] = []

    def stop(progress: RunProgress) -> None:
        asked.append(progress)
        raise StoppedError

    with pytest.raises(StoppedError):
        ask_all(plan("bm25", on_progress=stop))
    done = list(read_cases(plan("bm25").folder))
    assert len(done) == asked[0].done == 4
    assert ask_all(plan("bm25", resume=True)).asked == 0


def test_a_run_begun_otherwise_is_not_gone_on_with(plan: Planner) -> None:
    ask_all(plan("bm25"))
    with pytest.raises(UsageError, match=r"since it began, settings.* changed"):
        ask_all(plan("hybrid", resume=True))


def test_results_of_another_run_are_not_mixed_in(plan: Planner) -> None:
    folder = plan("bm25").folder
    folder.mkdir()
    (folder / CASES).write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match=r"cases\.jsonl of another run"):
        ask_all(plan("bm25"))


def test_a_run_elsewhere_is_listed_at_home(plan: Planner) -> None:
    run_system(plan("bm25"))
    assert [one.folder for one in list_runs(plan("bm25").settings.home)] == [plan("bm25").folder]


def test_a_sample_is_the_same_for_every_system(judged: Path, plan: Planner, tmp_path: Path) -> None:
    task = read_task(judged, choice=Choice(limit=2, seed=5))
    asked = []
    for name in ("bm25", "local"):
        ran = ask_all(replace(plan(name), task=task, folder=tmp_path / name))
        asked.append([case.id for case in ran.cases])
    assert asked[0] == asked[1]
    assert len(asked[0]) == 2


def test_a_task_without_short_answers_has_no_f1_of_the_unanswerable_alone(plan: Planner) -> None:
    task = plan("local").task
    questions = tuple(
        replace(one, answers=None, references=one.answers) if one.answers else one
        for one in task.questions
    )
    results = run_system(replace(plan("local"), task=replace(task, questions=questions)))
    assert not {"EM", "F1", "AnswerContained", "AURC"} & results.measures.keys()
    assert "no short answers are known" in results.unscored["F1"]
    assert results.measures["NoAnsF1"].n == 2
    assert "ROUGE-L" in results.measures
    assert "F1" not in results.baselines["always-abstain"]


def test_a_damaged_baseline_is_run_again(plan: Planner, tmp_path: Path) -> None:
    first = run_system(plan("local"))
    home = plan("local").settings.home
    for path in home.glob("eval/baselines/*/results.json"):
        path.write_text("{", encoding="utf-8")
    again = run_system(replace(plan("local"), folder=tmp_path / "again"))
    assert again.baselines == first.baselines


def test_a_finished_run_gone_on_with_keeps_its_reasons(plan: Planner) -> None:
    first = run_system(plan("bm25"))
    assert run_system(plan("bm25", resume=True)).unscored == first.unscored
