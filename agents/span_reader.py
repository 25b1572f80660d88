"""The local reader: the sentences that hold the likeliest answer, and its span for a short answer.

All it says is verbatim: a trained model points at the span, and the sentence around it is cited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from groundwire.agents.passage_view import asked, logit, view
from groundwire.agents.sentence_reader import BEFORE_WORDS, Candidate, cite
from groundwire.agents.short_answer import (
    FIELD,
    asks_yes_no,
    find_short_answer,
    without_marks,
)
from groundwire.core.findings import Reading
from groundwire.core.protocols import PassageReader
from groundwire.core.schema import (
    Draft,
    Evidence,
)
from groundwire.retrievers import sentence_spans

# Shares of two log odds of the passage beside the span's own score: that it answers, and that it
# matters, as it was ranked. Chosen on samples of squad-open, nq-oracle-closed and the questions of
# the multi-hop tasks that are for training; between 0.5 and 1 the second hardly changes anything.
ANSWERS, RELEVANCE = 1.0, 0.7
# A further sentence whose score lies this much lower is about something else.
NEAR_BEST = 1.5
# Spans looked at in each passage.
SPANS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A span in a passage, in characters of the passage's text.

    ``span_score`` is the passage reader's own; ``score`` counts the passage in.
    """

    evidence: Evidence
    reading: Reading
    start: int
    end: int
    span_score: float
    score: float

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.evidence.passage.text[self.start : self.end]


class SpanReader:
    """Reads with the model that also ranked: one pass over a passage serves both."""

    def __init__(self, passage_reader: PassageReader, *, sentences: int) -> None:
        self._reader = passage_reader
        self._most = sentences

    def read(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """The sentences around the best spans of ``evidence``, the best one first."""
        found = find_spans(self._reader, question, evidence)
        chosen: dict[str, Candidate] = {}
        for span in found:
            if span.score < found[0].score - NEAR_BEST or len(chosen) == self._most:
                break
            sentence = sentence_around(span)
            chosen.setdefault(sentence.text, sentence)
        if not chosen:
            return Draft()
        return Draft(
            sentences=tuple(cite(candidate) for candidate in chosen.values()),
            short_answer=short_answer(question, found[0]),
        )


def find_spans(reader: PassageReader, question: str, evidence: Sequence[Evidence]) -> list[Found]:
    """The likeliest spans over all of ``evidence``, the best one first."""
    views = [view(item.passage) for item in evidence]
    readings = reader.read(asked(question), [one.text for one in views])
    found = [
        span
        for item, one, reading in zip(evidence, views, readings, strict=True)
        for span in _spans_of(item, reading, one.offset)
    ]
    return sorted(found, key=lambda span: -span.score)


def _spans_of(item: Evidence, reading: Reading, offset: int) -> Iterator[Found]:
    passed = ANSWERS * logit(reading.answers) + RELEVANCE * logit(item.score)
    body = body_of(item)
    found = (
        Found(
            evidence=item,
            reading=reading,
            start=span.start - offset,
            end=span.end - offset,
            span_score=span.score,
            score=span.score + passed,
        )
        for span in reading.spans
    )
    # What stands in the title names the subject; it is no sentence to cite.
    inside = (span for span in found if span.start >= body and span.text.strip())
    yield from islice((span for span in inside if _states_something(span)), SPANS)


def body_of(item: Evidence) -> int:
    """Where the text of a passage begins that opens with its own title."""
    line = f"{item.passage.title}\n"
    return len(line) if item.passage.title and item.passage.text.startswith(line) else 0


def _states_something(span: Found) -> bool:
    """Whether a span stands in a sentence: headings and questions answer nothing."""
    text = sentence_around(span).text
    return not text.startswith("#") and not text.endswith(("?", "\uff1f"))


def sentence_around(span: Found) -> Candidate:
    """The sentence that holds a span, or all that it touches, without the mark of a list before."""
    passage, body = span.evidence.passage, body_of(span.evidence)
    spans = [(body + start, body + end) for start, end in sentence_spans(passage.text[body:])]
    touched = [place for place in spans if place[0] < span.end and place[1] > span.start]
    start = min([span.start, *(place[0] for place in touched)])
    end = max([span.end, *(place[1] for place in touched)])
    lead = BEFORE_WORDS.match(passage.text, start, end)
    if lead and lead.end() <= span.start:
        start = lead.end()
    text = passage.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    return Candidate(
        evidence=span.evidence,
        start=passage.start + start,
        end=passage.start + start + len(text),
        text=text,
    )


def short_answer(question: str, span: Found) -> str:
    """The span's characters; yes or no where that is asked and the model finds it."""
    if asks_yes_no(question):
        return "Yes" if span.reading.yes >= span.reading.no else "No"
    sentence = sentence_around(span).text
    # In a row of a table labels and values stand side by side, which prose never taught the model.
    if len(FIELD.findall(sentence)) > 1:
        return find_short_answer(question, sentence)
    return without_marks(span.text)
