"""Rare names that passages share, whatever their titles: a person in a mail and in a list of staff.

Nothing is kept of them. The index of words tells how rare the words of a name are, and finds the
few passages that hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundwire.retrievers.analysis import build_analyser
from groundwire.retrievers.library import Library
from groundwire.retrievers.names import Mention
from groundwire.retrievers.searching import analysers_in_use

# A name whose rarest word stands in more passages than this ties nothing together.
MOST_PASSAGES = 12
# Names of one text that are looked at, names of all texts that are followed, rarest first, and
# passages that each may lead to.
MOST_NAMES, FOLLOWED, OF_ONE_NAME = 40, 16, 8
# A longer row of words with capital letters is a headline.
MOST_WORDS = 5
_WORD = re.compile(r"[^\W_]+(?:[-'\u2019][^\W_]+)*")


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


def find_rare(library: Library, texts: Sequence[Sequence[Mention]]) -> dict[str, RareName]:
    """The rarest of the names that ``texts`` mention and more than one passage may hold."""
    names = list(dict.fromkeys(one.name for text in texts for one in text[:MOST_NAMES]))
    analysers = analysers_in_use(library)
    with library.reading_words() as lexical:
        counts = dict.fromkeys(names, 0)
        for analyser in analysers:
            stands, _ = lexical.count_passages(analyser, " ".join(names))
            analyse = build_analyser(analyser).analyze
            for name in names:
                counts[name] += min((stands.get(term, 0) for term in analyse(name)), default=0)
        rare = sorted((count, name) for name, count in counts.items() if count <= MOST_PASSAGES)
        return {
            name: RareName(
                name=name,
                count=count,
                passages=[one for one, _ in lexical.search(name, OF_ONE_NAME, analysers=analysers)],
            )
            for count, name in [one for one in rare if one[0] > 1][:FOLLOWED]
        }


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
