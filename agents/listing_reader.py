"""Reading for a list or a count: every passage is read alone, and what they say is put together.

A passage or a row that answers by itself is a record with the sentence it rests on, and records are
listed or counted, after "Database Reasoning Over Text": its operator reads small support sets of
facts, here single passages and rows, and leaves the aggregation to what is no model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from groundwire.agents.aggregation import FEWEST, aggregate
from groundwire.agents.listings import Listed, find_listed
from groundwire.agents.passage_view import View, view
from groundwire.agents.sentence_reader import Candidate, cite, find_candidates, states_something
from groundwire.agents.short_answer import FIELD, NUMBER_WORD
from groundwire.agents.span_reader import Found, body_of, sentence_around
from groundwire.agents.step_reader import Stepped
from groundwire.agents.table_rows import find_rows
from groundwire.core.findings import Reading
from groundwire.core.protocols import PassageReader, Reader, Verifier
from groundwire.core.schema import Aggregation, Draft, Evidence, Passage, Step, Verdict
from groundwire.retrievers import cut_words

# Passages that are read alone, and things of one answer.
MOST_READ, MOST_ITEMS = 20, 30
# How probably a passage must answer to be a record. Between 0.3 and 0.7 it hardly matters, as the
# verifier judges records too: measured on films by their directors in 2WikiMultihopQA.
ANSWERS = 0.5
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_ARTICLE = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)
_NUMBER = re.compile(rf".*(?:\d|\b{NUMBER_WORD}\b)", re.IGNORECASE | re.DOTALL)
# Several things of one sentence: "Oak, Birch and Elm", "Oak and Elm".
_PART = r"[A-Z\d\u00c0-\u00de][^,;]*?"
_SEVERAL = re.compile(rf"[^\n]+,\s[^\n]+|{_PART}\s(?:and|or|&)\s(?:the\s)?{_PART}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What one passage or row says: one of the things, and the sentence that says so."""

    item: str
    sentence: Candidate


class ListingReader:
    """Reads passages one by one with the model that also reads them together.

    ``reader`` and ``verifier`` say whether one passage tells it all; ``read`` is how many passages
    they are given.
    """

    def __init__(
        self, passage_reader: PassageReader, reader: Reader, verifier: Verifier, *, read: int
    ) -> None:
        self._passage_reader = passage_reader
        self._reader = reader
        self._verifier = verifier
        self._best = read

    def read(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> Stepped | None:
        """The records that ``evidence`` holds for a list or a count.

        None if ``question`` asks for none, one sentence tells it, or fewer than two things are
        found. ``goes_on`` is asked before reading.
        """
        listed = find_listed(question)
        if not listed or not goes_on():
            return None
        records = [*self._rows(listed, evidence), *self._passages(listed, evidence)]
        steps, cited = _merge(listed, records)
        if len(steps) < FEWEST or self._is_told(question, listed, evidence[: self._best]):
            return None
        return Stepped(
            answer=aggregate(listed.aggregation, steps),
            steps=steps,
            evidence=cited,
            aggregation=listed.aggregation,
        )

    def _rows(self, listed: Listed, evidence: Sequence[Evidence]) -> Iterator[Record]:
        for item in evidence[:MOST_READ]:
            for row in find_rows(listed, item):
                yield Record(item=row.item, sentence=row.sentence)

    def _passages(self, listed: Listed, evidence: Sequence[Evidence]) -> Iterator[Record]:
        read = evidence[:MOST_READ] if listed.in_prose else []
        views = [view(item.passage) for item in read]
        readings = self._passage_reader.read(listed.question, [one.text for one in views])
        for item, one, reading in zip(read, views, readings, strict=True):
            if reading.answers >= ANSWERS and reading.spans:
                record = _record(listed, item, reading, one)
                if record:
                    yield record

    def _is_told(self, question: str, listed: Listed, evidence: Sequence[Evidence]) -> bool:
        """Whether a sentence that is supported tells the number, or several things at once.

        It is believed whatever records there are: of numbers of films that less sure sentences
        told, a count put 5 for 127 and 2 for 47, since few of the films had a passage.
        """
        read = self._reader.read(question, evidence)
        tells = _NUMBER if listed.aggregation is Aggregation.COUNT else _SEVERAL
        if not read.sentences or not tells.match(read.short_answer or ""):
            return False
        alone = Draft(sentences=read.sentences[:1], short_answer=read.short_answer)
        (told,) = self._verifier.verify(question, alone, evidence)
        return told.verdict is Verdict.SUPPORTED


def _record(listed: Listed, item: Evidence, reading: Reading, shown: View) -> Record | None:
    """What a passage says of its own subject, if that is one of the things that are asked for."""
    best = reading.spans[0]
    name = _subject(item.passage, shown.text[best.start : best.end])
    if not name or _words(_bare(name)) <= _words(listed.question):
        return None
    found = Found(
        evidence=item,
        reading=reading,
        start=max(best.start - shown.offset, body_of(item)),
        end=best.end - shown.offset,
        span_score=best.score,
        score=best.score,
    )
    sentence: Candidate | None = sentence_around(found) if found.start < found.end else None
    # What a passage is about may stand above it alone, or in a heading.
    if not sentence or not states_something(sentence.text):
        sentence = _nearest(listed.question, item)
    is_row = sentence and len(FIELD.findall(sentence.text)) > 1
    return None if is_row or not sentence else Record(item=name, sentence=sentence)


def _subject(passage: Passage, span: str) -> str | None:
    """The heading or title that ``span`` is a part of, or that is a part of it."""
    said = _words(span)
    for name in ((passage.heading or "").split(" > ")[-1], passage.title):
        words = _words(_bare(name))
        if words and said and (said <= words or words <= said):
            return name
    return None


def _bare(name: str) -> str:
    """A name without what tells it from others: "Moonstone (1951 film)"."""
    return _IN_BRACKETS.sub("", name)


def _nearest(question: str, item: Evidence) -> Candidate | None:
    """The sentence of a passage that shares most words with the question, the first of them."""
    own = _words(question)
    return max(find_candidates(item), key=lambda one: len(own & _words(one.text)), default=None)


def _merge(
    listed: Listed, records: Sequence[Record]
) -> tuple[tuple[Step, ...], tuple[Evidence, ...]]:
    """A step for each thing, by its first record, and the passages they cite."""
    steps: dict[str, Step] = {}
    cited: dict[tuple[str, int], Evidence] = {}
    for record in records:
        (citation,) = cite(record.sentence).citations
        name = _ARTICLE.sub("", record.item, count=1)
        key = " ".join(word.folded for word in cut_words(name))
        if key and key not in steps and len(steps) < MOST_ITEMS:
            steps[key] = Step(question=listed.question, answer=record.item, citation=citation)
            passage = record.sentence.evidence.passage
            cited[passage.document_id, passage.start] = record.sentence.evidence
    return tuple(steps.values()), tuple(cited.values())


def _words(text: str) -> set[str]:
    return {word.folded for word in cut_words(text)}
