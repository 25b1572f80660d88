"""Questions with a gap: a sentence of the documents from which a date, number or name is taken.

They are honest where a rule can write no good English: nothing is said that is not in the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from groundwire.core.schema import Passage
from groundwire.eval.making_sentences import flatten, lone_sentences
from groundwire.eval.making_spans import Span, find_spans
from groundwire.eval.making_words import Vocabulary, content_words, is_english
from groundwire.eval.proposals import Candidate, Place

GAP = "____"
# Words that must stand around a gap, and rare ones among them, so that it means one thing alone.
CONTENT_WORDS, RARE_WORDS = 5, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Gapped:
    """A sentence, and the spans in it that could be asked for."""

    place: Place
    spans: tuple[Span, ...]


def gapped_sentences(passages: Sequence[Passage], vocabulary: Vocabulary) -> Iterator[Gapped]:
    """The sentences of ``passages`` that stand alone and hold something to ask for."""
    for passage in passages:
        for place in lone_sentences(passage):
            if spans := tuple(find_spans(place.quote, vocabulary)):
                yield Gapped(place=place, spans=spans)


def cloze_candidates(sentence: Gapped, vocabulary: Vocabulary) -> Iterator[Candidate]:
    """The questions with a gap that ``sentence`` gives."""
    text = sentence.place.quote
    for span in sentence.spans:
        around = text[: span.start] + text[span.end :]
        enough = len(content_words(around)) >= CONTENT_WORDS
        if enough and len(vocabulary.rare_words(around)) >= RARE_WORDS:
            yield Candidate(
                question=with_gap(text, span),
                kind=span.kind,
                answers=span.answers,
                place=sentence.place,
            )


def with_gap(text: str, span: Span) -> str:
    """``text`` with a gap for ``span``; an English one is led in by what is asked for."""
    # No text has this character, so the gap survives what is done to the marks of emphasis.
    open_text = flatten(f"{text[: span.start]}\x00{text[span.end :]}").replace("\x00", GAP)
    return f"{span.asks} fills the gap? {open_text}" if is_english(text) else open_text
