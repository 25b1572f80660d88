"""Runs on disk: ``results.json`` and ``cases.jsonl`` in one folder, and where runs were made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groundwire.core.errors import UsageError
from groundwire.core.wire import as_json
from groundwire.eval.schema import Case, Estimate, Results, Run

RESULTS, CASES, REPORT = "results.json", "cases.jsonl", "report.html"
# Under the home folder: runs without a place of their own, and a line for each run made elsewhere.
RUNS_FOLDER, ELSEWHERE = Path("eval") / "runs", "elsewhere.txt"
_CASE_FIELDS = frozenset(part.name for part in fields(Case))
_TUPLES = ("ranking", "answers", "relevant")
_RESULT_FIELDS = frozenset(part.name for part in fields(Results))


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSummary:
    """A run in a list; ``finished`` is an ISO 8601 time in UTC, ``problem`` why it is no run."""

    folder: Path
    task: str
    system: str
    n: int
    finished: str
    measures: Mapping[str, Estimate]
    problem: str | None = None


def runs_folder(home: Path) -> Path:
    """Where runs go that were not given a place."""
    return home / RUNS_FOLDER


def write_results(folder: Path, results: Results) -> None:
    """Write ``results.json``, whole or not at all."""
    text = json.dumps(as_json(results), ensure_ascii=False, indent=2) + "\n"
    _replace(folder / RESULTS, _encode(text))


def write_cases(folder: Path, cases: Iterable[Case]) -> None:
    """Write ``cases.jsonl`` anew, whole or not at all."""
    _replace(folder / CASES, b"".join(case_line(case) for case in cases))


def case_line(case: Case) -> bytes:
    """A line of ``cases.jsonl``."""
    # Every field is JSON already, or a tuple, which JSON has as a list.
    row = {name: getattr(case, name) for name in Case.__dataclass_fields__}
    return _encode(json.dumps(row, ensure_ascii=False) + "\n")


def read_cases(folder: Path) -> Iterator[Case]:
    """The cases of a folder in their order; a last line that was cut off is left out.

    Raises UsageError naming file and line for any other line that is no case.
    """
    path = folder / CASES
    lines = _read(path).split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _case(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            if number == len(lines):
                return  # without a newline at its end, it was being written when the run stopped
            raise UsageError(
                f"{path}, line {number}: this is no case ({error}).", "Run the evaluation again."
            ) from error


def read_results(folder: Path) -> Results:
    """What ``results.json`` holds; UsageError when it is missing or damaged."""
    path = folder / RESULTS
    try:
        data = json.loads(_read(path))
        given: dict[str, Any] = {key: data[key] for key in _RESULT_FIELDS & data.keys()}
        given["measures"] = _estimates(data["measures"])
        given["notices"] = tuple(data.get("notices", ()))
        baselines = data.get("baselines", {})
        given["baselines"] = {name: _estimates(found) for name, found in baselines.items()}
        return Results(**given)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"{path} does not hold the results of a run ({error}).", "Run the evaluation again."
        ) from error


def is_run(folder: Path) -> bool:
    """Whether ``folder`` holds a finished run."""
    return (folder / RESULTS).is_file()


def read_run(folder: Path) -> Run:
    """A finished run; UsageError when ``folder`` holds none, or a damaged one."""
    if not is_run(folder):
        begun = (folder / CASES).is_file()
        raise UsageError(
            f"{folder} holds {'a run that is not finished' if begun else 'no run'}.",
            "Go on with it: groundwire eval run ... --resume"
            if begun
            else "Name a folder that `groundwire eval run` wrote, with results.json in it.",
        )
    run = Run(folder=str(folder), results=read_results(folder), cases=tuple(read_cases(folder)))
    if len({case.id for case in run.cases}) != run.results.n or len(run.cases) != run.results.n:
        raise UsageError(
            f"{folder / CASES} does not hold the {run.results.n} cases of the run.",
            "Run the evaluation again.",
        )
    return run


def note_run(home: Path, folder: Path) -> None:
    """Remember a run that was written outside the home folder, so that it is listed."""
    folder = folder.absolute()
    listing = runs_folder(home)
    if folder.is_relative_to(listing.absolute()) or folder in _elsewhere(home):
        return
    listing.mkdir(parents=True, exist_ok=True)
    with (listing / ELSEWHERE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(str(folder)) + "\n")


def list_runs(home: Path) -> list[RunSummary]:
    """The finished runs that this home knows of, the latest first."""
    found = {path.parent for path in runs_folder(home).glob(f"**/{RESULTS}")}
    found.update(folder for folder in _elsewhere(home) if is_run(folder))
    summaries = map(_summary, found)
    return sorted(summaries, key=lambda one: (one.finished, str(one.folder)), reverse=True)


def _summary(folder: Path) -> RunSummary:
    changed = (folder / RESULTS).stat().st_mtime
    finished = datetime.fromtimestamp(changed, UTC).isoformat(timespec="seconds")
    try:
        results = read_results(folder)
    except UsageError as error:
        return RunSummary(
            folder=folder,
            task="",
            system=folder.name,
            n=0,
            finished=finished,
            measures={},
            problem=error.what,
        )
    return RunSummary(
        folder=folder,
        task=results.task,
        system=results.system,
        n=results.n,
        finished=finished,
        measures=results.measures,
    )


def _elsewhere(home: Path) -> list[Path]:
    try:
        lines = (runs_folder(home) / ELSEWHERE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [Path(line) for line in map(_unquoted, lines) if line]


def _unquoted(line: str) -> str:
    """A path as it was noted; empty for a line that was cut off while it was written."""
    try:
        return str(json.loads(line))
    except ValueError:
        return ""


def _case(row: Mapping[str, Any]) -> Case:
    given: dict[str, Any] = {key: row[key] for key in _CASE_FIELDS & row.keys()}
    for name in _TUPLES:
        if given.get(name) is not None:
            given[name] = tuple(given[name])
    return Case(**given)


def _estimates(data: Mapping[str, Any]) -> dict[str, Estimate]:
    return {name: Estimate(**found) for name, found in data.items()}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Run the evaluation again.") from error


def _encode(text: str) -> bytes:
    # Half a character has no UTF-8; a backslash escape is how JSON writes it.
    return text.encode("utf-8", "backslashreplace")


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes(content)
    temporary.replace(path)
