"""The names that passages go by, and where a text mentions them.

A passage goes by the title of the document that it opens and by the heading that it stands under.
A text mentions a name where its words stand in a row. Every row of words is looked up when a text
is asked about: so adding a document writes its own names alone, and none waits for another.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal_column,
    select,
)

from groundwire.core.errors import LibraryError
from groundwire.core.schema import Heading
from groundwire.retrievers.name_words import Mention, Word, cut_words, forms_of, key_of
from groundwire.retrievers.tables import documents, names, passages, places

# Words of one text that are looked up, and names of it that are kept: a passage has fewer.
MOST_LOOKED_UP, MOST_MENTIONED = 2_000, 64
# Passages told of a name that many go by.
MOST_READINGS = 32
# Rows written by one statement.
ROWS = 512


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
        for words in forms_of(text):
            name = key_of(words)
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
    # As the database holds them: a damaged one would raise in the middle of the rows.
    headings = cast(documents.c.headings, String).label("headings")
    query = select(documents.c.id, documents.c.title, headings)
    rows = iter(connection.execute(query.order_by(documents.c.id)))
    starts = select(passages.c.document_id, passages.c.start)
    starts = starts.order_by(passages.c.document_id, passages.c.start)
    for document, own in groupby(connection.execute(starts), lambda row: row.document_id):
        row = next(one for one in rows if one.id == document)
        yield from name_rows(document, row.title, stored_headings(row), [one.start for one in own])


def stored_headings(row: Row[Any]) -> list[Heading]:
    """The headings in a row with ``title`` and, as text, ``headings``; LibraryError if damaged."""
    try:
        return [Heading(**heading) for heading in json.loads(row.headings)]
    except (TypeError, ValueError) as error:
        raise LibraryError(
            f"The headings of {row.title!r} in the library are damaged ({error}).",
            "Remove the document and add it again.",
        ) from error


def write_names(connection: Connection) -> None:
    """Write the rows of ``stored_names`` in place of all that are there, whatever they are."""
    names.drop(connection, checkfirst=True)
    names.create(connection)
    rows = stored_names(connection)
    while part := list(islice(rows, ROWS)):
        connection.execute(insert(names), part)


def find_mentions(connection: Connection, texts: Sequence[str]) -> list[list[Mention]]:
    """The names that each text mentions, where it does so first, in their order.

    Where one name holds another, both are mentioned. Of a text the first 2,000 words are looked
    up, and the first 64 names are given.
    """
    cut = [cut_words(text)[:MOST_LOOKED_UP] for text in texts]
    longest = _longest_names(connection, {word.folded for words in cut for word in words})
    rows = [_rows_of_words(words, longest) for words in cut]
    known = _known_names(connection, {name for each in rows for name, _, _ in each})
    return [
        list(islice(_first_mentions(words, each, known), MOST_MENTIONED))
        for words, each in zip(cut, rows, strict=True)
    ]


def _first_mentions(
    words: Sequence[Word], rows: Iterable[tuple[str, int, int]], known: set[str]
) -> Iterator[Mention]:
    seen: set[str] = set()
    for name, first, last in rows:
        if name in known and name not in seen:
            seen.add(name)
            yield Mention(name=name, start=words[first].start, end=words[last].end)


def passages_named(
    connection: Connection,
    wanted: Iterable[str],
    *,
    collection: int | None = None,
    among: Sequence[int] | None = None,
) -> dict[str, list[int]]:
    """By each name, as a mention says it, the ids of the first 32 passages that go by it.

    ``collection`` and ``among``, ids of documents, restrict which they are.
    """
    found: dict[str, list[int]] = {name: [] for name in wanted}
    query = _named_query(in_collection=collection is not None, some=among is not None)
    given = {"given": _as_json(found), "collection": collection, "among": json.dumps(among)}
    for name, passage in connection.execute(query, given):
        found[name].append(passage)
    return found


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


@cache
def _named_query(*, in_collection: bool, some: bool) -> Select[Any]:
    """The passages that go by each name: of its rows within the limits, the first 32."""
    own = names.alias("own")
    rows: Select[Any] = select(literal_column("own.rowid")).select_from(own).correlate(_GIVEN)
    few = rows.where(own.c.name == _GIVEN.c.value).order_by(own.c.document_id, own.c.start)
    if in_collection:
        here = exists().where(
            places.c.document_id == own.c.document_id,
            places.c.collection_id == bindparam("collection"),
        )
        few = few.where(here)
    if some:
        among = func.json_each(bindparam("among")).table_valued("value")
        few = few.where(own.c.document_id.in_(select(among.c.value)))
    first = literal_column("names.rowid").in_(few.limit(MOST_READINGS))
    query = select(_GIVEN.c.value, passages.c.id)
    query = query.select_from(_GIVEN.join(names, first).join(passages, _AT_START))
    return query.order_by(_GIVEN.c.value, names.c.document_id, names.c.start)


def _longest_names(connection: Connection, words: Iterable[str]) -> dict[str, int]:
    """By a first word, the most words of a name that opens with it."""
    rows = connection.execute(_LONGEST, {"given": _as_json(words)})
    return {word: longest for word, longest in rows if longest}


def _known_names(connection: Connection, candidates: Iterable[str]) -> set[str]:
    return set(connection.scalars(_KNOWN, {"given": _as_json(candidates)}))


def _as_json(texts: Iterable[str]) -> str:
    return json.dumps(sorted(texts))
