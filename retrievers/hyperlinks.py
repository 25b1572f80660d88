"""Hyperlinks of documents, and the passages that they lead to.

A target is kept as it is written, and looked up when search leads on from its passage: relative to
where the document stands, among what stands in the library by then. So none waits for another, and
a document that is added later is found. Addresses of the web lead nowhere.
"""

from __future__ import annotations

import json
import os.path
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import ColumnElement, Connection, String, and_, bindparam, cast, func, or_, select

from groundwire.core.schema import Hyperlink, Passage
from groundwire.retrievers.name_words import Mention, cut_words
from groundwire.retrievers.names import stored_headings
from groundwire.retrievers.scope import Limits
from groundwire.retrievers.tables import documents, hyperlinks, passages, places

# Followed from one passage: a list of contents has more, and says of none that a question needs it.
MOST_FOLLOWED = 16
_NO_SLUG = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Followed:
    """A hyperlink in the passage ``origin``: the words it stands under, the file it leads to."""

    origin: int
    mention: Mention
    path: str
    fragment: str


def hyperlink_rows(document: int, links: Iterable[Hyperlink]) -> Iterator[dict[str, object]]:
    """Rows for those hyperlinks of a document that may lead to a file or a heading."""
    local = {link.start: link for link in links if _is_local(link.target)}
    for link in local.values():
        row = {"start": link.start, "end": link.end, "target": link.target}
        yield {"document_id": document, **row}


def follow_hyperlinks(
    connection: Connection, origins: Mapping[int, Passage], limits: Limits
) -> dict[int, list[tuple[int, Mention]]]:
    """By each passage that a hyperlink of ``origins`` leads to, from which and over which words.

    The passage is the one under the heading that the target names behind its ``#``, or else the
    first of its document.
    """
    followed = list(_followed(connection, origins))
    if not followed:
        return {}
    standing = _documents_at(connection, {one.path for one in followed}, limits)
    leading = [(one, document) for one in followed for document in standing.get(one.path, ())]
    asked = {document for one, document in leading if one.fragment}
    headings = _headings(connection, asked) if asked else {}
    ends = [
        (document, headings.get(document, {}).get(_slug(one.fragment), 0))
        for one, document in leading
    ]
    passage_at = _passages_at(connection, ends)
    found: dict[int, list[tuple[int, Mention]]] = {}
    for (one, _), end in zip(leading, ends, strict=True):
        if end in passage_at:
            found.setdefault(passage_at[end], []).append((one.origin, one.mention))
    return found


def _is_local(target: str) -> bool:
    try:
        parts = urlsplit(target)
    except ValueError:  # such as an address with half a bracket
        return False
    return not parts.scheme and not parts.netloc and bool(parts.path or parts.fragment)


_GIVEN = func.json_each(bindparam("given")).table_valued("value")


def _field(place: int) -> ColumnElement[Any]:
    """What stands at a place of each list that is given."""
    return func.json_extract(_GIVEN.c.value, f"$[{place}]")


_WITHIN = (
    select(_field(0).label("origin"), hyperlinks)
    .select_from(_GIVEN)
    .join(documents, documents.c.sha256 == _field(1))
    .join(
        hyperlinks,
        and_(
            hyperlinks.c.document_id == documents.c.id,
            hyperlinks.c.start.between(_field(2), _field(3)),
        ),
    )
    .order_by("origin", hyperlinks.c.start)
)
_STANDING = (
    select(_GIVEN.c.value, places.c.document_id)
    .select_from(_GIVEN.join(places, places.c.path == _GIVEN.c.value))
    .where(
        or_(bindparam("collection").is_(None), places.c.collection_id == bindparam("collection"))
    )
    .distinct()
    .order_by(_GIVEN.c.value, places.c.document_id)
)
_HEADINGS = select(
    documents.c.id, documents.c.title, cast(documents.c.headings, String).label("headings")
).where(documents.c.id.in_(select(_GIVEN.c.value)))
_OWN = select(passages.c.id).where(passages.c.document_id == _field(0)).correlate(_GIVEN).limit(1)
# The last passage that begins no later, or else the first one.
_PASSAGES_AT = select(
    _field(0).label("document"),
    _field(1).label("start"),
    func.coalesce(
        _OWN.where(passages.c.start <= _field(1))
        .order_by(passages.c.start.desc())
        .scalar_subquery(),
        _OWN.order_by(passages.c.start).scalar_subquery(),
    ).label("passage"),
)


def _followed(connection: Connection, origins: Mapping[int, Passage]) -> Iterator[_Followed]:
    given = [
        (one, passage.document_id, passage.start, passage.end) for one, passage in origins.items()
    ]
    rows = connection.execute(_WITHIN, {"given": json.dumps(given)})
    for origin, own in groupby(rows, key=lambda row: int(row.origin)):
        passage = origins[origin]
        for row in islice(own, MOST_FOLLOWED):
            start, end = row.start - passage.start, row.end - passage.start
            name = " ".join(word.folded for word in cut_words(passage.text[start:end]))
            parts = urlsplit(row.target)
            folder = PurePath(passage.source).parent
            path = os.path.normpath(folder / unquote(parts.path)) if parts.path else passage.source
            if name and end <= len(passage.text):
                yield _Followed(
                    origin=origin,
                    mention=Mention(name=name, start=start, end=end),
                    path=path,
                    fragment=unquote(parts.fragment),
                )


def _documents_at(
    connection: Connection, paths: Iterable[str], limits: Limits
) -> dict[str, list[int]]:
    given = {"given": json.dumps(sorted(paths)), "collection": limits.collection}
    found: dict[str, list[int]] = {}
    for path, document in connection.execute(_STANDING, given):
        if limits.documents is None or document in limits.documents:
            found.setdefault(path, []).append(document)
    return found


def _headings(connection: Connection, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """By documents where each of their headings stands, by its slug; of equal ones the first."""
    rows = connection.execute(_HEADINGS, {"given": json.dumps(sorted(ids))})
    return {
        row.id: {_slug(one.title): one.start for one in reversed(stored_headings(row))}
        for row in rows
    }


def _passages_at(
    connection: Connection, ends: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """Ids of the passages that hold these places of documents."""
    rows = connection.execute(_PASSAGES_AT, {"given": json.dumps(sorted(set(ends)))})
    return {(document, start): passage for document, start, passage in rows if passage is not None}


def _slug(title: str) -> str:
    """A heading as addresses name it: small letters, hyphens for blanks, no other marks."""
    return _NO_SLUG.sub("", title.strip().casefold()).replace(" ", "-")
