"""What becomes of files that are added."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one file."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    REMOVED = "removed"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class FileOutcome:
    """What became of one file, and why."""

    path: str
    outcome: Outcome
    reason: str | None = None
    document_id: str | None = None
    passages: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far adding has come; bytes tell the time left better than files do."""

    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    passages: int
