"""The names that passages go by, and where a text mentions them.

A passage goes by the title of the document that it opens and by the heading that it stands under.
A text mentions a name where its words stand in a row. Every row of words is looked up when a text
is asked about: so adding a document writes its own names alone, and none waits for another.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, select

from groundwire.core.schema import Heading
from groundwire.retrievers.analysis import UNSPACED
from groundwire.retrievers.tables import documents, names, passages

# A longer name is hardly ever repeated whole, and every further word costs a look-up.
MOST_WORDS = 8
# Of shorter names too many rows of words are no mention.
LEAST_CHARACTERS, LEAST_UNSPACED = 3, 2
# Words of one text that are looked up, and names of it that are kept: a passage has fewer.
MOST_LOOKED_UP, MOST_MENTIONED = 2_000, 64
# Passages told of a name that many go by.
MOST_READINGS = 32
# Rows written by one statement.
ROWS = 512
# One sign of a script without spaces, or a word of any other.
_WORD = re.compile(rf"{UNSPACED.pattern}|(?:(?!{UNSPACED.pattern})\w)+")
_IN_BRACKETS_AT_END = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")


class Word(NamedTuple):
    """A word of a text, where it stands there, and how it reads without capital letters."""

    text: str
    start: int
    end: int
    folded: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """Where a text mentions a name, by its offsets in that text."""

    name: str
    start: int
    end: int


def name_rows(
    document: int, title: str, headings: Iterable[Heading], starts: Sequence[int]
) -> Iterator[dict[str, object]]:
    """Rows for the names of a document whose passages begin at ``starts``, in ascending order."""
    if not starts:
        return
    named = [(title, 0), *((heading.title, heading.start) for heading in headings)]
    seen: set[tuple[str, int]] = set()
    for text, at in named:
        start = starts[max(0, bisect_right(starts, at) - 1)]
        for words in _forms(text):
            name = _key(words)
            if (name, start) not in seen:
                seen.add((name, start))
                yield {
                    "name": name,
                    "opens_with": words[0].folded,
                    "words": len(words),
                    "document_id": document,
                    "start": start,
                }


def stored_names(connection: Connection) -> Iterator[dict[str, object]]:
    """Rows for the names of every document in the library."""
    query = select(documents.c.id, documents.c.title, documents.c.headings)
    for row in connection.execute(query.order_by(documents.c.id)).all():
        own = select(passages.c.start).where(passages.c.document_id == row.id)
        starts = list(connection.scalars(own.order_by(passages.c.start)))
        headings = [Heading(**heading) for heading in row.headings]
        yield from name_rows(row.id, row.title, headings, starts)


def write_names(connection: Connection) -> None:
    """Write the rows of ``stored_names`` in place of all that are there."""
    connection.execute(delete(names))
    rows = stored_names(connection)
    while part := list(islice(rows, ROWS)):
        connection.execute(insert(names), part)


def find_mentions(connection: Connection, texts: Sequence[str]) -> list[list[Mention]]:
    """The names that each text mentions, in the order in which they stand there.

    Where one name holds another, both are mentioned.
    """
    cut = [_words(text)[:MOST_LOOKED_UP] for text in texts]
    longest = _longest_names(connection, {word.folded for words in cut for word in words})
    rows = [_rows_of_words(words, longest) for words in cut]
    known = _known_names(connection, {name for each in rows for name, _, _ in each})
    return [
        [
            Mention(name=name, start=words[first].start, end=words[last].end)
            for name, first, last in [row for row in each if row[0] in known][:MOST_MENTIONED]
        ]
        for words, each in zip(cut, rows, strict=True)
    ]


def passages_named(connection: Connection, wanted: Iterable[str]) -> dict[str, list[int]]:
    """By each name, as a mention says it, the ids of the first 32 passages that go by it."""
    found: dict[str, list[int]] = {name: [] for name in wanted}
    for name, passage in connection.execute(_NAMED, {"given": _as_json(found)}):
        found[name].append(passage)
    return found


def mentions_of(name: str, text: str) -> list[Mention]:
    """Where the words of ``name`` stand in a row in ``text``; a single word as it is written."""
    wanted, words = _words(name), _words(text)
    count = len(wanted)
    places = range(len(words) - count + 1 if count else 0)
    return [
        Mention(name=_key(wanted), start=words[at].start, end=words[at + count - 1].end)
        for at in places
        if _key(words[at : at + count]) == _key(wanted)
    ]


def names_in(text: str) -> list[str]:
    """The names that a title goes by: as it is, and without what stands in brackets behind it."""
    return [_key(words) for words in _forms(text)]


def _forms(title: str) -> Iterator[list[Word]]:
    for text in dict.fromkeys((title, _IN_BRACKETS_AT_END.sub("", title))):
        words = _words(text)
        if 0 < len(words) <= MOST_WORDS and _says_something(words):
            yield words


def _says_something(words: Sequence[Word]) -> bool:
    text = "".join(word.text for word in words)
    least = LEAST_UNSPACED if UNSPACED.search(text) else LEAST_CHARACTERS
    return len(text) >= least and any(map(str.isalpha, text))


def _words(text: str) -> list[Word]:
    found = [(one.start(), one.end(), one.group()) for one in _WORD.finditer(text)]
    if not text.isascii():
        found = [(start, end, unicodedata.normalize("NFC", word)) for start, end, word in found]
    return [Word(word, start, end, word.casefold()) for start, end, word in found]


def _key(words: Sequence[Word]) -> str:
    """What is compared. A single word must be written alike, or Time would be named everywhere."""
    return words[0].text if len(words) == 1 else " ".join(word.folded for word in words)


def _rows_of_words(words: Sequence[Word], longest: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """What may be a name, longest first from each word on: with the places of its ends.

    A row is no longer than the longest name that opens with its first word.
    """
    folded = [word.folded for word in words]
    found: list[tuple[str, int, int]] = []
    for first, opening in enumerate(folded):
        most = min(longest.get(opening, 0), len(folded) - first)
        found += [
            (" ".join(folded[first : first + count]), first, first + count - 1)
            for count in range(most, 1, -1)
        ]
        if most:
            found.append((words[first].text, first, first))
    return found


_GIVEN = func.json_each(bindparam("given")).table_valued("value")
_AT_START = and_(passages.c.document_id == names.c.document_id, passages.c.start == names.c.start)
_PLACE = func.row_number().over(
    partition_by=names.c.name, order_by=(names.c.document_id, names.c.start)
)
_READINGS = (
    select(names.c.name, passages.c.id, _PLACE.label("place"))
    .select_from(names.join(passages, _AT_START))
    .where(names.c.name.in_(select(_GIVEN.c.value)))
    .subquery()
)
_NAMED = (
    select(_READINGS.c.name, _READINGS.c.id)
    .where(_READINGS.c.place <= MOST_READINGS)
    .order_by(_READINGS.c.name, _READINGS.c.place)
)
_LONGEST = select(
    _GIVEN.c.value,
    select(func.max(names.c.words))
    .where(names.c.opens_with == _GIVEN.c.value)
    .correlate(_GIVEN)
    .scalar_subquery(),
)
_KNOWN = select(_GIVEN.c.value).where(
    exists().where(names.c.name == _GIVEN.c.value).correlate(_GIVEN)
)


def _longest_names(connection: Connection, words: Iterable[str]) -> dict[str, int]:
    """By a first word, the most words of a name that opens with it."""
    rows = connection.execute(_LONGEST, {"given": _as_json(words)})
    return {word: longest for word, longest in rows if longest}


def _known_names(connection: Connection, candidates: Iterable[str]) -> set[str]:
    return set(connection.scalars(_KNOWN, {"given": _as_json(candidates)}))


def _as_json(texts: Iterable[str]) -> str:
    return json.dumps(sorted(texts))
