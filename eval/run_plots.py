"""The plots of a run, as the report and the page show them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groundwire.eval.abstention_measures import RIGHT, reliability_bins, risk_coverage_curve
from groundwire.eval.plots import (
    plot_latency,
    plot_measures,
    plot_reliability,
    plot_risk_coverage,
    plot_scores,
)
from groundwire.eval.run_view import in_points, main_measures, scores_of
from groundwire.eval.schema import Run
from groundwire.eval.systems import BASELINE


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A plot with its ``title`` and what to know when reading it."""

    title: str
    caption: str
    svg: str


def pictures(run: Run) -> dict[str, list[Picture]]:
    """The plots of a run by what they show; what there is nothing to draw of has none."""
    return {
        "measures": _measures(run),
        "support": [*picture_risks(run), *_reliability(run)],
        "scores": _distributions(run),
        "latency": _latency(run),
    }


def _measures(run: Run) -> list[Picture]:
    results = run.results
    names = main_measures(results.measures)
    if not names:
        return []
    svg = plot_measures({results.system: results.measures, **results.baselines}, names)
    caption = "Values with their 95 % bootstrap intervals, beside the cheap baselines."
    return [Picture(title="Main measures", caption=caption, svg=svg)]


def picture_risks(run: Run) -> list[Picture]:
    """What answering only the surest questions would cost; none when no answer can be wrong."""
    coverages, risks = risk_coverage_curve(run.cases)
    if not len(coverages):
        return []
    points = {run.results.system: (float(coverages[-1]), float(risks[-1]))}
    cheap = run.results.baselines.get(BASELINE, {}).get(RIGHT)
    if cheap is not None:
        # It never abstains: it stands where everything is answered.
        points[BASELINE] = (1.0, 1.0 - cheap.mean)
    caption = (
        "If only the surest answers were given: how many of all questions, and how many of the "
        f"answers wrong. The curve ends where the system does. n = {len(coverages)} answers."
    )
    svg = plot_risk_coverage(coverages, risks, points=points)
    return [Picture(title="Risk and coverage", caption=caption, svg=svg)]


def _reliability(run: Run) -> list[Picture]:
    bins = reliability_bins(run.cases)
    if not bins:
        return []
    supports, rights, counts = (
        np.array([float(getattr(one, name)) for one in bins]) for name in ("support", "right", "n")
    )
    caption = (
        "How many answers of a support are right. On the dashed line support can be taken at its "
        f"word; below it, it promises too much. n = {counts.sum():.0f} answers."
    )
    svg = plot_reliability(supports, rights, counts)
    return [Picture(title="Reliability of support", caption=caption, svg=svg)]


def _distributions(run: Run) -> list[Picture]:
    scores = {name: scores_of(run.cases, name) for name in main_measures(run.results.measures)}
    return [
        Picture(
            title=name,
            caption=f"n = {len(found)}, mean {in_points(sum(found) / len(found))}.",
            svg=plot_scores(name, found),
        )
        for name, found in scores.items()
        if found
    ]


def _latency(run: Run) -> list[Picture]:
    seconds = [case.seconds for case in run.cases if case.status != "failed"]
    if not seconds:
        return []
    caption = f"Time from question to answer, n = {len(seconds)}, failed ones left out."
    return [Picture(title="Latency", caption=caption, svg=plot_latency(seconds))]
