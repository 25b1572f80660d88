"""Candidates that one search does not find: reached from what it found, over names and by likeness.

What the first search found is looked into for names that passages go by (see ``names``) and for
rare ones that others hold (see ``rare_names``). And from the best of it the vectors are searched
again with the question's vector and the passage's added up, as "Answering Complex Open-Domain
Questions with Multi-Hop Dense Retrieval" conditions the second query on the first passage, but
without encoding anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundwire.retrievers.library import Library
from groundwire.retrievers.names import Mention, find_mentions, passages_named
from groundwire.retrievers.rare_names import find_rare, names_within
from groundwire.retrievers.scope import Scope
from groundwire.retrievers.searching import Found, find_ids, find_near
from groundwire.retrievers.stored_passages import Stored, read_stored

# Passages of the first search that are candidates, those of them that are looked into for names
# that passages go by, and those that are looked into for rare ones and from which the vectors are
# searched again, for how many passages each.
FIRST, LOOKED_INTO, SEARCHED_FROM, NEAR = 30, 10, 6, 8
# Passages named in the question that are looked into as well.
ASKED_FOR = 3
# A name that more passages go by says too little of which of them is asked for.
OF_ONE_NAME = 10
# Candidates that are reached, at most, whatever the texts mention.
MOST_REACHED = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A way to a candidate: from a passage, over a name that its text mentions at an offset."""

    origin: int
    mention: Mention


Ways = dict[int, list[Way]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """What a question found and reached, by ids of passages.

    ``origins`` are those it was reached from, best first; ``asked_for`` those that the question
    names, and ``asked_by_name`` by which names; ``candidates`` all of them, those found first in
    front. ``linked`` are the ways to passages that go by a name, and ``readings`` how many go by
    it; ``sharing`` those to passages that hold a rare name, and ``rare`` in how many its rarest
    word stands; ``near`` says from which origin a likeness led to a passage.
    """

    question: str
    found: Found
    origins: Sequence[int]
    asked_for: frozenset[int]
    asked_by_name: frozenset[str]
    candidates: Mapping[int, Stored]
    linked: Mapping[int, Sequence[Way]]
    readings: Mapping[str, int]
    sharing: Mapping[int, Sequence[Way]]
    rare: Mapping[str, int]
    near: Mapping[int, int]


def hop(library: Library, question: str, scope: Scope | None = None, *, first: int = FIRST) -> Hop:
    """Search once, and reach on from what was found.

    At least ``first`` of what was found are candidates. Raises as ``search`` does.
    """
    scope = scope or Scope()
    found = find_ids(library, question, scope)
    direct = [one for one, _ in found.fused[: max(first, FIRST)]]
    asked = _find_named(library, [question])
    asked_for = [one for ids in asked.values() if len(ids) <= OF_ONE_NAME for one in ids]
    stored = read_stored(library, list(dict.fromkeys([*direct, *asked_for])), scope)
    wanted = dict.fromkeys([*asked_for[:ASKED_FOR], *direct[:LOOKED_INTO]])
    origins = {one: stored[one] for one in wanted if one in stored}
    linked, readings = follow_names(library, origins)
    sharing, rare = follow_rare_names(library, origins, question)
    near = _search_again(library, found, origins, scope)
    reached = [one for one in dict.fromkeys([*linked, *near, *sharing]) if one not in stored]
    stored |= read_stored(library, reached[:MOST_REACHED], scope)
    sharing = that_hold_them(sharing, stored)
    led = linked.keys() | near.keys() | sharing.keys() | set(direct) | set(asked_for)
    candidates = {one: stored[one] for one in stored if one in led}
    return Hop(
        question=question,
        found=found,
        origins=list(origins),
        asked_for=frozenset(asked_for),
        asked_by_name=frozenset(asked),
        candidates=candidates,
        linked={one: linked[one] for one in linked if one in candidates},
        readings={**readings, **{name: len(ids) for name, ids in asked.items()}},
        sharing=sharing,
        rare=rare,
        near=near,
    )


def _find_named(library: Library, texts: Sequence[str]) -> dict[str, list[int]]:
    """By each name that a text mentions, in their order, the passages that go by it."""
    with library.engine.connect() as connection:
        mentions = find_mentions(connection, texts)
        return passages_named(connection, dict.fromkeys(_distinct(mentions)))


def follow_names(library: Library, origins: Mapping[int, Stored]) -> tuple[Ways, dict[str, int]]:
    """The ways to passages that go by a name in an origin, and how many go by each."""
    with library.engine.connect() as connection:
        mentions = find_mentions(connection, [one.passage.text for one in origins.values()])
        named = passages_named(connection, dict.fromkeys(_distinct(mentions)))
    return _ways(origins, mentions, named), {name: len(ids) for name, ids in named.items()}


def follow_rare_names(
    library: Library, origins: Mapping[int, Stored], question: str = ""
) -> tuple[Ways, dict[str, int]]:
    """The ways to passages that may hold a rare name of the best origins; how rare each is."""
    texts = [one.passage.text for one in origins.values()][:SEARCHED_FROM]
    # What the question names was searched for.
    mentions = [[one for one in names_within(text) if one.name not in question] for text in texts]
    rare = find_rare(library, mentions)
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
        and (holding := [way for way in found if way.mention.name in stored[identity].words])
    }


def _distinct(mentions: Iterable[Iterable[Mention]]) -> Iterable[str]:
    return (mention.name for group in mentions for mention in group)


def _search_again(
    library: Library, found: Found, origins: Mapping[int, Stored], scope: Scope
) -> dict[int, int]:
    """By passages near to the question and an origin together, the best such origin."""
    best = list(origins)[:SEARCHED_FROM]
    if found.vector is None or not best:
        return {}
    asked = np.stack([found.vector + origins[one].vector for one in best])
    unit = asked / np.maximum(np.linalg.norm(asked, axis=1, keepdims=True), 1e-9)
    near: dict[int, int] = {}
    for origin, ranked in zip(best, find_near(library, unit, NEAR, scope), strict=True):
        for one, _ in ranked:
            near.setdefault(one, origin)
    return near
