"""How much each word of a question weighs in this library, and how much of it a text covers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from groundwire.retrievers.analysis import GRAMS, PLAIN, UNSPACED, build_analyser
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
    in_use = analysers_in_use(library)
    fitting = [name for name in in_use if (name == GRAMS) == bool(UNSPACED.search(question))]
    with library.reading_words() as lexical:
        counted = [
            (name, lexical.count_passages(name, question)) for name in fitting or in_use or [PLAIN]
        ]
    analyser, (frequencies, total) = max(
        counted, key=lambda item: sum(count > 0 for count in item[1][0].values())
    )
    weights = {term: _weight(count, total) for term, count in frequencies.items()}
    return TermWeights(analyser=analyser, weights=weights, most=_weight(0, total))


def _weight(count: int, total: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))
