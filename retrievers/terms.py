"""How much each word of a question weighs in this library, and how much of it a text covers."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from groundwire.retrievers.analysis import GRAMS, PLAIN, UNSPACED, analyse_name, build_analyser
from groundwire.retrievers.lexical import MOST_TERMS
from groundwire.retrievers.library import Library
from groundwire.retrievers.searching import analysers_in_use


@dataclass(frozen=True, kw_only=True, slots=True)
class TermWeights:
    """The terms of a question, as one analyser cuts them, with their inverse frequencies.

    ``most`` is what a term weighs that no passage holds.
    """

    analyser: str
    weights: Mapping[str, float]
    most: float

    def coverage(self, text: str) -> float:
        """The share of the question's weight whose terms stand in ``text``, 0 to 1."""
        total = sum(self.weights.values())
        if not total:
            return 0.0
        there = self.weights.keys() & set(build_analyser(self.analyser).analyze(text))
        return sum(self.weights[term] for term in sorted(there)) / total


def weigh_terms(library: Library, question: str) -> TermWeights:
    """Weights by BM25's inverse document frequency over passages; unknown terms weigh most.

    Of the analysers that the library uses, the one that knows most of the question's terms is
    taken: a short question tells its language less surely than the documents do.
    """
    analysers = _fitting(analysers_in_use(library), question) or [PLAIN]
    terms = {
        one: list(dict.fromkeys(analyse_name(one, question)))[:MOST_TERMS] for one in analysers
    }
    counts, total = library.reading_whole(lambda: _count_terms(library, terms))
    analyser = max(analysers, key=lambda one: sum(count > 0 for count in counts[one].values()))
    weights = {term: _weight(count, total) for term, count in counts[analyser].items()}
    return TermWeights(analyser=analyser, weights=weights, most=_weight(0, total))


def weigh_names(library: Library, names: Collection[str]) -> dict[str, float]:
    """How rare the rarest word of each name is, from 0, in every passage, to 1, in none.

    Of several languages that counts in which the name is least rare.
    """
    in_use = analysers_in_use(library)
    cut = {name: {one: analyse_name(one, name) for one in _fitting(in_use, name)} for name in names}
    terms = {
        one: sorted({term for by in cut.values() for term in by.get(one, ())}) for one in in_use
    }
    counts, total = library.reading_whole(lambda: _count_terms(library, terms))
    return {
        name: min((_rarest(counts[one], own, total) for one, own in by.items()), default=0.0)
        for name, by in cut.items()
    }


def _rarest(counts: Mapping[str, int], terms: Sequence[str], total: int) -> float:
    heaviest = max((_weight(counts[term], total) for term in terms), default=0.0)
    return heaviest / _weight(0, total)


def _fitting(in_use: Sequence[str], text: str) -> list[str]:
    """The analysers for the script of ``text``; all in use if none is for it."""
    fitting = [name for name in in_use if (name == GRAMS) == bool(UNSPACED.search(text))]
    return fitting or list(in_use)


def _count_terms(
    library: Library, terms: Mapping[str, Sequence[str]]
) -> tuple[dict[str, dict[str, int]], int]:
    with library.reading_words() as lexical:
        found = {one: lexical.count_terms(one, own) for one, own in terms.items()}
        return found, lexical.passage_count


def _weight(count: int, total: int) -> float:
    # The index counts what was removed until it merges its parts; the total leaves it out.
    count = min(count, total)
    return math.log(1 + (total - count + 0.5) / (count + 0.5))
