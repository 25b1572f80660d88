"""Text of strangers made safe and short for a terminal: file names, titles, passages, errors."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

# What a terminal obeys instead of showing: C0 and C1 controls except tab and newline, and
# surrogates that stand for undecodable bytes of a file name; then the bidirectional overrides
# that make text read otherwise than it is stored (Boucher and Anderson, "Trojan Source").
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """``text`` with every character that could steer a terminal shown as its escape."""
    return _OBEYED.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str, limit: int | None = None) -> str:
    """``text`` on one line, cut at a word's end to at most ``limit`` characters."""
    line = printable(" ".join(text.split()))
    if limit is None or len(line) <= limit:
        return line
    head, space, _ = line[:limit].rpartition(" ")
    return (head if space else line[: limit - 1]) + "…"


def common_folder(paths: Sequence[str]) -> str | None:
    """The deepest folder that holds all of ``paths``; None where they are not all absolute."""
    folders = [os.path.dirname(path) for path in paths]  # noqa: PTH120 (no object a path)
    if not folders or not all(os.path.isabs(folder) for folder in folders):  # noqa: PTH117
        return None
    return os.path.commonpath(folders)


def short_paths(paths: Sequence[str]) -> tuple[str | None, list[str]]:
    """The folder to name once, and ``paths`` as seen from it.

    The folder is the deepest that they share, named from the working directory where it lies
    below that. There is none for files of the working directory itself, nor where they share only
    the root, which says nothing.
    """
    here = str(Path.cwd())
    base = common_folder(paths)
    if base is None or base == os.path.dirname(base):  # noqa: PTH120
        return None, list(paths)
    names = [os.path.relpath(path, base) for path in paths]
    if base == here:
        return None, names
    return (os.path.relpath(base, here) if base.startswith(here + os.sep) else base), names


def count(number: int, noun: str) -> str:
    """``number`` with its noun: ``1 file``, ``2,000 files``, ``2 queries``."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
