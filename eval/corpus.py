"""Judged collections on disk: corpus.jsonl, queries.jsonl and qrels.tsv, in one folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundwire.core.errors import UsageError
from groundwire.core.schema import Document, Piece
from groundwire.retrievers import Library, add_documents

CORPUS_TYPE = "corpus-line"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A judged question: its gold answers (none if unanswerable) and its relevant passages."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool
    relevant: frozenset[str]


def read_questions(folder: Path) -> list[Question]:
    """The questions of a collection, in the order of the file."""
    relevant: dict[str, set[str]] = {}
    for line in _lines(folder / "qrels.tsv")[1:]:
        query, passage, score = line.split("\t")
        if float(score) > 0:
            relevant.setdefault(query, set()).add(passage)
    return [
        Question(
            id=row["_id"],
            text=row["text"],
            answers=tuple(row.get("answers", ())),
            answerable=row.get("answerable", True),
            relevant=frozenset(relevant.get(row["_id"], ())),
        )
        for row in map(json.loads, _lines(folder / "queries.jsonl"))
    ]


def add_corpus(library: Library, folder: Path) -> int:
    """Add each line of corpus.jsonl as one passage, its ``_id`` as the source; their number.

    The passage is the text, indexed with its title; what is longer than the encoder is cut there.
    """
    return sum(1 for _ in add_documents(library, iterate_corpus(folder)))


def iterate_corpus(folder: Path) -> Iterator[tuple[Document, list[Piece]]]:
    """The lines of corpus.jsonl as documents of one passage."""
    for row in map(json.loads, _lines(folder / "corpus.jsonl")):
        yield _as_document(row)


def _as_document(row: dict[str, Any]) -> tuple[Document, list[Piece]]:
    title, text = row.get("title", ""), row["text"]
    identity = hashlib.sha256(f"{row['_id']}\n{title}\n{text}".encode()).hexdigest()
    document = Document(
        id=identity, source=row["_id"], title=title, text=text, media_type=CORPUS_TYPE
    )
    return document, [Piece(start=0, end=len(text), context=title)]


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise UsageError(f"{path} is missing.", "Name the folder that holds it with DATA=FOLDER.")
    with path.open(encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if line.strip()]
