"""Rows of tables that answer a question for a list: all that it says stands in them.

A row is written as it stands in a document's canonical text: "Supplier: Oak; Town: Tarn".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from groundwire.agents.listings import Listed, one_of
from groundwire.agents.sentence_reader import Candidate, find_candidates
from groundwire.agents.short_answer import FIELD
from groundwire.core.schema import Evidence
from groundwire.retrievers import cut_words

# What says nothing of the things that are asked for. Words such as "not" or "before" are missing
# here on purpose: no row says them, and so none answers.
_NO_CONTENT = (
    "which what who whose how many list name enumerate give me please all the a an of in at on as "
    "from by with for to is are was were be been did do does have has had that there their its"
)
# Asked for so, a thing is what the first field of its row names, if it is a column of names.
_ANYONE = frozenset(("person", "member", "employee", "colleague"))
_OF_NAMES = frozenset(("name", "full name"))
# A number is none of the things, and neither is their sum.
_NAMES = re.compile(r"(?!(?:sub)?totals?\b|sum\b)[^\W\d_]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row that answers: the field that is asked for, and all of the row."""

    item: str
    sentence: Candidate


def find_rows(listed: Listed, evidence: Evidence) -> Iterator[Row]:
    """The rows of a passage that fit the question, in their order.

    Each word of the question that means something must stand in the row, in the names of its
    columns, or above it, and values only count as a whole.
    """
    above = _stems(f"{evidence.passage.title} {evidence.passage.heading or ''}")
    for candidate in find_candidates(evidence):
        fields = [(label, value.strip()) for label, value in FIELD.findall(candidate.text)]
        item = _answer(listed, fields, above) if len(fields) > 1 else None
        if item:
            yield Row(item=item, sentence=candidate)


def _answer(listed: Listed, fields: list[tuple[str, str]], above: frozenset[str]) -> str | None:
    noun = _in_order(listed.noun)
    place = _place_of_item(noun, fields)
    if place is None or not _NAMES.match(fields[place][1]):
        return None
    asked = _stems(listed.text) - _stems(_NO_CONTENT) - {noun[-1]}
    others = [field for at, field in enumerate(fields) if at != place]
    fitting = _fitting(others, asked, noun)
    told = above.union(*(_stems(label) for label, _ in fields), *map(_stems, fitting))
    fits = asked <= told and (fitting or not asked - above)
    return fields[place][1] if fits else None


def _fitting(fields: list[tuple[str, str]], asked: frozenset[str], noun: list[str]) -> list[str]:
    """The values that the question says; where it names a column, those that stand in it."""
    named = [field for field in fields if _stems(field[0]) & asked] or fields
    return [value for _, value in named if _stems(value) <= asked or _is_one(value, noun)]


def _place_of_item(noun: list[str], fields: list[tuple[str, str]]) -> int | None:
    """Which field names the thing: the one that is called so, or the first one of what is one."""
    for place, (label, _) in enumerate(fields):
        if noun[-1] in _stems(label):
            return place
    is_anyone = noun[-1] in _ANYONE and fields[0][0].casefold() in _OF_NAMES
    says_so = any(_is_one(value, noun) for _, value in fields[1:])
    return 0 if is_anyone or says_so else None


def _is_one(value: str, noun: list[str]) -> bool:
    """Whether a value says that its row is one: "Senior skipper" is a skipper."""
    return _in_order(value)[-len(noun) :] == noun


def _in_order(text: str) -> list[str]:
    return [one_of(word.folded) for word in cut_words(text)]


def _stems(text: str) -> frozenset[str]:
    return frozenset(_in_order(text))
