"""Training questions with their passages, as `groundwire train mine` writes them.

A file of JSON lines. ``{"kind": "passage", "id", "title", "text"}`` come before the questions that
name them: ``{"kind": "question", "source", "question", "answers", "gold", "negatives"}``, where
``gold`` and ``negatives`` are ids of passages, the hardest negatives first, and ``start`` (where it
is known) the offset of the first answer in the text of the first gold passage.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class MinedPassage:
    """A passage, with what stands above it."""

    title: str
    text: str

    @property
    def whole(self) -> str:
        """Title, newline, text: what models read, and what offsets are counted in."""
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, kw_only=True, slots=True)
class MinedQuestion:
    """A question, its answers, the passages that bear it, and look-alikes that do not."""

    source: str
    text: str
    answers: tuple[str, ...]
    start: int | None
    gold: tuple[MinedPassage, ...]
    negatives: tuple[MinedPassage, ...]


def read_mined(path: Path) -> Iterator[MinedQuestion]:
    """The questions of a mined file, in its order."""
    passages: dict[str, MinedPassage] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["kind"] == "passage":
                passages[row["id"]] = MinedPassage(title=row["title"], text=row["text"])
            else:
                yield MinedQuestion(
                    source=row["source"],
                    text=row["question"],
                    answers=tuple(row["answers"]),
                    start=row.get("start"),
                    gold=tuple(passages[key] for key in row["gold"]),
                    negatives=tuple(passages[key] for key in row["negatives"]),
                )
