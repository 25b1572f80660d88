"""A run in words and rows, as the report and the page show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundwire.core.wire import as_json
from groundwire.eval.schema import Case, Estimate, Results

# What a person asks for first: are the answers right, do they rest on what they cite, was the
# right passage found. The first that a run has stands for it.
LEADING = ("F1", "nDCG@10", "AnswerContained", "ROUGE-L", "R@5")
MAIN = ("F1", "EM", "AnswerContained", "AbstainF1", "CitedGold", "QuoteExact")
MAIN_OF_RANKINGS = ("nDCG@10", "R@5", "AllR@5", "RR")


@dataclass(frozen=True, kw_only=True, slots=True)
class KindRow:
    """The ``n`` cases of a kind, and their mean by each of the main measures, where scored."""

    kind: str
    n: int
    means: Mapping[str, float]


def main_measures(names: Iterable[str]) -> list[str]:
    """Those of ``names`` that are looked at first, in that order; the first few if none is."""
    given = list(dict.fromkeys(names))
    return [name for name in (*MAIN, *MAIN_OF_RANKINGS) if name in given] or given[:4]


def leading_measure(names: Iterable[str]) -> str | None:
    """The one of ``names`` that stands for a run; None where there is none."""
    given = list(names)
    return next((name for name in (*LEADING, *given) if name in given), None)


def in_points(value: float) -> str:
    """A share in points of a hundred: ``52.3``."""
    return f"{100 * value:.1f}"


def in_words(estimate: Estimate) -> str:
    """A value with its interval, in points of a hundred: ``52.3 (48.0 to 56.2)``."""
    low, high = in_points(estimate.low), in_points(estimate.high)
    return f"{in_points(estimate.mean)} ({low} to {high})"


def main_finding(results: Results) -> str:
    """The run in a sentence or two."""
    leading = leading_measure(results.measures)
    if leading is None:
        why = "every question failed" if results.failed == results.n else "see the reasons below"
        return f"Nothing could be scored: {why}."
    found = results.measures[leading]
    said = (
        f"{results.system} reaches {leading} {in_points(found.mean)} on {results.task} (95 % "
        f"interval {in_points(found.low)} to {in_points(found.high)}, n = {found.n:,})."
    )
    others = {name: have[leading] for name, have in results.baselines.items() if leading in have}
    if not others:
        return said
    best = max(others, key=lambda name: others[name].mean)
    there = others[best].mean
    compared = "less" if there < found.mean else "more" if there > found.mean else "as much"
    which = "The cheap baseline," if len(others) == 1 else "The best of the cheap baselines,"
    return f"{said} {which} {best}, reaches {in_points(there)}: that is {compared}."


def rows_by_kind(cases: Sequence[Case], measures: Sequence[str]) -> list[KindRow]:
    """A row a kind, in the order in which they come; none where there is only one kind."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.kind, []).append(case)
    if len(groups) < 2:
        return []
    return [
        KindRow(kind=kind or "without a kind", n=len(group), means=_means(group, measures))
        for kind, group in groups.items()
    ]


def _means(cases: Sequence[Case], measures: Sequence[str]) -> dict[str, float]:
    scores = {name: scores_of(cases, name) for name in measures}
    return {name: float(np.mean(found)) for name, found in scores.items() if found}


def scores_of(cases: Sequence[Case], measure: str) -> list[float]:
    """The scores by ``measure`` of the cases that have one."""
    return [case.measures[measure] for case in cases if measure in case.measures]


def flattened(data: Mapping[str, object], *, above: str = "") -> list[tuple[str, str]]:
    """A fingerprint as rows of a dotted name and its value."""
    rows: list[tuple[str, str]] = []
    for name, value in data.items():
        if isinstance(value, Mapping):
            rows += flattened(value, above=f"{above}{name}.")
        else:
            rows.append((f"{above}{name}", str(as_json(value))))
    return rows
