"""From the cases of a run to its results: means with intervals, baselines, and the report."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from groundwire.core.errors import UsageError
from groundwire.core.schema import Answer, Status
from groundwire.eval.binding import bind_task
from groundwire.eval.measures import (
    NO_CASES,
    WHOLE_MEASURES,
    score_outcomes,
    summarise,
)
from groundwire.eval.report import render_report
from groundwire.eval.running import Plan, Ran, ask_all
from groundwire.eval.runs import REPORT, RESULTS, note_run, read_results, write_results
from groundwire.eval.schema import Case, Estimate, Outcome, Results, Run
from groundwire.eval.systems import ABSTAINING, BASELINE, find_system

Estimates = Mapping[str, Estimate]
# Under the home folder; deleting it costs the time to run them again.
BASELINES = Path("eval") / "baselines"
PERCENTILES = (50, 95, 99)


def run_system(plan: Plan) -> Results:
    """Run a system over a task and write ``results.json``, ``cases.jsonl`` and ``report.html``.

    The cheap baselines stand beside it; they are run once for the same fingerprint and kept.
    """
    plan = replace(plan, task=bind_task(plan.task, plan.settings))
    ran = ask_all(plan)
    results = sum_up(ran, baselines=_baselines(plan))
    write_results(plan.folder, results)
    run = Run(folder=str(plan.folder), results=results, cases=tuple(ran.cases))
    (plan.folder / REPORT).write_text(render_report(run), encoding="utf-8")
    note_run(plan.settings.home, plan.folder)
    return results


def sum_up(ran: Ran, *, baselines: Mapping[str, Estimates]) -> Results:
    """The results that the cases of a run give."""
    plan, cases = ran.plan, ran.cases
    measures, reasons = summarise(cases, plan.measures, WHOLE_MEASURES, seed=plan.seed)
    whole = [case for case in cases if case.status != "failed"]
    seconds = [case.seconds for case in whole]
    return Results(
        task=plan.task.name,
        system=plan.system.name,
        n=len(cases),
        failed=len(cases) - len(whole),
        fingerprint=ran.fingerprint,
        measures=measures,
        unscored={
            **reasons,
            # Scoring knows more than summing up, but not why a mean of the scores would mislead.
            **{
                name: why
                for name, why in ran.unscored.items()
                if reasons.get(name) == NO_CASES.reason
            },
        },
        latency_seconds=_latency(seconds),
        throughput_per_second=_throughput(ran, seconds),
        usage=_usage(cases),
        baselines=baselines,
        notices=plan.task.notices,
    )


def _latency(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {}
    values = np.percentile(np.array(seconds), PERCENTILES)
    return {
        f"p{rank}": round(float(value), 6) for rank, value in zip(PERCENTILES, values, strict=True)
    }


def _throughput(ran: Ran, seconds: Sequence[float]) -> float:
    """Questions a second of this run; of all cases where none was left to ask."""
    count, spent = (ran.asked, ran.seconds) if ran.asked else (len(seconds), sum(seconds))
    return round(count / spent, 3) if spent else 0.0


def _usage(cases: Sequence[Case]) -> dict[str, float]:
    total: dict[str, float] = {}
    for case in cases:
        for name, value in case.usage.items():
            total[name] = total.get(name, 0) + value
    return total


def _baselines(plan: Plan) -> dict[str, Estimates]:
    """What the cheap systems reach on the same questions."""
    found = {} if plan.system.name == BASELINE else {BASELINE: _cheapest(plan)}
    return {**found, ABSTAINING: _always_abstaining(plan)}


def _cheapest(plan: Plan) -> Estimates:
    """The measures of the cheap baseline, from an earlier run where nothing has changed since."""
    system = find_system(BASELINE, plan.settings)
    cheap = replace(plan, system=system, resume=True, on_progress=lambda _: None)
    kept = plan.settings.home / BASELINES / str(cheap.fingerprint["hash"])[:32]
    cheap = replace(cheap, folder=kept)
    try:
        return _kept_or_run(cheap)
    except UsageError:
        # What an earlier process left there is damaged; it is nobody's but this cache's.
        shutil.rmtree(cheap.folder)
        return _kept_or_run(cheap)


def _kept_or_run(cheap: Plan) -> Estimates:
    if (cheap.folder / RESULTS).exists():
        return read_results(cheap.folder).measures
    results = sum_up(ask_all(cheap), baselines={})
    write_results(cheap.folder, results)
    return results.measures


def _always_abstaining(plan: Plan) -> Estimates:
    """What saying nothing at all reaches: on some tasks it is hard to beat."""
    outcomes = [
        # It finds nothing either, but that is no ranking to be judged.
        Outcome(
            question=replace(question, relevant={}),
            seconds=0.0,
            answer=Answer(question=question.text, status=Status.ABSTAINED),
        )
        for question in plan.task.questions
    ]
    cases, _ = score_outcomes(outcomes, plan.measures)
    return summarise(cases, plan.measures, WHOLE_MEASURES, seed=plan.seed)[0]
