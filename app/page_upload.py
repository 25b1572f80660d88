"""Files that were dropped on the page: where they are kept, and under which name."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwire.core.outcomes import FileOutcome, Outcome, Progress
from groundwire.retrievers import Library, add_paths

UPLOADS = "uploads"
LONGEST_NAME = 120
"""Bytes of a kept name: far below the 255 that file systems allow, so that marks can be added."""

# Separators, what shells and globs read as syntax, and what Windows forbids.
_FORBIDDEN = frozenset('/\\:*?"<>|[]{}$`~')
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file as the browser sent it; its name is a stranger's."""

    name: str
    content: bytes


def safe_name(name: str) -> str:
    """``name`` as a file name that cannot leave its folder, be hidden or be read as a pattern.

    A name that had to be altered gets a mark made of the original, so that two different ones
    stay two files.
    """
    plain = unicodedata.normalize("NFC", name)
    kept = "".join("_" if _unsafe(mark) else mark for mark in plain).strip(" .")
    stem, suffix = Path(kept).stem, Path(kept).suffix
    fits = len(kept.encode()) <= LONGEST_NAME
    if kept == plain and kept and fits and stem.casefold() not in _RESERVED:
        return plain
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    suffix = _shortened(suffix, 20)
    stem = _shortened(stem, LONGEST_NAME - len(f"-{mark}{suffix}".encode()))
    return f"{stem or 'file'}-{mark}{suffix}"


def upload_folder(home: Path, collection: str) -> Path:
    """Where the files dropped into a collection are kept."""
    return home / UPLOADS / safe_name(collection)


def is_upload(home: Path, source: str) -> bool:
    """True for a path that the page itself made; only such files may it delete."""
    return Path(source).is_relative_to(home / UPLOADS) and ".." not in Path(source).parts


def discard_upload(home: Path, source: str) -> None:
    """Delete the kept copy of a document that was removed; a person's own file is left alone."""
    if is_upload(home, source):
        Path(source).unlink(missing_ok=True)


def add_uploads(
    library: Library,
    uploads: Sequence[Upload],
    collection: str,
    on_progress: Callable[[Progress], None],
) -> Iterator[FileOutcome]:
    """Keep each file and add it; one of the same name is replaced.

    A file that cannot be added is not kept, and what stood under its name before comes back.
    """
    folder = upload_folder(library.settings.home, collection)
    folder.mkdir(parents=True, exist_ok=True)
    for upload in uploads:
        path = folder / safe_name(upload.name)
        previous = path.read_bytes() if path.is_file() else None
        _write(path, upload.content)
        for outcome in add_paths(
            library, [str(path)], collection=collection, on_progress=on_progress
        ):
            if outcome.outcome in {Outcome.SKIPPED, Outcome.FAILED}:
                _restore(path, previous)
            yield outcome


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def _restore(path: Path, previous: bytes | None) -> None:
    if previous is None:
        path.unlink(missing_ok=True)
    else:
        _write(path, previous)


def _unsafe(mark: str) -> bool:
    # Categories C*: control and format characters (a right-to-left override hides an extension),
    # surrogates, unassigned. Z* other than the plain space: line and paragraph separators.
    category = unicodedata.category(mark)
    return mark in _FORBIDDEN or category[0] == "C" or (category[0] == "Z" and mark != " ")


def _shortened(text: str, limit: int) -> str:
    return text.encode()[:limit].decode("utf-8", "ignore").rstrip(" .")
