"""Questions that the documents do not answer, made from those that they do.

A date or name from another document takes the place of one in the question, or a heading from
another document that of its own. Entities swapped are one of the ways in which people make
unanswerable questions ("Know What You Don't Know: Unanswerable Questions for SQuAD").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from groundwire.core.schema import Hit, Passage
from groundwire.eval.making_cloze import Gapped, with_gap
from groundwire.eval.making_headings import ask_about, heading_title, stems
from groundwire.eval.making_sentences import flatten
from groundwire.eval.making_spans import NAME_KIND, NUMBER_KIND, Span
from groundwire.eval.making_words import FUNCTION_WORDS, content_words, is_english, words
from groundwire.eval.proposals import UNANSWERABLE, Candidate, Place

NOTE = "Check that your documents do not answer this."
# A passage that holds what was put in and so much of the rest may answer the question after all.
TOO_MUCH = 0.5
# The small word before a name mostly tells a thing from a place, and both from a person.
BEFORE = re.compile(r"(\w+)\W*\Z")

# What is tried to be put in for each date or name of a sentence.
STRANGERS = 3

Search = Callable[[str], Sequence[Hit]]
# What is asked by, the small word before it, and how many words it has.
Sort = tuple[str, str, int]
# Dates or names, each with the documents that hold it.
Pool = dict[str, set[str]]


def swap_candidates(
    sentences: Sequence[Gapped], search: Search, random: np.random.Generator
) -> Iterator[Candidate]:
    """Questions with a gap in which a date or name is one of another document.

    At most one comes from each sentence, and none that a passage found by ``search`` may answer.
    """
    pools = _pools(sentences)
    for sentence in sentences:
        if is_english(sentence.place.quote):
            found = (
                one for one in _swaps(sentence, pools, random) if not _may_answer(*one, search)
            )
            yield from (question for question, _ in islice(found, 1))


def heading_swap_candidates(
    documents: Mapping[str, Sequence[Passage]], search: Search, random: np.random.Generator
) -> Iterator[Candidate]:
    """What documents say under headings of others whose words they do not hold at all.

    ``documents`` holds the passages looked at by document; at most one question comes
    from each document, and of each heading.
    """
    english = {
        key: [one for one in passages if is_english(one.text)]
        for key, passages in documents.items()
    }
    titles = {flatten(passages[0].title) for passages in documents.values()}
    headings = {heading_title(one) for passages in english.values() for one in passages} - titles
    left = sorted(filter(_is_specific, headings))
    for key, passages in documents.items():
        strange = _strange_headings(passages, left, random) if english[key] else ()
        for heading in strange:
            question = ask_about(passages[0].title, heading)
            if not _holds_all(question, search):
                left.remove(heading)
                yield _unanswerable(question)
                break


def _strange_headings(
    passages: Sequence[Passage], headings: Sequence[str], random: np.random.Generator
) -> Iterator[str]:
    """Those of ``headings`` of which ``passages`` hold no word."""
    there = set().union(*(stems(f"{one.title} {one.text}") for one in passages))
    for place in random.permutation(len(headings)):
        if not stems(headings[place]) & there:
            yield headings[place]


def _is_specific(title: str) -> bool:
    """Whether a heading means the same in another document: two words of content, no clause."""
    first = words(title)[0] if words(title) else ""
    clause = first in FUNCTION_WORDS and first != "the"
    return len(content_words(title)) > 1 and title[-1].isalnum() and not clause


def _pools(sentences: Sequence[Gapped]) -> dict[Sort, Pool]:
    """Dates and names by what may take their place, each with the documents that hold it."""
    pools: dict[Sort, Pool] = {}
    for sentence in sentences:
        for span in sentence.spans:
            if span.kind != NUMBER_KIND:
                pool = pools.setdefault(_sort(sentence.place, span), {})
                pool.setdefault(span.answers[0], set()).add(sentence.place.passage.document_id)
    return pools


def _sort(place: Place, span: Span) -> Sort:
    """What may take the place of what: as many words of one kind, and names led in alike."""
    before = BEFORE.search(place.quote[: span.start])
    word = before[1].lower() if before else ""
    leads = span.kind == NAME_KIND and word in FUNCTION_WORDS
    return span.asks, word if leads else "", len(span.answers[0].split())


def _swaps(
    sentence: Gapped, pools: Mapping[Sort, Pool], random: np.random.Generator
) -> Iterator[tuple[Candidate, str]]:
    """Questions that ``sentence`` gives with something put in, and what that is."""
    place = sentence.place
    for other in sentence.spans:
        gaps = [one for one in sentence.spans if one.end <= other.start or one.start >= other.end]
        for value in _strangers(place, pools.get(_sort(place, other), {}), random):
            for gap in gaps:
                yield _unanswerable(_swapped(place.quote, gap, other, value)), value


def _strangers(place: Place, pool: Pool, random: np.random.Generator) -> Iterator[str]:
    """A few of the values in ``pool`` that the document of ``place`` does not hold."""
    values = list(pool)
    for choice in random.permutation(len(values))[:STRANGERS]:
        value = values[choice]
        if place.passage.document_id not in pool[value] and value not in place.passage.text:
            yield value


def _swapped(text: str, gap: Span, other: Span, value: str) -> str:
    """The question for ``gap`` in ``text``, with ``value`` where ``other`` stands."""
    shift = len(value) - (other.end - other.start) if other.start < gap.start else 0
    moved = replace(gap, start=gap.start + shift, end=gap.end + shift)
    return with_gap(f"{text[: other.start]}{value}{text[other.end :]}", moved)


def _unanswerable(question: str) -> Candidate:
    return Candidate(question=question, kind=UNANSWERABLE, note=NOTE)


def _may_answer(candidate: Candidate, value: str, search: Search) -> bool:
    """Whether a passage holds what was put in together with much of the rest."""
    rest = content_words(candidate.question.partition("? ")[2]) - content_words(value)
    return any(
        value in flatten(hit.passage.text)
        and len(rest & content_words(hit.passage.text)) >= TOO_MUCH * len(rest)
        for hit in search(candidate.question)
    )


def _holds_all(question: str, search: Search) -> bool:
    wanted = stems(question) - stems(ask_about("", ""))
    return any(
        wanted <= stems(f"{hit.passage.title} {hit.passage.text}") for hit in search(question)
    )
