"""Candidates that one search does not find: reached from what it found.

What the first search found is looked into for names, hyperlinks and rare names that lead on, and
its neighbours are looked up (see ``ways``). Searching the vectors again with those of the question
and a passage added up, after "Answering Complex Open-Domain Questions with Multi-Hop Dense
Retrieval", was tried: over 1,484 questions of twelve tasks it changed R@5 of none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from groundwire.core.text import without_halves
from groundwire.retrievers.indexing import batches
from groundwire.retrievers.library import Library
from groundwire.retrievers.names import find_mentions
from groundwire.retrievers.scope import Limits, Scope, look_up
from groundwire.retrievers.searching import Found, find_ids
from groundwire.retrievers.stored_passages import Stored, read_stored
from groundwire.retrievers.ways import (
    Way,
    Ways,
    find_neighbours,
    follow_links,
    follow_names,
    follow_rare_names,
    named_by,
    that_hold_them,
)

# Passages of the first search that are candidates, and those of them that are looked into.
FIRST, LOOKED_INTO = 30, 10
# Passages named in the question that are looked into as well, and those that are candidates.
ASKED_FOR, MOST_ASKED_FOR = 3, 30
# A name that more passages go by says too little of which of them is asked for.
OF_ONE_NAME = 10
# Candidates that are reached, at most, whatever the texts mention.
MOST_REACHED = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """What a question found and reached, by ids of passages.

    ``direct`` are those that the question itself found, ``origins`` those from which others were
    reached, best first; ``asked_for`` those that the question
    names, and ``asked_by_name`` by which names; ``candidates`` all of them, those found first in
    front. ``linked`` are the ways to passages that go by a name or that a hyperlink leads to, and
    ``readings`` how many go by a name; ``sharing`` those to passages that hold a rare name, and
    ``rare`` in how many its rarest word stands; ``neighbours`` says next to which origin a passage
    stands in its document.
    """

    question: str
    found: Found
    direct: frozenset[int]
    origins: Sequence[int]
    asked_for: frozenset[int]
    asked_by_name: frozenset[str]
    candidates: Mapping[int, Stored]
    linked: Mapping[int, Sequence[Way]]
    readings: Mapping[str, int]
    sharing: Mapping[int, Sequence[Way]]
    rare: Mapping[str, int]
    neighbours: Mapping[int, int]


def hop(library: Library, question: str, scope: Scope | None = None, *, first: int = FIRST) -> Hop:
    """Search once, and reach on from what was found.

    At least ``first`` of what was found are candidates. Raises as ``search`` does.
    """
    question, scope = without_halves(question), scope or Scope()
    found = find_ids(library, question, scope)
    limits = look_up(library, scope)
    direct = _first(library, found, scope, max(first, FIRST))
    asked = _find_named(library, question, limits)
    asked_for = _asked_for(asked.values())
    stored = direct | _read_others(library, asked_for, direct, scope)
    wanted = dict.fromkeys([*asked_for[:ASKED_FOR], *list(direct)[:LOOKED_INTO]])
    origins = {one: stored[one] for one in wanted if one in stored}
    reached = library.reading_whole(lambda: _reach(library, origins, limits, question))
    linked, neighbours = reached.linked, reached.neighbours
    others = _read_others(library, [*linked, *reached.sharing, *neighbours], stored, scope)
    sharing = that_hold_them(reached.sharing, stored | others)
    led = [one for one in others if any(one in ways for ways in (linked, sharing, neighbours))]
    candidates = stored | {one: others[one] for one in led[:MOST_REACHED]}
    return Hop(
        question=question,
        found=found,
        direct=frozenset(direct),
        origins=list(origins),
        asked_for=frozenset(asked_for),
        asked_by_name=frozenset(asked),
        candidates=candidates,
        linked=_to(candidates, linked),
        readings={**reached.readings, **{name: len(ids) for name, ids in asked.items()}},
        sharing=_to(candidates, sharing),
        rare=reached.rare,
        neighbours=neighbours,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reached:
    """What origins lead to, as a ``Hop`` says it; ``sharing`` to what may hold the names."""

    linked: Ways
    readings: Mapping[str, int]
    sharing: Ways
    rare: Mapping[str, int]
    neighbours: Mapping[int, int]


def _reach(
    library: Library, origins: Mapping[int, Stored], limits: Limits, question: str
) -> _Reached:
    with library.reading_words() as lexical:
        linked, readings = follow_names(library, origins, limits)
        for one, ways in follow_links(library, origins, limits).items():
            linked.setdefault(one, []).extend(ways)
        sharing, rare = follow_rare_names(library, lexical, origins, limits, question=question)
        return _Reached(
            linked=linked,
            readings=readings,
            sharing=sharing,
            rare=rare,
            neighbours=find_neighbours(library, origins),
        )


def _asked_for(readings: Iterable[Sequence[int]]) -> list[int]:
    """The passages that go by names of the question, but for names that many go by."""
    few = (one for ids in readings if len(ids) <= OF_ONE_NAME for one in ids)
    return list(islice(dict.fromkeys(few), MOST_ASKED_FOR))


def _to(candidates: Mapping[int, Stored], ways: Ways) -> Ways:
    return {one: ways[one] for one in ways if one in candidates}


def _first(library: Library, found: Found, scope: Scope, count: int) -> dict[int, Stored]:
    """The best ``count`` of what was found that stand in the library: an index may be behind."""
    stored: dict[int, Stored] = {}
    for part in batches([one for one, _ in found.fused], count):
        stored |= read_stored(library, part, scope)
        if len(stored) >= count:
            break
    return dict(islice(stored.items(), count))


def _read_others(
    library: Library, ids: Iterable[int], known: Mapping[int, Stored], scope: Scope
) -> dict[int, Stored]:
    return read_stored(library, [one for one in dict.fromkeys(ids) if one not in known], scope)


def _find_named(library: Library, question: str, limits: Limits) -> dict[str, list[int]]:
    """By each name that the question mentions, in their order, the passages that go by it."""
    with library.engine.connect() as connection:
        (mentions,) = find_mentions(connection, [question])
        return named_by(connection, [mentions], limits)
