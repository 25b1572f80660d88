"""Plots of an evaluation, each a function from data to SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from groundwire.eval.drawing import (
    COLOURS,
    INK,
    MARKS,
    NARROW,
    SMALL,
    WIDE,
    draw_svg,
    label_of,
    show_legend,
)
from groundwire.eval.measure import Values
from groundwire.eval.schema import Estimate

MOST_SYSTEMS = len(COLOURS)
# Below half a second a question, milliseconds are easier to read.
_SECONDS_FROM = 0.5
# Inches of a row of the plot of measures: what it takes, and what each system adds.
_ROW, _SYSTEM, _REST = 0.1, 0.17, 1.0
# The part of a row that values are spread over.
_SHARED = 0.7
_Systems = Mapping[str, Mapping[str, Estimate]]


def plot_risk_coverage(
    coverages: Values, risks: Values, *, points: Mapping[str, tuple[float, float]]
) -> str:
    """The share of wrong answers over the share of questions answered, both of shape (cases,).

    ``points`` holds, by name, the coverage and risk at which systems do answer.
    """

    def draw(axes: Axes) -> None:
        axes.plot(coverages * 100, risks * 100, color=COLOURS[0], linewidth=1.6)
        for number, (name, (coverage, risk)) in enumerate(points.items()):
            style = number % MOST_SYSTEMS
            axes.plot(
                coverage * 100,
                risk * 100,
                MARKS[style],
                color=COLOURS[style],
                label=label_of(name),
                clip_on=False,
            )
        if points:
            show_legend(axes)
        axes.set(xlim=(0, 100), ylim=(0, 102))
        axes.set_xlabel("Coverage: % of questions answered")
        axes.set_ylabel("Risk: % of answers wrong")

    ends = f"risk {risks[0]:.0%} at first, {risks[-1]:.0%} for all" if len(risks) else "no answers"
    title = f"Risk over coverage, n = {len(coverages)}"
    return draw_svg(draw, title=title, description=ends, inches=WIDE)


def plot_reliability(supports: Values, rights: Values, counts: Values) -> str:
    """How often answers of a support are right. A bin each: mean support, share right, answers."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.plot(supports, rights, color=COLOURS[0], linewidth=1.0)
        # The area of a point shows how many answers it stands for.
        areas = 10 + 150 * counts / max(1.0, counts.max(initial=0.0))
        axes.scatter(supports, rights, s=areas, color=COLOURS[0], linewidth=0, clip_on=False)
        axes.set(xlim=(0, 1), ylim=(0, 1.02))
        axes.set_xlabel("Support, mean of the bin")
        axes.set_ylabel("Share right")

    bins = zip(supports, rights, counts, strict=True)
    described = "; ".join(f"{s:.2f}: {r:.2f} of {count:.0f}" for s, r, count in bins)
    title = f"Reliability of support, n = {counts.sum():.0f}"
    return draw_svg(draw, title=title, description=described, inches=WIDE)


def plot_latency(seconds: Sequence[float]) -> str:
    """How many questions, one at least, took how long, with p50, p95 and p99."""
    whole = np.asarray(seconds, dtype=np.float64)
    in_seconds = np.quantile(whole, 0.95) >= _SECONDS_FROM
    taken, unit = (whole, "Seconds") if in_seconds else (whole * 1e3, "Milliseconds")
    marks = {f"p{share}": float(np.quantile(taken, share / 100)) for share in (50, 95, 99)}

    def draw(axes: Axes) -> None:
        counts, _, _ = axes.hist(taken, bins=min(40, max(5, len(taken) // 3)), color=COLOURS[0])
        top = float(np.max(counts)) * 1.04
        for height, (name, value) in zip((1.18, 1.1, 1.02), marks.items(), strict=True):
            end = (value, top * height)
            axes.plot([value, value], [0, end[1]], color=INK, linewidth=0.8, clip_on=False)
            axes.annotate(
                f"{name} {value:.3g}",
                end,
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
                annotation_clip=False,
            )
        axes.set(xlim=(0, None), ylim=(0, top))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.set_xlabel(f"{unit} a question")
        axes.set_ylabel("Questions")

    described = ", ".join(f"{name} {value:.3g} {unit.lower()}" for name, value in marks.items())
    return draw_svg(draw, title=f"Latency, n = {len(taken)}", description=described, inches=WIDE)


def plot_scores(measure: str, scores: Sequence[float]) -> str:
    """How many cases, one at least, got which score; two bars where each score is 0 or 1."""
    values = np.asarray(scores, dtype=np.float64) * 100
    yes_no = bool(np.isin(values, (0, 100)).all())
    counts, edges = np.histogram(values, bins=2 if yes_no else 10, range=(0, 100))

    def draw(axes: Axes) -> None:
        middles = (edges[:-1] + edges[1:]) / 2
        bars = axes.bar(middles, counts, width=0.9 * edges[1], color=COLOURS[0])
        axes.set(xlim=(0, 100), ylim=(0, counts.max() * 1.14))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.set_xlabel(f"{label_of(measure)}, points")
        axes.set_ylabel("Questions")
        if yes_no:
            axes.bar_label(bars, fontsize=SMALL)
            axes.set_xticks(middles, ["0", "100"])

    described = f"mean {values.mean():.1f}; from low to high {', '.join(map(str, counts))}"
    title = f"{measure}, n = {len(values)}"
    return draw_svg(draw, title=title, description=described, inches=NARROW)


def plot_measures(systems: _Systems, measures: Sequence[str]) -> str:
    """Value and 95 % interval of each of ``measures`` for the first four of ``systems``."""
    shown = dict(list(systems.items())[:MOST_SYSTEMS])

    def draw(axes: Axes) -> None:
        for number, name in enumerate(shown):
            _draw_system(axes, shown, measures, number=number, name=name)
        _measure_axes(axes, measures)

    height = _REST + len(measures) * (_ROW + _SYSTEM * len(shown))
    described = "; ".join(_in_words(name, found, measures) for name, found in shown.items())
    inches = (WIDE[0], max(height, NARROW[1]))
    return draw_svg(draw, title="Measures", description=described, inches=inches)


def _draw_system(
    axes: Axes, shown: _Systems, measures: Sequence[str], *, number: int, name: str
) -> None:
    found = {measure: shown[name][measure] for measure in measures if measure in shown[name]}
    means, lows, highs = (
        np.array([getattr(one, part) for one in found.values()]) for part in ("mean", "low", "high")
    )
    axes.errorbar(
        means * 100,
        [measures.index(measure) + _shift(shown, measure, name) for measure in found],
        xerr=np.maximum([means - lows, highs - means], 0.0) * 100,
        fmt=MARKS[number],
        color=COLOURS[number],
        markersize=4.5,
        label=label_of(name),
        clip_on=False,
    )


def _shift(shown: _Systems, measure: str, name: str) -> float:
    """How far from the middle of a row a system stands: those with a value share the row."""
    having = [other for other, found in shown.items() if measure in found]
    return (having.index(name) - (len(having) - 1) / 2) * _SHARED / max(2, len(shown))


def _measure_axes(axes: Axes, measures: Sequence[str]) -> None:
    show_legend(axes)
    axes.set(xlim=(0, 100), ylim=(len(measures) - 0.4, -0.6), xlabel="Points, 95 % interval")
    axes.set_yticks(range(len(measures)), [label_of(measure) for measure in measures])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=INK, alpha=0.25, linewidth=0.6)


def _in_words(name: str, found: Mapping[str, Estimate], measures: Sequence[str]) -> str:
    values = (
        f"{measure} {100 * found[measure].mean:.1f}" for measure in measures if measure in found
    )
    return f"{name}: {', '.join(values)}"
