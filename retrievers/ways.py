"""Ways from passages to others: over names, hyperlinks and rare names, and to their neighbours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from groundwire.retrievers.hyperlinks import follow_hyperlinks
from groundwire.retrievers.lexical import LexicalIndex
from groundwire.retrievers.library import Library
from groundwire.retrievers.name_words import Mention, holds
from groundwire.retrievers.names import find_mentions, passages_named
from groundwire.retrievers.rare_names import find_rare, names_within
from groundwire.retrievers.scope import Limits
from groundwire.retrievers.searching import analysers_in_use
from groundwire.retrievers.stored_passages import Stored
from groundwire.retrievers.tables import passages

# Passages, best first, that are looked into for rare names, and whose neighbours are looked up.
LOOKED_INTO_CLOSELY = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A way to a candidate: from a passage, over a name that its text mentions at an offset."""

    origin: int
    mention: Mention


Ways = dict[int, list[Way]]


_ORIGINS = func.json_each(bindparam("origins")).table_valued("key", "value")
_BESIDE = passages.alias("beside")
_OF_ONE = select(_BESIDE.c.id).where(_BESIDE.c.document_id == passages.c.document_id)
_NEXT = (
    select(
        passages.c.id,
        _OF_ONE.where(_BESIDE.c.start < passages.c.start)
        .order_by(_BESIDE.c.start.desc())
        .limit(1)
        .correlate(passages)
        .scalar_subquery(),
        _OF_ONE.where(_BESIDE.c.start > passages.c.start)
        .order_by(_BESIDE.c.start)
        .limit(1)
        .correlate(passages)
        .scalar_subquery(),
    )
    .select_from(_ORIGINS.join(passages, passages.c.id == _ORIGINS.c.value))
    .order_by(_ORIGINS.c.key)
)


def follow_names(
    library: Library, origins: Mapping[int, Stored], limits: Limits
) -> tuple[Ways, dict[str, int]]:
    """The ways to passages that go by a name in an origin, and how many go by each."""
    with library.engine.connect() as connection:
        mentions = find_mentions(connection, [one.passage.text for one in origins.values()])
        named = named_by(connection, mentions, limits)
    return _ways(origins, mentions, named), {name: len(ids) for name, ids in named.items()}


def follow_links(library: Library, origins: Mapping[int, Stored], limits: Limits) -> Ways:
    """The ways to passages to which hyperlinks in an origin lead."""
    texts = {one: stored.passage for one, stored in origins.items()}
    with library.engine.connect() as connection:
        found = follow_hyperlinks(connection, texts, limits)
    ways = {
        target: [Way(origin=one, mention=mention) for one, mention in leading if one != target]
        for target, leading in found.items()
    }
    return {target: leading for target, leading in ways.items() if leading}


def named_by(
    connection: Connection, mentions: Iterable[Iterable[Mention]], limits: Limits
) -> dict[str, list[int]]:
    """By each name that is mentioned the passages that go by it, as ``passages_named``."""
    names = dict.fromkeys(one.name for group in mentions for one in group)
    return passages_named(connection, names, collection=limits.collection, among=limits.documents)


def follow_rare_names(
    library: Library,
    lexical: LexicalIndex,
    origins: Mapping[int, Stored],
    limits: Limits,
    *,
    question: str = "",
) -> tuple[Ways, dict[str, int]]:
    """The ways to passages that may hold a rare name of the best origins; how rare each is.

    To be called while reading ``lexical``.
    """
    texts = [one.passage.text for one in origins.values()][:LOOKED_INTO_CLOSELY]
    # What the question names was searched for.
    mentions = [
        [one for one in names_within(text) if not holds(question, one.name)] for text in texts
    ]
    rare = find_rare(lexical, mentions, limits, analysers_in_use(library))
    ways = _ways(origins, mentions, {name: one.passages for name, one in rare.items()})
    return ways, {name: one.count for name, one in rare.items()}


def _ways(
    origins: Iterable[int],
    mentions: Sequence[Sequence[Mention]],
    named: Mapping[str, Sequence[int]],
) -> Ways:
    """From each origin over the first mention of each name; a passage leads not to itself."""
    ways: Ways = {}
    for origin, group in zip(origins, mentions, strict=False):  # rare names come of the best alone
        for name, mention in {one.name: one for one in reversed(group)}.items():
            for identity in named.get(name, ()):
                ways.setdefault(identity, []).append(Way(origin=origin, mention=mention))
    return {
        identity: others
        for identity, found in ways.items()
        if (others := [way for way in found if way.origin != identity])
    }


def that_hold_them(ways: Ways, stored: Mapping[int, Stored]) -> Ways:
    """Of the ways to passages that may hold a name those to the ones that do, as it is written."""
    return {
        identity: holding
        for identity, found in ways.items()
        if identity in stored
        and (holding := [way for way in found if holds(stored[identity].words, way.mention.name)])
    }


def find_neighbours(library: Library, origins: Iterable[int]) -> dict[int, int]:
    """By the passages before and after the best ``origins`` in their documents, which of these."""
    with library.engine.connect() as connection:
        rows = connection.execute(
            _NEXT, {"origins": json.dumps(list(origins)[:LOOKED_INTO_CLOSELY])}
        ).all()
    found: dict[int, int] = {}
    for origin, before, behind in rows:
        for one in (before, behind):
            if one is not None:
                found.setdefault(one, origin)
    return found
