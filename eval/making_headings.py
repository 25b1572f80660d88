"""Questions from headings: what a section says, and what a table gives in a column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from groundwire.core.schema import Passage
from groundwire.eval.making_sentences import POINTING, flatten, stands_alone
from groundwire.eval.making_words import content_words, is_english, words
from groundwire.eval.proposals import Candidate, Place
from groundwire.retrievers import sentence_spans

HEADING_KIND, ROW_KIND = "heading", "table-row"
# A longer section says several things, and which of them is asked for could not be told.
MOST_SENTENCES = 3
LONGEST_ANSWER = 25
# Letters that words of one family mostly share: "fare", "fares".
STEM = 5
# The path of headings down to a passage.
BETWEEN = " > "
NUMBER = re.compile(r"^(?:#+\s*)?(?:\d+(?:\.\d+)*[.)]?\s+)?")
YES_NO = re.compile(r"(Yes|No)\b")
# A row of a table as it is written in a document's text: "Item: Oak; Price: 12.50".
ROW = re.compile(r"^[^:;\n|]{1,60}: [^;\n]+(?:; [^:;\n|]{1,60}: [^;\n]+)+$", re.MULTILINE)


def heading_candidates(passage: Passage) -> Iterator[Candidate]:
    """The question that the heading of ``passage`` is, or what is said under it."""
    title = heading_title(passage)
    body = sentence_spans(passage.text)[1:]
    if not title or not body:
        return
    if title.endswith(("?", "？")):  # noqa: RUF001
        yield from _asked_by_heading(passage, title, body)
    elif len(body) <= MOST_SENTENCES:
        yield from _said_under_heading(passage, title, body)


def heading_title(passage: Passage) -> str:
    """The heading that ``passage`` begins with, without its number; empty if there is none."""
    first = flatten(passage.text.strip().split("\n", 1)[0])
    own = (passage.heading or "").rsplit(BETWEEN, 1)[-1]
    return NUMBER.sub("", own) if own and first.endswith(flatten(own)) else ""


def ask_about(title: str, heading: str) -> str:
    """What a document says under a heading, as a question."""
    return f"What does “{flatten(title)}” say about “{heading}”?"


def stems(text: str) -> set[str]:
    """The beginnings of the content words of ``text``."""
    return {word[:STEM] for word in content_words(text)}


def _asked_by_heading(
    passage: Passage, title: str, body: Sequence[tuple[int, int]]
) -> Iterator[Candidate]:
    found = words(title)
    if len(found) < 4 or found[0] in ("and", "but", "or", "so") or POINTING.intersection(found):
        return
    start, end = body[0]
    if len(words(passage.text[start:end])) < 2 and len(body) > 1:
        end = body[1][1]  # "No." alone is no evidence of what it denies
    yield from _answered(passage, title, (start, end))


def _said_under_heading(
    passage: Passage, title: str, body: Sequence[tuple[int, int]]
) -> Iterator[Candidate]:
    """Asked only where one sentence alone takes up the words of the heading."""
    fitting = [span for span in body if stems(title) & stems(passage.text[slice(*span)])]
    named = is_english(passage.text) and flatten(passage.title) != title
    if named and len(fitting) == 1 and stands_alone(passage.text[slice(*fitting[0])]):
        yield from _answered(passage, ask_about(passage.title, title), fitting[0])


def _answered(passage: Passage, question: str, span: tuple[int, int]) -> Iterator[Candidate]:
    answer = passage.text[slice(*span)].rstrip(" .。")
    decided = YES_NO.match(answer)
    answers = (answer,) if decided is None else tuple(dict.fromkeys([decided[1], answer]))
    if 0 < len(words(answer)) <= LONGEST_ANSWER:
        place = Place(passage=passage, start=span[0], end=span[1])
        yield Candidate(question=question, kind=HEADING_KIND, answers=answers, place=place)


def first_cells(passages: Iterable[Passage]) -> Counter[tuple[str, str]]:
    """How many rows of tables begin with each name and value."""
    rows = (row for passage in passages for row in ROW.finditer(passage.text))
    return Counter(_cells(row)[0] for row in rows)


def row_candidates(passage: Passage, firsts: Counter[tuple[str, str]]) -> Iterator[Candidate]:
    """What the rows of a table in ``passage`` give in their columns.

    ``firsts`` are the first cells in its document: a row is asked for by its own, so no other
    row there may begin with it.
    """
    for row in ROW.finditer(passage.text):
        place = Place(passage=passage, start=row.start(), end=row.end())
        first, *others = _cells(row)
        if firsts[first] == 1 and words(first[1]):
            asked = [pair for pair in others if words(pair[0]) and _tells(pair[1])]
            yield from (_ask_row(place, label, first[1], value) for label, value in asked)


def _tells(value: str) -> bool:
    """Whether a cell holds more than a mark, a tick or nothing."""
    return bool(content_words(value)) and value.lower() not in ("yes", "no")


def _cells(row: re.Match[str]) -> list[tuple[str, str]]:
    """Names and values of a row."""
    pairs = (part.partition(": ") for part in row.group().split("; "))
    return [(label.strip(), value.strip()) for label, _, value in pairs]


def _ask_row(place: Place, label: str, first: str, value: str) -> Candidate:
    title = flatten(place.passage.title)
    return Candidate(
        question=f"What does “{title}” give as “{label}” for “{first}”?",
        kind=ROW_KIND,
        answers=(value,),
        place=place,
    )
