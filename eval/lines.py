"""Files of one record a line, read so that every complaint names file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from groundwire.core.errors import UsageError

Row = Mapping[str, Any]
MEND = "Correct that line."
# How JSON writes the halves of a character, which are no text when they stand alone.
_SURROGATE = "\\ud"


def broken(path: Path, line: int, what: str) -> UsageError:
    """The error for a line of a file that does not hold what it should."""
    return UsageError(f"{path}, line {line}: {what}.", MEND)


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of every line that is not blank.

    Raises UsageError when the file is missing or a line is not UTF-8.
    """
    for number, raw in enumerate(_read_bytes(path), start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise broken(path, number, "this is not UTF-8") from error
        if line.strip():
            yield number, line


def _read_bytes(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Check the path of the task."
        ) from error


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Line number and object of every line of a JSON Lines file; UsageError for any other line."""
    for number, line in read_lines(path):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise broken(path, number, f"this is no JSON ({error})") from error
        if not isinstance(row, dict):
            raise broken(path, number, "this is no JSON object")
        if _SURROGATE in line.lower() and not _is_unicode(row):
            raise broken(path, number, "it holds half of a character")
        yield number, row


def _is_unicode(row: Row) -> bool:
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


class Fields:
    """The fields of one record, checked as they are taken."""

    def __init__(self, row: Row, path: Path, line: int) -> None:
        self._row = row
        self._path = path
        self._line = line

    def broken(self, what: str) -> UsageError:
        """The error that names this record's file and line."""
        return broken(self._path, self._line, what)

    def identity(self, name: str) -> str:
        """A field that names the record; numbers count as text."""
        value = self._row.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise self.broken(f"{name!r} is missing or no name")
        return str(value)

    def text(self, name: str, default: str | None = None) -> str:
        """A text field; without ``default`` it must be there."""
        value = self._row.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.broken(f"{name!r} is {'missing' if value is None else 'no text'}")
        return value

    def question(self, name: str) -> str:
        """The text of a question, which must hold more than blanks."""
        text = self.text(name)
        if not text.strip():
            raise self.broken("the question is empty")
        return text

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts; None where there is no such field."""
        value = self._row.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.broken(f"{name!r} is no list of texts")
        return tuple(value)

    def holds_list(self, name: str) -> bool:
        """Whether a field is a list."""
        return isinstance(self._row.get(name), list)

    def lists_of_texts(self, name: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts; empty where there is no such field."""
        lists = self._row.get(name) or []
        if not isinstance(lists, list):
            raise self.broken(f"{name!r} is no list")
        inner = [Fields({name: one}, self._path, self._line).texts(name) for one in lists]
        return tuple(texts for texts in inner if texts)

    def flag(self, name: str) -> bool | None:
        """True or false; None where there is no such field."""
        value = self._row.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.broken(f"{name!r} is neither true nor false")
        return value

    def word(self, name: str) -> str:
        """A text, number or truth value as one lower-case word; empty where there is none."""
        value = self._row.get(name)
        return "" if value is None else str(value).strip().lower()

    def whole_number(self, name: str) -> int | None:
        """A number of 0 or more, also as text; None where there is no such field."""
        word = self.word(name)
        if word and not word.isdecimal():
            raise self.broken(f"{name!r} is {word!r}, no whole number")
        return int(word) if word else None

    def rows(self, name: str) -> list[Fields]:
        """A list of objects; empty where there is no such field."""
        value = self._row.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.broken(f"{name!r} is no list of objects")
        return [Fields(item, self._path, self._line) for item in value]


class Seen:
    """The names used so far in a file: a second use is an error that names both lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines: dict[str, int] = {}

    def add(self, name: str, line: int) -> None:
        """Note ``name``."""
        if name in self.lines:
            first = self.lines[name]
            raise broken(self._path, line, f"the id {name!r} stands in line {first} already")
        self.lines[name] = line
