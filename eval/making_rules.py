"""Questions made without a language model: with gaps, from headings, from tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

import numpy as np

from groundwire.core.schema import Passage
from groundwire.eval.making_cloze import Gapped, cloze_candidates, gapped_sentences
from groundwire.eval.making_headings import first_cells, heading_candidates, row_candidates
from groundwire.eval.making_unanswerable import Search, heading_swap_candidates, swap_candidates
from groundwire.eval.making_words import Vocabulary, content_words, count_words
from groundwire.eval.proposals import Candidate

# Tables alone could give any number of questions.
MOST_OF_A_KIND = 0.25


@dataclass(frozen=True, kw_only=True)
class Material:
    """The passages that questions are made from, best first, and a way to search them all."""

    passages: Sequence[Passage]
    search: Search
    seed: int


def make_by_rules(material: Material, answerable: int, unanswerable: int) -> list[Candidate]:
    """So many questions that the documents answer, then that they do not; fewer if need be."""
    random = np.random.default_rng(material.seed)
    vocabulary = count_words(material.passages)
    documents = _by_document(material.passages)
    firsts = {key: first_cells(passages) for key, passages in documents.items()}
    sentences = [list(gapped_sentences([one], vocabulary)) for one in material.passages]
    found = [
        list(_candidates(passage, own, firsts[passage.document_id], vocabulary))
        for passage, own in zip(material.passages, sentences, strict=True)
    ]
    found = [_shuffled(own, random) for own in _without_ambiguous(found)]
    # Taken from the far end, so that few come from sentences which are asked about as well.
    last = list(chain.from_iterable(reversed(sentences)))
    swaps = zip_longest(
        swap_candidates(last, material.search, random),
        heading_swap_candidates(documents, material.search, random),
    )
    none = (one for one in chain.from_iterable(swaps) if one is not None and one.is_plain)
    return [*choose(found, answerable), *islice(none, unanswerable)]


def choose(found: Sequence[Sequence[Candidate]], wanted: int) -> list[Candidate]:
    """``wanted`` of the candidates ``found`` for each passage, in turns over the passages.

    Of each passage the kind comes that there is least of, and nothing comes twice from a place. A
    passage has a second turn when every other had one; where that would be too much of one kind,
    it waits for the others of its turn.
    """
    left = [list(own) for own in found]
    chosen: list[Candidate] = []
    while len(chosen) < wanted and any(left):
        waiting = [own for own in left if own]
        for most in (MOST_OF_A_KIND * wanted, wanted):
            waiting = [own for own in waiting if not _take_turn(own, chosen, most)]
    return chosen[:wanted]


def _take_turn(own: list[Candidate], chosen: list[Candidate], most: float) -> bool:
    """Move the best of ``own`` to ``chosen``; False if of its kind there are ``most`` already."""
    kinds = Counter(one.kind for one in chosen)
    best = min(own, key=lambda one: kinds[one.kind])
    if kinds[best.kind] >= most:
        return False
    own[:] = [one for one in own if one.place != best.place]
    chosen.append(best)
    return True


def _candidates(
    passage: Passage,
    sentences: Sequence[Gapped],
    firsts: Counter[tuple[str, str]],
    vocabulary: Vocabulary,
) -> Iterator[Candidate]:
    for sentence in sentences:
        yield from cloze_candidates(sentence, vocabulary)
    yield from heading_candidates(passage)
    yield from row_candidates(passage, firsts)


def _without_ambiguous(found: Sequence[Sequence[Candidate]]) -> list[list[Candidate]]:
    """What a spreadsheet can hold, without questions of one wording and several answers."""
    answers: defaultdict[frozenset[str], set[tuple[str, ...]]] = defaultdict(set)
    for one in chain.from_iterable(found):
        answers[_wording(one)].add(one.answers)
    return [
        [one for one in own if one.is_plain and len(answers[_wording(one)]) == 1] for own in found
    ]


def _wording(candidate: Candidate) -> frozenset[str]:
    return frozenset(content_words(candidate.question))


def _shuffled(own: Sequence[Candidate], random: np.random.Generator) -> list[Candidate]:
    return [own[place] for place in random.permutation(len(own))]


def _by_document(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    documents: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        documents[passage.document_id].append(passage)
    return dict(documents)
