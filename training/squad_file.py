"""Questions with marked answers, in the format of SQuAD."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundwire.core.errors import UsageError

_FORMAT = (
    'It is {"data": [{"title", "paragraphs": [{"context", "qas": [{"question", "answers"}]}]}]}.'
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SquadQuestion:
    """A question over one paragraph, which ``place`` names within the file.

    ``answers`` are (text, start) with ``context[start:start + len(text)] == text``; empty if the
    paragraph does not answer.
    """

    title: str
    place: str
    context: str
    text: str
    answers: tuple[tuple[str, int], ...]


def read_squad(path: Path) -> list[SquadQuestion]:
    """The questions of a file in the format of SQuAD 1.1 or 2.0.

    Raises UsageError naming the file and the place in it that is not so, or where an answer does
    not stand at its offset.
    """
    try:
        articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} cannot be read as SQuAD: {error!r}.", _FORMAT) from error
    seen: Counter[str] = Counter()
    try:
        return [one for part in enumerate(articles) for one in _article(*part, seen)]
    except _BrokenError as error:
        raise UsageError(f"{path}, {error}.", "Correct that place.") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is not in the format of SQuAD: {error!r}.", _FORMAT) from error


class _BrokenError(Exception):
    """A place in the file that contradicts itself."""


def _article(
    number: int, article: Mapping[str, Any], seen: Counter[str]
) -> Iterator[SquadQuestion]:
    """Its questions; ``seen`` counts paragraphs by title, since articles may share one."""
    title = str(article.get("title") or f"article {number + 1}").replace("_", " ")
    for paragraph in article["paragraphs"]:
        place = f"{title}#{seen[title]}"
        seen[title] += 1
        for asked in paragraph["qas"]:
            yield SquadQuestion(
                title=title,
                place=place,
                context=_text(place, paragraph["context"]),
                text=_text(place, asked["question"]),
                answers=tuple(
                    _answer(place, paragraph["context"], one) for one in asked["answers"]
                ),
            )


def _text(place: str, text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise _BrokenError(f"paragraph {place!r}: {text!r} is no text")
    return text


def _answer(place: str, context: str, answer: Mapping[str, Any]) -> tuple[str, int]:
    text, start = answer["text"], answer["answer_start"]
    if not text or context[start : start + len(text)] != text:
        raise _BrokenError(f"paragraph {place!r}: {text!r} does not stand at character {start}")
    return text, start
