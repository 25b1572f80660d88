"""What tells how much a candidate matters to a question, in numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from groundwire.core.protocols import FloatArray
from groundwire.retrievers.analysis import analyse_name, build_analyser
from groundwire.retrievers.hops import Hop
from groundwire.retrievers.library import Library
from groundwire.retrievers.name_words import names_in
from groundwire.retrievers.searching import LEXICAL
from groundwire.retrievers.terms import weigh_names, weigh_terms
from groundwire.retrievers.ways import LOOKED_INTO_CLOSELY, Way

Columns = Mapping[str, Iterable[float]]
# What stands for the place of what search did not find, and for that of a link if there is none.
NO_PLACE, NO_LINK = 100, 1 / 101
# What stands for the score of an origin that the question names but the search did not find.
ASKED_FOR = 0.5
WORDS_OF_LENGTH, LONGEST = 100.0, 5.0
# Characters of a line: what stands later in a passage is said beside.
CHARACTERS_OF_LINE = 80.0
FEATURES = (
    # how search found it
    "fused",
    "words",
    "rank",
    "among the first five",
    # which of the question's terms it holds, alone and with an origin
    "share of the title in the question",
    "cover",
    "cover of what the first lacks",
    "cover with an origin",
    "gain of cover",
    "length",
    # cosines
    "cosine",
    "likeness to question and origin",
    "mean likeness to question and origin",
    "likeness to an origin",
    # names that it goes by
    "named in the question",
    "readings of the title",
    "linked",
    "linked only",
    "linked from the first",
    "linked by a name of the question",
    "links",
    "place of the link",
    "score of the link",
    "score of the link by cosine",
    "score of the link by gain",
    "rarity of the name",
    "capitals of the name",
    # rare names that it holds
    "shares a name",
    "shares with the first",
    "shared names",
    "score of the sharing origin",
    "rarity of the shared name",
    "words of the shared name",
    "place of the shared name",
)


def measure_candidates(library: Library, hop: Hop) -> FloatArray:
    """A row of FEATURES for each candidate of ``hop``, in their order."""
    if not hop.candidates:
        return np.zeros((0, len(FEATURES)), dtype=np.float32)
    columns = {
        **_found(hop),
        **_terms(library, hop),
        **_likeness(hop),
        **_own_names(hop),
        **_links(library, hop),
        **_shared_names(hop),
    }
    named = {name: np.asarray(list(column), dtype=np.float32) for name, column in columns.items()}
    link = named["score of the link"]
    named["score of the link by cosine"] = link * named["cosine"]
    named["score of the link by gain"] = link * named["gain of cover"]
    return np.stack([named[name] for name in FEATURES], axis=1)


def _found(hop: Hop) -> Columns:
    fused, words = dict(hop.found.fused), hop.found.own.get(LEXICAL, {})
    places = {one: place for place, one in enumerate(fused)}
    best = max(fused.values(), default=1.0)
    most = max(words.values(), default=0.0) or 1.0
    return {
        "fused": [fused.get(one, 0.0) / best for one in hop.candidates],
        "words": [words.get(one, 0.0) / most for one in hop.candidates],
        "rank": [1 / (1 + places.get(one, NO_PLACE)) for one in hop.candidates],
        "among the first five": [places.get(one, NO_PLACE) < 5 for one in hop.candidates],
    }


def _terms(library: Library, hop: Hop) -> Columns:
    """Shares of the question's weight: what a candidate covers, what with an origin, what new."""
    weighed = weigh_terms(library, hop.question)
    analyse = build_analyser(weighed.analyser).analyze
    place = {term: column for column, term in enumerate(weighed.weights)}
    weights = np.array(list(weighed.weights.values()), dtype=np.float32)
    weights /= max(float(weights.sum()), 1e-9)
    texts = [analyse(one.words) for one in hop.candidates.values()]
    titles = [analyse_name(weighed.analyser, one.passage.title) for one in hop.candidates.values()]
    held = np.zeros((len(texts), len(weights)), dtype=np.float32)
    for row, words in enumerate(texts):
        held[row, [place[word] for word in set(words) & place.keys()]] = 1.0
    cover: FloatArray = held @ weights
    near = _rows(hop, hop.origins[:LOOKED_INTO_CLOSELY])
    both, alone = np.zeros_like(cover), np.zeros_like(cover)
    if near:
        joined = np.maximum(held[:, None, :], held[None, near, :]) @ weights
        others = np.broadcast_to(cover[near], joined.shape).copy()
        joined[near, range(len(near))] = 0.0  # a passage is no origin of its own
        others[near, range(len(near))] = 0.0
        both, alone = joined.max(axis=1), others.max(axis=1)
    return {
        "share of the title in the question": [
            sum(word in place for word in title) / max(1, len(title)) for title in titles
        ],
        "cover": cover,
        "cover of what the first lacks": _cover_of_rest(hop, held, weights),
        "cover with an origin": both,
        "gain of cover": both - alone,
        "length": [min(LONGEST, len(words) / WORDS_OF_LENGTH) for words in texts],
    }


def _cover_of_rest(hop: Hop, held: FloatArray, weights: FloatArray) -> FloatArray:
    first = _rows(hop, [one for one, _ in hop.found.fused[:1]])
    lacking = weights * (1 - held[first[0]]) if first else weights * 0
    rest: FloatArray = held @ (lacking / max(float(lacking.sum()), 1e-9))
    return rest


def _likeness(hop: Hop) -> Columns:
    """Cosines of the candidates to the question, to origins, and to both together."""
    matrix = np.stack([one.vector for one in hop.candidates.values()])
    near = _rows(hop, hop.origins[:LOOKED_INTO_CLOSELY])
    none = np.zeros(len(matrix), dtype=np.float32)
    if hop.found.vector is None or not near:
        return dict.fromkeys(_COSINES, none)
    origins = matrix[near]
    both = origins + hop.found.vector
    both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
    likeness, alike = matrix @ both.T, matrix @ origins.T
    alike[near, range(len(near))] = 0.0  # a passage is no origin of its own
    columns = [
        matrix @ hop.found.vector,
        likeness.max(axis=1),
        likeness.mean(axis=1),
        np.maximum(0.0, alike.max(axis=1)),
    ]
    return dict(zip(_COSINES, columns, strict=True))


_COSINES = (
    "cosine",
    "likeness to question and origin",
    "mean likeness to question and origin",
    "likeness to an origin",
)


def _own_names(hop: Hop) -> Columns:
    names = [names_in(one.passage.title) for one in hop.candidates.values()]
    readings = [max([1, *(hop.readings.get(name, 1) for name in own)]) for own in names]
    return {
        "named in the question": [one in hop.asked_for for one in hop.candidates],
        "readings of the title": np.log(readings),
    }


def _links(library: Library, hop: Hop) -> Columns:
    found = dict(hop.found.fused)
    line = {one: place for place, one in enumerate(hop.origins)}
    ways = [hop.linked.get(one, ()) for one in hop.candidates]
    rarity = weigh_names(library, {way.mention.name for each in ways for way in each})
    return {
        "linked": [bool(each) for each in ways],
        "linked only": [one in hop.linked and one not in found for one in hop.candidates],
        "linked from the first": _from_first(hop, ways),
        "linked by a name of the question": _most(
            ways, lambda way: float(way.mention.name in hop.asked_by_name)
        ),
        "links": np.log1p([len({way.origin for way in each}) for each in ways]),
        "place of the link": _most(ways, lambda way: 1 / (1 + line[way.origin]), NO_LINK),
        "score of the link": _score_of_origin(hop, ways),
        "rarity of the name": _most(ways, lambda way: rarity[way.mention.name]),
        "capitals of the name": _most(ways, lambda way: _capitals(hop, way)),
    }


def _shared_names(hop: Hop) -> Columns:
    ways = [hop.sharing.get(one, ()) for one in hop.candidates]
    return {
        "shares a name": [bool(each) for each in ways],
        "shares with the first": _from_first(hop, ways),
        "shared names": np.log1p([len({way.mention.name for way in each}) for each in ways]),
        "score of the sharing origin": _score_of_origin(hop, ways),
        "rarity of the shared name": _most(ways, lambda way: 1 / hop.rare[way.mention.name]),
        "words of the shared name": _most(ways, lambda way: 1.0 + way.mention.name.count(" ")),
        "place of the shared name": [
            max((_place(hop, one, way) for way in each), default=0.0)
            for one, each in zip(hop.candidates, ways, strict=True)
        ],
    }


def _place(hop: Hop, one: int, way: Way) -> float:
    """How early a passage says a name: 1 at its beginning, one half a line later."""
    at = hop.candidates[one].passage.text.find(way.mention.name)
    return 1 / (1 + at / CHARACTERS_OF_LINE) if at >= 0 else 0.0


def _from_first(hop: Hop, ways: Sequence[Sequence[Way]]) -> list[float]:
    first = [one for one, _ in hop.found.fused[:1]]
    return _most(ways, lambda way: float(way.origin in first))


def _score_of_origin(hop: Hop, ways: Sequence[Sequence[Way]]) -> list[float]:
    found = dict(hop.found.fused)
    best = max(found.values(), default=1.0)
    return _most(ways, lambda way: found.get(way.origin, ASKED_FOR * best) / best)


def _most(
    ways: Sequence[Sequence[Way]], measure: Callable[[Way], float], none: float = 0.0
) -> list[float]:
    return [max(map(measure, each), default=none) for each in ways]


def _capitals(hop: Hop, way: Way) -> float:
    """The share of a mention's words that begin as names do, with anything but a small letter."""
    text = hop.candidates[way.origin].passage.text
    words = text[way.mention.start : way.mention.end].split()
    return sum(not word[0].islower() for word in words) / len(words)


def _rows(hop: Hop, ids: Sequence[int]) -> list[int]:
    """The rows of those of ``ids`` that are candidates."""
    rows = {one: row for row, one in enumerate(hop.candidates)}
    return [rows[one] for one in ids if one in rows]
