"""What is said and done when a derived index does not work."""

from __future__ import annotations

import shutil
from pathlib import Path

from groundwire.core.errors import IndexDamaged, LibraryError
from groundwire.retrievers.store import explain_failure, is_disk_full

REBUILD = "Run `groundwire check --repair`: it is rebuilt from the library."


def explain_damage(kind: str, folder: Path, error: BaseException) -> LibraryError:
    """The error that says why the index in ``folder`` failed, and what to do now."""
    said = " ".join(str(error).split()) or type(error).__name__
    if is_disk_full(said):
        return explain_failure(said, folder)
    return IndexDamaged(f"The {kind} index {folder} does not work: {said.rstrip('.')}.", REBUILD)


def erase_index(folder: Path) -> None:
    """Remove an index, to be built anew; LibraryError if the system does not let us."""
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise explain_failure(str(error), folder) from error
