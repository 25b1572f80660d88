"""A person's own questions over a collection: a CSV as spreadsheets write it, or JSON Lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.eval.layout import Asked
from groundwire.eval.lines import Fields, Row, Seen, broken, read_rows
from groundwire.eval.schema import Question, Span

SUFFIXES = frozenset({".csv", ".tsv", ".jsonl"})
# Between answers any of which is right.
BETWEEN_ANSWERS = " | "
DELIMITERS = ",;\t"
# Spreadsheets write truth values in their user's language.
YES = frozenset({"yes", "y", "true", "t", "1", "ja", "wahr", "oui", "vrai", "sí", "verdadero"})
NO = frozenset({"no", "n", "false", "f", "0", "nein", "falsch", "non", "faux", "falso"})
NEEDED = ("question", "answer")
COLUMNS = frozenset({*NEEDED, "id", "answerable", "source", "start", "end", "kind", "split"})


def is_own_questions(path: Path) -> bool:
    """Whether ``path`` is a file of questions."""
    return path.is_file() and path.suffix.lower() in SUFFIXES


def read_own_questions(path: Path) -> list[Asked]:
    """The questions of a file, in its order; columns that mean nothing here are left alone.

    ``question`` is needed; ``answer`` holds one or several, with " | " between them, or in JSON
    Lines ``answers`` a list; a question that the documents do not answer says no under
    ``answerable`` instead. ``source``, with or without ``start`` and ``end``, is where the answer
    stands. Raises UsageError naming file and line, the one in which a row begins.
    """
    rows = read_rows(path) if path.suffix.lower() == ".jsonl" else _read_table(path)
    seen = Seen(path)
    asked = []
    for place, (number, row) in enumerate(rows, start=1):
        fields = Fields(row, path, number)
        name = fields.identity("id") if fields.word("id") else f"row-{place}"
        seen.add(name, number)
        asked.append(
            Asked(question=_question(name, fields), split=fields.text("split", "") or None)
        )
    return asked


def _read_table(path: Path) -> Iterator[tuple[int, Row]]:
    """Line number, where the row begins, and known cells of every row of a CSV file."""
    rows = _filled_rows(path)
    line, header = next(rows, (1, []))
    names = [cell.lower() for cell in header]
    _check_header(path, line, names)
    for line, cells in rows:
        if len(cells) > len(names):
            raise broken(path, line, f"{len(cells)} cells under {len(names)} columns")
        pairs = zip(names, cells, strict=False)
        yield line, {name: cell for name, cell in pairs if name in COLUMNS and cell}


def _filled_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of cells without blanks around them, each with its first line; no blank ones."""
    text = _decode(path)
    delimiter = max(DELIMITERS, key=text.lstrip().split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise broken(path, line, f"this is no CSV ({error})") from error


def _check_header(path: Path, line: int, names: list[str]) -> None:
    for wanted in NEEDED:
        if wanted not in names:
            there = ", ".join(filter(None, names)) or "none"
            raise broken(path, line, f"the column {wanted!r} is missing; there are: {there}")
    if twice := [name for name in names if name in COLUMNS and names.count(name) > 1]:
        raise broken(path, line, f"the column {twice[0]!r} stands there twice")


def _decode(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Check the path of the task."
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8.", "Save it again as CSV UTF-8 (comma delimited)."
        ) from error


def _question(name: str, fields: Fields) -> Question:
    answers = _answers(fields)
    answerable = _answerable(fields)
    if answerable and not answers:
        raise fields.broken(
            "this answerable question has no answer; if the documents hold none, write no under "
            "answerable"
        )
    if not answerable and answers:
        raise fields.broken("this question has an answer and is marked as not answerable")
    spans = tuple(_spans(fields)) if answerable else ()
    return Question(
        id=name,
        text=fields.question("question"),
        answerable=answerable,
        answers=answers,
        spans=spans,
        relevant={span.id: 1 for span in spans},
        kind=fields.text("kind", ""),
    )


def _answers(fields: Fields) -> tuple[str, ...]:
    # Blanks around, since those at the ends of a cell are gone: "Ada | " holds one answer.
    alternatives = f" {fields.text('answer', '')} ".split(BETWEEN_ANSWERS)
    given = [*(fields.texts("answers") or ()), *alternatives]
    return tuple(dict.fromkeys(filter(None, map(str.strip, given))))


def _answerable(fields: Fields) -> bool:
    said = fields.word("answerable")
    if said not in YES | NO | {""}:
        raise fields.broken(f"answerable is {said!r}, neither yes nor no")
    return said not in NO


def _spans(fields: Fields) -> Iterator[Span]:
    source = fields.text("source", "")
    start, end = fields.whole_number("start"), fields.whole_number("end")
    if not source:
        if start is not None or end is not None:
            raise fields.broken("there is a place, but no source that it is in")
        return
    if (start is None) != (end is None):
        raise fields.broken("start and end belong together")
    if start is None or end is None:
        yield Span(source=source)
    elif end <= start:
        raise fields.broken(f"the end {end} does not come after the start {start}")
    else:
        yield Span(source=source, start=start, end=end)
