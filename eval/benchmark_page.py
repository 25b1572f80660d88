"""The page of the benchmark: tables with intervals, and what may be compared with what."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from groundwire.eval.comparing import compare_runs
from groundwire.eval.measures import parse_measure
from groundwire.eval.ranking_systems import rank_systems
from groundwire.eval.schema import Estimate, Results, Run
from groundwire.eval.systems import ABSTAINING, BASELINE, DEFAULT
from groundwire.eval.verdicts import verdicts

RETRIEVAL = ("R@2", "R@5", "R@20", "AllR@5", "nDCG@10", "RR", "AP")
ANSWERS = ("EM", "F1", "HasAnsF1", "AnswerContained", "ROUGE-L")
TRUST = ("AbstainPrecision", "AbstainRecall", "AbstainF1", "AURC", "ECE", "QuoteExact", "CitedGold")
CITED = ("CitationRecall", "CitationPrecision", "Faithfulness")
GROUPS = {
    "Passages found": RETRIEVAL,
    "Answers": ANSWERS,
    "Abstaining and citing": TRUST,
    "Cited text supports what is said": CITED,
}
INTRODUCTION = """# Benchmarks

Written by `make benchmark DATA=FOLDER`; do not edit. Every built-in system on the dev questions of
every task, or on all questions of a task without a split; of more than 400, a random sample.
`local-one-hop` is `local` without search in hops; `llm`, `llm-one-hop` and `closed-book` need a
language model, and none was configured.

Values are shares times 100 with their 95 % bootstrap interval, and with n where they rest on fewer
questions than were asked: so `F1` may be of the unanswerable ones alone. Retrieval measures are of
the first 20 passages and of judged questions only; an empty cell was not scored: the system gives
no answers, or the task does not know what it would take. `CitationRecall`, `CitationPrecision` and
`Faithfulness` are judged by the bundled entailment model. Latency is of one question at a time,
after the first, on the processor named below and whatever else ran on it.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Comparison:
    """Two systems, on every task whose name begins with ``tasks``, by some measures."""

    title: str
    systems: tuple[str, str]
    tasks: str
    measures: tuple[str, ...]


COMPARISONS = (
    _Comparison(
        title="Is hybrid better than words alone?",
        systems=("bm25", "hybrid"),
        tasks="multihop-",
        measures=("R@5", "AllR@5", "nDCG@10", "RR", "AP"),
    ),
    _Comparison(
        title="Do the models order passages better than search alone?",
        systems=("hybrid", DEFAULT),
        tasks="",
        measures=("R@5", "nDCG@10"),
    ),
    _Comparison(
        title="Does search in hops find more, and does it harm where one hop is enough?",
        systems=("local-one-hop", DEFAULT),
        tasks="",
        measures=("R@5", "AllR@5", "nDCG@10", "F1"),
    ),
    _Comparison(
        title="Are the answers better than the first sentence found?",
        systems=(BASELINE, DEFAULT),
        tasks="",
        measures=("F1", "ROUGE-L"),
    ),
)


def render_page(runs: Mapping[str, Sequence[Run]], pictures: Mapping[str, Path]) -> str:
    """The page in Markdown; ``runs`` holds by task one run a system.

    ``pictures`` are files that show risk over coverage, by task, relative to the page.
    """
    parts = [INTRODUCTION, *_setting(runs)]
    for task, found in runs.items():
        parts += [f"## {task}\n", *_task(task, found)]
        if task in pictures:
            parts.append(f"![Risk over coverage, {task}]({pictures[task].as_posix()})\n")
    parts += ["## All tasks together\n", *_ranks(runs)]
    for comparison in COMPARISONS:
        parts += [f"## {comparison.title}\n", *_compare(runs, comparison)]
    return "\n".join(parts)


def _setting(runs: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    some = next(iter(runs.values()))[0].results.fingerprint
    yield f"- Processor: {some['processor']}; Python {some['python']}"
    models = some["models"]
    yield f"- Encoder: {models['encoder'] if isinstance(models, Mapping) else models}"
    yield f"- Version: {some['groundwire']}, code {str(some['code'])[:12]}\n"


def _task(task: str, runs: Sequence[Run]) -> Iterator[str]:
    counts = {run.results.n for run in runs}
    yield f"{', '.join(f'{count:,}' for count in sorted(counts))} questions.\n"
    for title, names in GROUPS.items():
        yield from _table(title, names, [run.results for run in runs])
    yield from _speed([run.results for run in runs])
    yield from _published(task)


def _table(title: str, names: Sequence[str], found: Sequence[Results]) -> Iterator[str]:
    scored = [name for name in names if any(name in results.measures for results in found)]
    rows = [results for results in found if results.measures.keys() & set(scored)]
    if not scored:
        return
    yield f"| {title} | {' | '.join(scored)} |"
    yield f"|---|{'---|' * len(scored)}"
    for results in rows:
        cells = " | ".join(_cell(results.measures, name, results.n) for name in scored)
        yield f"| {results.system} | {cells} |"
    if "F1" in scored:
        silent = found[0].baselines[ABSTAINING]
        cells = " | ".join(_cell(silent, name, found[0].n) for name in scored)
        yield f"| {ABSTAINING} | {cells} |"
    yield ""


def _cell(measures: Mapping[str, Estimate], name: str, asked: int) -> str:
    """Value and interval, with the number of questions where it rests on fewer than were asked."""
    if name not in measures:
        return ""
    found = measures[name]
    fewer = f", n {found.n}" if found.n < asked else ""
    return f"{100 * found.mean:.1f} ({100 * found.low:.1f}-{100 * found.high:.1f}{fewer})"


def _speed(found: Sequence[Results]) -> Iterator[str]:
    yield "| Speed | p50, ms | p95, ms | p99, ms | questions/s | failed | fingerprint |"
    yield "|---|---|---|---|---|---|---|"
    for results in found:
        times = " | ".join(
            f"{1000 * results.latency_seconds[name]:.1f}" if results.latency_seconds else ""
            for name in ("p50", "p95", "p99")
        )
        mark = str(results.fingerprint["hash"])[:12]
        rate = f"{results.throughput_per_second:.1f}"
        yield f"| {results.system} | {times} | {rate} | {results.failed} | `{mark}` |"
    yield ""


def _published(task: str) -> Iterator[str]:
    text = resources.files("groundwire.eval").joinpath("published.toml").read_text("utf-8")
    rows = [row for row in tomllib.loads(text)["rows"] if row["task"] == task]
    if not rows:
        return
    yield "| Published by others | Values | Setting | Comparable |"
    yield "|---|---|---|---|"
    for row in rows:
        yield f"| {row['system']} | {row['values']} | {row['setting']} | {row['comparable']} |"
    yield ""


def _ranks(runs: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    """Aggregated ranks by one measure of passages and one of answers."""
    for name in ("nDCG@10", "F1"):
        scores = {
            task: {
                run.results.system: run.results.measures[name].mean
                for run in _different(found)
                if name in run.results.measures
            }
            for task, found in runs.items()
        }
        everywhere = {task: values for task, values in scores.items() if len(values) > 1}
        if not everywhere:
            continue
        ranked = rank_systems(everywhere)
        yield f"By {name}, ranks summed over {ranked[0].tasks} tasks (Borda count), best first:\n"
        yield from (f"{one.place}. {one.system}: mean rank {one.mean_rank:.2f}" for one in ranked)
        yield ""


def _different(runs: Sequence[Run]) -> list[Run]:
    """One run for each fingerprint: equal systems must not count twice."""
    first = {run.results.fingerprint["hash"]: run for run in reversed(runs)}
    return [run for run in runs if first[run.results.fingerprint["hash"]] is run]


def _compare(runs: Mapping[str, Sequence[Run]], comparison: _Comparison) -> Iterator[str]:
    chosen = [
        run
        for task, found in runs.items()
        if task.startswith(comparison.tasks)
        for run in found
        if run.results.system in comparison.systems
    ]
    measures = [parse_measure(name) for name in comparison.measures]
    found = compare_runs(chosen, measures) if len(chosen) > 1 else []
    yield from (f"- {sentence}" for sentence in verdicts(found))
    yield ""
