"""What a name or a document is tied to, and why: the links that search in hops follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from groundwire.core.errors import UsageError
from groundwire.core.schema import Passage
from groundwire.core.text import without_halves
from groundwire.retrievers.library import Library
from groundwire.retrievers.listing import show_documents
from groundwire.retrievers.name_words import mentions, names_in
from groundwire.retrievers.names import passages_named
from groundwire.retrievers.scope import Limits, Scope
from groundwire.retrievers.searching import analysers_in_use
from groundwire.retrievers.stored_passages import Stored, read_stored
from groundwire.retrievers.tables import documents, passages
from groundwire.retrievers.ways import (
    Ways,
    follow_links,
    follow_names,
    follow_rare_names,
    that_hold_them,
)

# Passages of a kind, and ties of a passage, that are given unless more are asked for.
SHOWN = 10
# Passages that hold a name's words are looked into for those that hold them in a row.
LOOKED_INTO = 50
ANYWHERE, NO_LIMITS = Scope(), Limits(collection=None, documents=None)


class Why(StrEnum):
    """Why words in one passage lead to another: it ..."""

    NAME = "goes by this name"
    RARE_NAME = "holds this rare name"
    HYPERLINK = "is linked to"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """``origin`` leads to ``target`` over the words at ``start`` and ``end`` of its document."""

    origin: Passage
    start: int
    end: int
    via: str
    why: Why
    target: Passage


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """``named`` go by the name or stand in the document; ``mentioning`` are others that name it.

    ``ties`` are what the first ones lead to.
    """

    name: str
    named: tuple[Passage, ...]
    mentioning: tuple[Passage, ...]
    ties: tuple[Tie, ...]


def find_links(library: Library, name: str, *, k: int = SHOWN) -> Links:
    """What ``name`` is tied to: a title, a heading, any name in a text, or a document's file.

    At most ``k`` passages of each kind, and for each of those that go by the name ``k`` ties.
    Raises UsageError if nothing goes by the name or mentions it.
    """
    name = without_halves(name)
    named = read_stored(library, _named(library, name)[:k], ANYWHERE)
    mentioning = [one for one in _mentioning(library, name) if one.passage not in _passages(named)]
    if not named and not mentioning:
        raise UsageError(
            f"Nothing goes by {name!r} or mentions it.",
            "Names are compared word by word; `groundwire search` finds what is written otherwise.",
        )
    return Links(
        name=name,
        named=tuple(_passages(named)),
        mentioning=tuple(one.passage for one in mentioning[:k]),
        ties=tuple(_ties(library, named, k)),
    )


def _named(library: Library, name: str) -> list[int]:
    """Passages that go by a name; if none does, those of the document whose file it names."""
    with library.engine.connect() as connection:
        found = passages_named(connection, names_in(name))
        if ids := [one for each in found.values() for one in each]:
            return list(dict.fromkeys(ids))
        try:
            places = show_documents(library, name)
        except UsageError:
            return []
        own = [place.document_id for place in places]
        query = select(passages.c.id).join(documents).where(documents.c.sha256.in_(own))
        query = query.order_by(passages.c.document_id, passages.c.start)
        return list(connection.scalars(query))


def _mentioning(library: Library, name: str) -> list[Stored]:
    def look() -> list[tuple[int, float]]:
        with library.reading_words() as lexical:
            return lexical.search(name, LOOKED_INTO, analysers=analysers_in_use(library))

    found = library.reading_whole(look)
    stored = read_stored(library, [one for one, _ in found], ANYWHERE)
    return [one for one in stored.values() if mentions(one.passage.text, name)]


def _ties(library: Library, named: Mapping[int, Stored], k: int) -> Iterator[Tie]:
    def look() -> Ways:
        with library.reading_words() as lexical:
            return follow_rare_names(library, lexical, named, NO_LIMITS)[0]

    linked, _ = follow_names(library, named, NO_LIMITS)
    leading = follow_links(library, named, NO_LIMITS)
    sharing = library.reading_whole(look)
    reached = read_stored(library, list(dict.fromkeys([*linked, *leading, *sharing])), ANYWHERE)
    ties = [
        *_as_ties(leading, Why.HYPERLINK, named, reached),
        *_as_ties(linked, Why.NAME, named, reached),
        *_as_ties(that_hold_them(sharing, reached), Why.RARE_NAME, named, reached),
    ]
    for origin in _passages(named):
        yield from [tie for tie in ties if tie.origin == origin][:k]


def _as_ties(
    ways: Ways, why: Why, origins: Mapping[int, Stored], reached: Mapping[int, Stored]
) -> Iterator[Tie]:
    for one, found in ways.items():
        for way in found if one in reached else ():
            origin, mention = origins[way.origin].passage, way.mention
            yield Tie(
                origin=origin,
                start=origin.start + mention.start,
                end=origin.start + mention.end,
                via=origin.text[mention.start : mention.end],
                why=why,
                target=reached[one].passage,
            )


def _passages(stored: Mapping[int, Stored]) -> list[Passage]:
    return [one.passage for one in stored.values()]
