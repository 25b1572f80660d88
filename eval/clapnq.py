"""ClapNQ: questions with their passage inside, and long answers with what they rest on."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.eval.corpus import corpus_of
from groundwire.eval.layout import Asked
from groundwire.eval.lines import Fields, Seen, read_rows
from groundwire.eval.schema import Corpus, CorpusLine, Question

FILES = "clapnq_*.jsonl"


def is_clapnq(folder: Path) -> bool:
    """Whether ``folder`` holds ClapNQ's files."""
    return any(folder.glob(FILES))


def read_clapnq(folder: Path) -> tuple[list[Asked], Corpus]:
    """The questions of all files, over all passages of theirs together.

    A question without an answer can be answered by none of them; its own passage is then only
    about the same thing. ``split`` is what the file's name says. Raises UsageError naming file
    and line for whatever is broken.
    """
    asked: list[Asked] = []
    passages: dict[str, CorpusLine] = {}
    for path in sorted(folder.glob(FILES)):
        seen = Seen(path)
        for number, row in read_rows(path):
            fields = Fields(row, path, number)
            seen.add(fields.identity("id"), number)
            own = [_passage(one) for one in fields.rows("passages")]
            passages.update((passage.id, passage) for passage in own)
            asked.append(Asked(question=_question(fields, own), split=_split(path)))
    _require_once(asked, folder)
    return asked, corpus_of(folder.name, tuple(passages.values()))


def _question(fields: Fields, passages: list[CorpusLine]) -> Question:
    if not fields.holds_list("output"):
        raise fields.broken("'output', which holds the answers, is missing")
    given = [one.text("answer", "") for one in fields.rows("output")]
    references = tuple(filter(str.strip, given))
    return Question(
        id=fields.identity("id"),
        text=fields.question("input"),
        answerable=bool(references),
        answers=None if references else (),
        references=references,
        relevant={passage.id: 1 for passage in passages} if references else {},
        kind="answerable" if references else "unanswerable",
    )


def _passage(fields: Fields) -> CorpusLine:
    title, text = fields.text("title", ""), fields.text("text")
    identity = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()
    return CorpusLine(id=identity[:12], title=title, text=text)


def _split(path: Path) -> str | None:
    """``dev`` for ``clapnq_dev_answerable.jsonl``."""
    parts = path.stem.split("_")
    return parts[1] if len(parts) > 2 else None


def _require_once(asked: list[Asked], folder: Path) -> None:
    name, times = Counter(one.question.id for one in asked).most_common(1)[0] if asked else ("", 0)
    if times > 1:
        raise UsageError(f"{folder} asks the question {name!r} in two files.", "Remove one.")
