"""The page of the ablation: a table a task, and each variant's difference to the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundwire.core.schema import Status
from groundwire.eval.comparing import compare_pairs
from groundwire.eval.hop_variants import AGAIN, VARIANTS, WHOLE
from groundwire.eval.measures import parse_measure
from groundwire.eval.pairing import pair_runs
from groundwire.eval.schema import Comparison, Run
from groundwire.eval.verdicts import in_short

SHOWN, COMPARED = ("R@5", "AllR@5", "F1"), ("R@5", "F1")
SAYS_SOMETHING = {Status.ANSWERED.value, Status.PARTIAL.value}
NONE = "-"
INTRODUCTION = """# Search in hops without each of its parts

Written by `make ablation DATA=FOLDER`; do not edit. The [local engine](hops.md) whole, and with one
part removed or exchanged, on the dev questions of three tasks that need several passages.
"""
READING = """Values are shares times 100. `F1` is over all questions, and 0 where it abstains; `F1
of answers` is of those that were answered, others for every row, in brackets how many. Differences
are those of a row to `local`, in points, paired by question, with their 95 % bootstrap interval and
the p of a paired permutation test, after Holm over all {comparisons} differences of this page.

Latency is the middle one, of one question at a time, after the first. Every row was run in a new
process, since models remember what they read, and one row after the other: what else ran on the
machine meanwhile is in it. `local-again` is `local` once more, at the end: by as much as these two
latencies differ, others may differ for no reason.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ablation:
    """The runs of a task by the name of their system, the whole's among them."""

    task: str
    runs: Mapping[str, Run]


def render_page(found: Sequence[Ablation]) -> str:
    """The page in Markdown."""
    compared = _compare(found)
    parts = [
        INTRODUCTION,
        *_meanings(),
        *_setting(found),
        READING.format(comparisons=len(compared)),
    ]
    by_name = {(one.task, one.second, one.measure): one for one in compared}
    for one in found:
        parts += [f"## {one.task}\n", *_table(one, by_name)]
    return "\n".join(parts)


def _compare(found: Sequence[Ablation]) -> list[Comparison]:
    pairs = [
        pair
        for one in found
        for variant in VARIANTS
        for pair in pair_runs([one.runs[WHOLE.name], one.runs[variant.name]])
    ]
    return compare_pairs(pairs, [parse_measure(name) for name in COMPARED])


def _meanings() -> Iterator[str]:
    for system in (WHOLE, *VARIANTS):
        yield f"- `{system.name}`: {system.meaning}"
    yield ""


def _setting(found: Sequence[Ablation]) -> Iterator[str]:
    some = found[0].runs[WHOLE.name].results.fingerprint
    yield f"- Processor: {some['processor']}; Python {some['python']}"
    yield f"- Version: {some['groundwire']}, code {str(some['code'])[:12]}\n"


def _table(found: Ablation, compared: Mapping[tuple[str, str, str], Comparison]) -> Iterator[str]:
    differences = [f"{name} to {WHOLE.name}" for name in COMPARED]
    head = ["", *SHOWN, "F1 of answers", "p50, ms", *differences]
    failed = "".join(
        f" {run.results.failed} failed in `{name}`."
        for name, run in found.runs.items()
        if run.results.failed
    )
    yield f"{found.runs[WHOLE.name].results.n} questions.{failed}\n"
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for name in (WHOLE.name, *(variant.name for variant in VARIANTS), AGAIN.name):
        cells = [name, *_values(found.runs[name])]
        for measure in COMPARED:
            one = compared.get((found.task, name, measure))
            cells.append(in_short(one) if one else NONE)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _values(run: Run) -> Iterator[str]:
    measures = run.results.measures
    for name in SHOWN:
        yield f"{100 * measures[name].mean:.1f}" if name in measures else NONE
    answered = [case for case in run.cases if case.status in SAYS_SOMETHING]
    said = [case.measures["F1"] for case in answered if "F1" in case.measures]
    yield f"{100 * np.mean(said):.1f} ({len(said)})" if said else NONE
    latency = run.results.latency_seconds
    yield f"{1000 * latency['p50']:.0f}" if latency else NONE
