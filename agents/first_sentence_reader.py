"""The cheap reader that others are measured against: the first sentence of the best passage."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.agents.sentence_reader import cite, find_candidates
from groundwire.agents.short_answer import find_short_answer
from groundwire.core.schema import Draft, Evidence


class FirstSentenceReader:
    """Asks no model: what an answer is worth that hardly looks at the question."""

    def read(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """The first sentence that states something, from the best passage that has one."""
        for item in evidence:
            for candidate in find_candidates(item):
                short = find_short_answer(question, candidate.text)
                return Draft(sentences=(cite(candidate),), short_answer=short)
        return Draft()
