"""Weights adapted to a person's own questions: where they lie, and how they come to lie there."""

from __future__ import annotations

import shutil
from pathlib import Path

from groundwire.core.errors import LibraryError

READER = Path("models") / "reader"


def adapted_reader(home: Path) -> Path | None:
    """The folder of the ranker-reader that was adapted in ``home``; None if there is none."""
    folder = home / READER
    # The old one stands in while a new one is put in its place, and after that was interrupted.
    there = (one for one in (folder, folder.with_suffix(".old")) if one.exists())
    return next(there, None)


def adopt_reader(candidate: Path, home: Path) -> Path:
    """Make a copy of ``candidate`` the adapted ranker-reader of ``home``; where it lies then.

    It is replaced whole or not at all. Raises LibraryError when the folder cannot be written.
    """
    folder = home / READER
    fresh, old = folder.with_suffix(".new"), folder.with_suffix(".old")
    try:
        _tidy(folder, fresh, old)
        shutil.copytree(candidate, fresh)
        _exchange(folder, fresh, old)
    except OSError as error:
        _clear(fresh)
        raise LibraryError(
            f"{folder} cannot be written: {error.strerror or error}.",
            "What was in use stays in use. Make room or choose another folder with --home DIR.",
        ) from error
    _clear(old)
    return folder


def _tidy(folder: Path, fresh: Path, old: Path) -> None:
    """Undo what a process left that was killed in the middle."""
    if old.exists() and not folder.exists():
        old.rename(folder)
    _clear(fresh, old)


def _exchange(folder: Path, fresh: Path, old: Path) -> None:
    """``fresh`` becomes ``folder``, and what was there ``old``; put back if that fails."""
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


def _clear(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
