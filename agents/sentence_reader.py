"""The first local reader: verbatim sentences, chosen by the encoder and by the words they share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from groundwire.agents.short_answer import find_short_answer
from groundwire.core.protocols import Encoder
from groundwire.core.schema import Citation, Draft, Evidence, Passage, Sentence
from groundwire.retrievers import UNSPACED, TermWeights, sentence_spans

# Shares of the three signals in a sentence's score. On half of the squad-open articles a fitted
# logistic regression over ten signals picked the right sentence no more often.
NEARNESS, COVERAGE, PASSAGE = 0.5, 0.4, 0.1
# A further sentence must come this near to the best one, or it is about something else.
NEAR_BEST = 0.92
# In characters. A scrap says nothing, and what is longer was not written as a sentence.
SHORTEST, SHORTEST_UNSPACED, LONGEST = 15, 6, 700
FEWEST_WORDS = 4
WORD = re.compile(r"\w+")
# Where a third of a text is web addresses, it is a reference.
ADDRESS = re.compile(r"\S*://\S*")
# Blanks, and what opens the item of a list: it is no part of the sentence.
BEFORE_WORDS = re.compile(r"\s*(?:(?:[-*+\u2022]|\d{1,2}[.)])\s+)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A sentence of a passage; ``start`` and ``end`` count in the document's canonical text."""

    evidence: Evidence
    start: int
    end: int
    text: str


class SentenceReader:
    """Reads with the encoder that also searches; writes nothing of its own."""

    def __init__(
        self,
        encoder: Encoder,
        weigh: Callable[[str], TermWeights],
        *,
        sentences: int,
    ) -> None:
        self._encoder = encoder
        self._weigh = weigh
        self._most = sentences

    def read(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """The sentences of ``evidence`` that best answer ``question``, the best one first."""
        candidates = [one for item in evidence for one in find_candidates(item)]
        if not candidates:
            return Draft()
        scores = self._score(question, candidates)
        order = sorted(range(len(candidates)), key=lambda place: (-scores[place], place))
        chosen: dict[str, Candidate] = {}
        for place in order:
            # The best one counts even where its score is below 0.
            is_far = bool(chosen) and scores[place] < NEAR_BEST * scores[order[0]]
            if is_far or len(chosen) == self._most:
                break
            chosen.setdefault(candidates[place].text, candidates[place])
        sentences = tuple(cite(candidate) for candidate in chosen.values())
        return Draft(
            sentences=sentences, short_answer=find_short_answer(question, sentences[0].text)
        )

    def _score(self, question: str, candidates: Sequence[Candidate]) -> list[float]:
        terms = self._weigh(question)
        wanted = self._encoder.encode([question])[0]
        vectors = self._encoder.encode([candidate.text for candidate in candidates])
        best = max(candidate.evidence.score for candidate in candidates) or 1.0
        return [
            NEARNESS * float(near)
            + COVERAGE * terms.coverage(f"{_context(candidate)} {candidate.text}")
            + PASSAGE * candidate.evidence.score / best
            for near, candidate in zip(vectors @ wanted, candidates, strict=True)
        ]


def find_candidates(item: Evidence) -> Iterator[Candidate]:
    """The sentences of a passage that may answer something, in their order."""
    text, body = item.passage.text, _after_title(item.passage)
    for start, end in ((body + start, body + end) for start, end in sentence_spans(text[body:])):
        lead = BEFORE_WORDS.match(text, start, end)
        first = lead.end() if lead else start
        own = text[first:end].rstrip()
        if states_something(own):
            first += item.passage.start
            yield Candidate(evidence=item, start=first, end=first + len(own), text=own)


def _after_title(passage: Passage) -> int:
    """Where the text of a passage begins that opens with its own title, which answers nothing."""
    line = f"{passage.title}\n"
    return len(line) if passage.title and passage.text.startswith(line) else 0


def states_something(text: str) -> bool:
    """Whether ``text`` may answer anything: no heading, question, reference or scrap."""
    if len(text) > LONGEST or text.startswith("#") or text.endswith(("?", "\uff1f")):
        return False
    if 3 * sum(map(len, ADDRESS.findall(text))) > len(text):
        return False
    # Words of these scripts are not told apart by blanks, and need few characters.
    if UNSPACED.search(text):
        return len(text) >= SHORTEST_UNSPACED
    return len(text) >= SHORTEST and len(WORD.findall(text)) >= FEWEST_WORDS


def _context(candidate: Candidate) -> str:
    passage = candidate.evidence.passage
    return f"{passage.title} {passage.heading or ''}"


def cite(candidate: Candidate) -> Sentence:
    """The sentence, citing itself."""
    passage = candidate.evidence.passage
    citation = Citation(
        document_id=passage.document_id,
        source=passage.source,
        title=passage.title,
        start=candidate.start,
        end=candidate.end,
        quote=candidate.text,
        page=passage.page,
        heading=passage.heading,
    )
    return Sentence(text=candidate.text, citations=(citation,))
