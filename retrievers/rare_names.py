"""Rare names that passages share, whatever their titles: a person in a mail and in a list of staff.

Nothing is kept of them. The index of words tells how rare the words of a name are, and finds the
few passages that may hold it. Only scripts with capital letters have such names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundwire.retrievers.analysis import GRAMS, build_analyser
from groundwire.retrievers.lexical import LexicalIndex
from groundwire.retrievers.library import Library
from groundwire.retrievers.name_words import Mention
from groundwire.retrievers.scope import Limits
from groundwire.retrievers.searching import analysers_in_use

# A name whose rarest word stands in more passages than this ties nothing together.
MOST_PASSAGES = 12
# Names of one text that are looked at, names of all texts that are followed, rarest first, and
# passages that each may lead to.
MOST_NAMES, FOLLOWED, OF_ONE_NAME = 40, 16, 8
# A longer row of words with capital letters is a headline.
MOST_WORDS = 5
# Accents may stand behind their letter, as characters of their own.
_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u0483-\u0487])"
_WORD = re.compile(rf"(?=[^\W_]){_LETTER}+(?:[-'\u2019]{_LETTER}+)*")


@dataclass(frozen=True, kw_only=True, slots=True)
class RareName:
    """A name, in how many passages its rarest word stands, and some passages that may hold it."""

    name: str
    count: int
    passages: Sequence[int]


def names_within(text: str) -> list[Mention]:
    """Words with a capital letter or a digit, those in a row as one name; each name once."""
    found: dict[str, Mention] = {}
    for run in _runs(text):
        start, end = run[0].start(), run[-1].end()
        name = text[start:end]
        found.setdefault(name, Mention(name=name, start=start, end=end))
    return list(found.values())


def find_rare(
    library: Library, texts: Sequence[Sequence[Mention]], limits: Limits
) -> dict[str, RareName]:
    """The rarest of the names that ``texts`` mention and more than one passage may hold.

    How rare is counted in the whole library; the passages are within ``limits``.
    """
    names = list(dict.fromkeys(one.name for text in texts for one in text[:MOST_NAMES]))
    # Names of scripts without spaces have no capital letters: grams would count Latin ones twice.
    analysers = [name for name in analysers_in_use(library) if name != GRAMS]

    def look() -> dict[str, RareName]:
        with library.reading_words() as lexical:
            counts = _count(lexical, names, analysers)
            rare = sorted((n, name) for name, n in counts.items() if 1 < n <= MOST_PASSAGES)
            return {
                name: RareName(
                    name=name,
                    count=count,
                    passages=_holding(lexical, name, analysers, limits),
                )
                for count, name in rare[:FOLLOWED]
            }

    return library.reading_whole(look)


def _holding(
    lexical: LexicalIndex, name: str, analysers: Sequence[str], limits: Limits
) -> list[int]:
    found = lexical.search(
        name,
        OF_ONE_NAME,
        analysers=analysers,
        collection=limits.collection,
        documents=limits.documents,
    )
    return [one for one, _ in found]


def _count(lexical: LexicalIndex, names: Sequence[str], analysers: Sequence[str]) -> dict[str, int]:
    """In how many passages the rarest word of each name stands, whatever their language."""
    counts = dict.fromkeys(names, 0)
    for analyser in analysers:
        analyse = build_analyser(analyser).analyze
        terms = {name: analyse(name) for name in names}
        every = list(dict.fromkeys(term for own in terms.values() for term in own))
        stands = lexical.count_terms(analyser, every)
        for name, own in terms.items():
            counts[name] += min((stands[term] for term in own), default=0)
    return counts


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        joined = run and len(run) < MOST_WORDS and text[run[-1].end() : word.start()] == " "
        named = _may_be_name(word.group())
        if run and not (joined and named):
            yield run
            run = []
        if named:
            run.append(word)
    if run:
        yield run


def _may_be_name(word: str) -> bool:
    if len(word) < 2 or word.isdigit():
        return False
    return word[0].isupper() or any(map(str.isdigit, word))
