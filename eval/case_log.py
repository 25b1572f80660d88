"""The cases of a run while it goes on: kept as they come, so that an interruption loses little."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groundwire.core.errors import UsageError
from groundwire.eval.fingerprint import differences
from groundwire.eval.runs import CASES, RESULTS, case_line, read_cases, write_cases
from groundwire.eval.schema import Case

# Written when a run begins: what it was begun with.
BEGUN = "run.json"
FAILED = "failed"


class CaseLog:
    """The finished cases of the run in ``folder``, by the id of their question."""

    def __init__(self, folder: Path, cases: Mapping[str, Case]) -> None:
        self.folder = folder
        self.cases = dict(cases)

    def add(self, cases: Sequence[Case]) -> None:
        """Keep ``cases``: on disk when this returns."""
        with (self.folder / CASES).open("ab") as file:
            file.write(b"".join(map(case_line, cases)))
        self.cases.update((case.id, case) for case in cases)

    def close(self, ids: Sequence[str]) -> list[Case]:
        """The cases in the order of ``ids``, as the file has them from now on."""
        ordered = [self.cases[id_] for id_ in ids if id_ in self.cases]
        write_cases(self.folder, ordered)
        return ordered


def begin_log(folder: Path, fingerprint: Mapping[str, Any], *, resume: bool) -> CaseLog:
    """A log in ``folder``: new, or with the cases of the run that ``resume`` goes on with.

    What failed is tried again. Raises UsageError where there is a run that is not to be gone on
    with, or one that was begun with something else, since its cases would not be comparable.
    """
    check_folder(folder, resume=resume)
    begun = folder / BEGUN
    try:
        if not begun.exists():
            folder.mkdir(parents=True, exist_ok=True)
            begun.write_text(json.dumps(fingerprint, indent=2), encoding="utf-8")
            return CaseLog(folder, {})
        _require_same(folder, json.loads(begun.read_text(encoding="utf-8")), fingerprint)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{folder} cannot take a run: {error}.", "Name another folder with --out."
        ) from error
    return CaseLog(folder, _finished(folder))


def check_folder(folder: Path, *, resume: bool) -> None:
    """Raise UsageError if ``folder`` cannot take a run, before it is asked: nothing is lost."""
    whole = folder.absolute()
    there = next(place for place in (whole, *whole.parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise UsageError(
            f"{folder} cannot take a run: {there} is no folder that can be written to.",
            "Name another folder with --out.",
        )
    if (folder / BEGUN).exists() and not resume:
        raise UsageError(
            f"{folder} holds a run already.",
            "Go on with it by --resume, or name another folder with --out.",
        )
    for name in (RESULTS, CASES):
        if (folder / name).exists() and not (folder / BEGUN).exists():
            raise UsageError(
                f"{folder} holds a {name} of another run.", "Name another folder with --out."
            )


def _require_same(folder: Path, begun: dict[str, Any], now: Mapping[str, Any]) -> None:
    if begun.get("hash") != now["hash"]:
        changed = ", ".join(differences(begun, dict(now))) or "something"
        raise UsageError(
            f"The run in {folder} cannot go on: since it began, {changed} changed.",
            "Begin anew in another folder with --out; numbers of both would not be comparable.",
        )


def _finished(folder: Path) -> dict[str, Case]:
    if not (folder / CASES).exists():
        return {}
    done = {case.id: case for case in read_cases(folder) if case.status != FAILED}
    # Without a last line that was cut off, and without what is tried again.
    write_cases(folder, done.values())
    return done
