"""Finding files: what is meant by the files, folders and globs that a person names."""

from __future__ import annotations

import fnmatch
import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwire.core.outcomes import FileOutcome, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFile:
    """A file to read: its absolute path, its size in bytes and when it was changed, in ns."""

    path: str
    size: int
    modified_ns: int


def find_files(paths: Sequence[str]) -> Iterator[FoundFile | FileOutcome]:
    """Every file that ``paths`` mean, once, folders in sorted order.

    A path may be a file, a folder (with all below it) or a glob (``**`` for any depth). Hidden
    files and folders are left out unless named themselves. Symbolic links are followed and kept
    as the person named them; a loop ends where it began. What does not exist or cannot be listed
    is given as a failed outcome.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _expand(path):
            if found.path not in seen:
                seen.add(found.path)
                yield found


def _expand(path: str) -> Iterator[FoundFile | FileOutcome]:
    absolute = os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111 - keeps links
    if os.path.lexists(absolute) or not glob.has_magic(path):
        yield from _visit(absolute)
        return
    matched = False
    for found in _matching(absolute):
        matched = True
        yield found
    if not matched:
        yield _failed(absolute, "nothing matches this pattern")


def _matching(pattern: str) -> Iterator[FoundFile | FileOutcome]:
    """What a glob means. ``glob`` itself would follow a loop of links ``**`` times over."""
    names = Path(pattern).parts
    depth = names.index("**") if "**" in names else len(names)
    top, below = Path(*names[:depth]), names[depth:]
    hidden = [name for name in below if name.startswith(".")]
    for match in sorted(glob.glob(str(top))):  # noqa: PTH207 - takes absolute globs
        if not below:
            yield from _visit(match)
        elif Path(match).is_dir():
            walked = _walk(match, named=hidden)
            yield from (
                one for one in walked if _fits(Path(one.path).relative_to(match).parts, below)
            )


def _fits(names: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether ``pattern`` leads to the file, or to a folder above it, that ``names`` lead to."""
    if not pattern:
        return True
    if pattern[0] == "**" and _fits(names, pattern[1:]):
        return True
    if not names or (names[0].startswith(".") and not pattern[0].startswith(".")):
        return False
    rest = pattern if pattern[0] == "**" else pattern[1:]
    return fnmatch.fnmatchcase(names[0], pattern[0]) and _fits(names[1:], rest)


def _visit(path: str) -> Iterator[FoundFile | FileOutcome]:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError as error:
        yield _failed(path, _why(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(path)
    else:
        yield FoundFile(path=path, size=status.st_size, modified_ns=status.st_mtime_ns)


def _walk(top: str, *, named: Sequence[str] = ()) -> Iterator[FoundFile | FileOutcome]:
    """The files below ``top``; each folder is entered once, by whichever path comes first.

    Hidden ones are left out unless one of the patterns ``named`` means them.
    """
    entered: set[tuple[int, int]] = set()
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            status = os.stat(folder)  # noqa: PTH116
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield _failed(folder, _why(error))
            continue
        if (status.st_dev, status.st_ino) in entered:
            continue
        entered.add((status.st_dev, status.st_ino))
        shown = [entry for entry in entries if _is_shown(entry.name, named)]
        waiting.extend(entry.path for entry in reversed(shown) if _is_folder(entry))
        for entry in shown:
            if not _is_folder(entry):
                yield from _visit(entry.path)


def _is_shown(name: str, named: Sequence[str]) -> bool:
    return not name.startswith(".") or any(fnmatch.fnmatchcase(name, part) for part in named)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads in a circle: visiting it gives the reason.
        return False


def _failed(path: str, reason: str) -> FileOutcome:
    return FileOutcome(path=path, outcome=Outcome.FAILED, reason=reason)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "no such file or folder"
    return (error.strerror or str(error)).lower()
