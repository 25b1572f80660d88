"""Rare names that passages share, whatever their titles: a person in a mail and in a list of staff.

Nothing is kept of them. The index of words tells how rare the words of a name are, and finds the
few passages that may hold it. Only scripts with capital letters have such names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundwire.retrievers.analysis import GRAMS, analyse_name
from groundwire.retrievers.lexical import LexicalIndex
from groundwire.retrievers.name_words import Mention
from groundwire.retrievers.scope import Limits

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
    lexical: LexicalIndex,
    texts: Sequence[Sequence[Mention]],
    limits: Limits,
    analysers: Sequence[str],
) -> dict[str, RareName]:
    """The rarest of the names that ``texts`` mention and more than one passage may hold.

    How rare is counted in the whole library; the passages are within ``limits``. ``analysers`` are
    those that its documents use.
    """
    names = list(dict.fromkeys(one.name for text in texts for one in text[:MOST_NAMES]))
    counts = _count(lexical, names, analysers)
    # A person's full name says more than the word Thursday, were it as rare.
    rare = sorted(
        (" " not in name, n, name)
        for name in names
        if 1 < (n := sum(counts[name].values())) <= MOST_PASSAGES
    )
    return {
        name: RareName(
            name=name, count=count, passages=_holding(lexical, name, list(counts[name]), limits)
        )
        for _, count, name in rare[:FOLLOWED]
    }


def _holding(
    lexical: LexicalIndex, name: str, analysers: Sequence[str], limits: Limits
) -> list[int]:
    found = lexical.search_every_word(
        name,
        OF_ONE_NAME,
        analysers=analysers,
        collection=limits.collection,
        documents=limits.documents,
    )
    return [one for one, _ in found]


def _count(
    lexical: LexicalIndex, names: Sequence[str], analysers: Sequence[str]
) -> dict[str, dict[str, int]]:
    """In how many passages the rarest word of each name stands, by the analysers that know it."""
    counts: dict[str, dict[str, int]] = {name: {} for name in names}
    left = list(names)
    # Names of scripts without spaces have no capital letters: grams would count others twice.
    for analyser in filter(GRAMS.__ne__, analysers):
        terms = {name: analyse_name(analyser, name) for name in left}
        every = list(dict.fromkeys(term for own in terms.values() for term in own))
        stands = lexical.count_terms(analyser, every)
        for name, own in terms.items():
            if count := min((stands[term] for term in own), default=0):
                counts[name][analyser] = count
        # What one language has too often needs no further counting.
        left = [name for name in left if sum(counts[name].values()) <= MOST_PASSAGES]
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
