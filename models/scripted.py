"""Readers, a verifier and small models by script: for tests and demonstrations.

They show what the steps around them make of a component that is wrong, slow or broken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from groundwire.core.findings import Judgement, Reading
from groundwire.core.protocols import FloatArray
from groundwire.core.schema import (
    Citation,
    Draft,
    Evidence,
    Sentence,
    Verdict,
)


class ScriptedReader:
    """Drafts what ``script`` gives for a question and its evidence; notes what it was asked."""

    def __init__(self, script: Callable[[str, Sequence[Evidence]], Draft]) -> None:
        self._script = script
        self.asked: list[str] = []

    def read(self, question: str, evidence: Sequence[Evidence]) -> Draft:
        """The script's draft, or the error that it raises."""
        self.asked.append(question)
        return self._script(question, evidence)


class ScriptedVerifier:
    """Gives the drafted sentences the verdicts of its script, in turn and over again."""

    def __init__(self, *verdicts: Verdict) -> None:
        self._verdicts = verdicts

    def verify(
        self,
        question: str,  # noqa: ARG002 (protocol)
        draft: Draft,
        evidence: Sequence[Evidence],  # noqa: ARG002 (protocol)
    ) -> list[Sentence]:
        """The draft's sentences; support is 1 for a supported one, 0 for every other."""
        count = len(self._verdicts)
        verdicts = [self._verdicts[place % count] for place in range(len(draft.sentences))]
        return [
            replace(sentence, verdict=verdict, support=float(verdict is Verdict.SUPPORTED))
            for sentence, verdict in zip(draft.sentences, verdicts, strict=True)
        ]


class ScriptedEntailment:
    """Finds evidence to support a sentence as probably as ``script`` says; notes what was asked.

    ``contradiction``, a script of the same kind, says how probably it contradicts it.
    """

    name = "scripted"

    def __init__(
        self,
        script: Callable[[str, str], float],
        *,
        contradiction: Callable[[str, str], float] | None = None,
    ) -> None:
        self._script = script
        self._contradiction = contradiction
        self.asked: list[tuple[str, str]] = []

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The script's probability for each pair of evidence and sentence."""
        self.asked += pairs
        return [self._script(evidence, sentence) for evidence, sentence in pairs]

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """The scripts' probabilities for each pair; without a second script, no contradiction."""
        against = self._contradiction or (lambda _evidence, _sentence: 0.0)
        return [
            Judgement(support=support, contradiction=against(*pair))
            for pair, support in zip(pairs, self.support(pairs), strict=True)
        ]


class ScriptedPassageReader:
    """Reads a text as ``script`` says, which is given question and text; notes what was asked."""

    name = "scripted"

    def __init__(self, script: Callable[[str, str], Reading]) -> None:
        self._script = script
        self.asked: list[tuple[str, str]] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """The script's reading of each text."""
        self.asked += [(question, text) for text in texts]
        return [self._script(question, text) for text in texts]


class ScriptedTermPicker:
    """Picks the words of a conversation that ``needed`` names, each with its probability.

    It notes what it was asked.
    """

    name = "scripted"

    def __init__(self, needed: Mapping[str, float]) -> None:
        self._needed = needed
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def pick(self, question: str, history: Sequence[str]) -> list[tuple[str, float]]:
        """The named words that stand in ``history``, in the order of first appearance."""
        self.asked.append((question, tuple(history)))
        said = dict.fromkeys(word.strip(".,:;?!") for text in history for word in text.split())
        return [(word, self._needed[word]) for word in said if word in self._needed]


def quote_start(question: str, evidence: Sequence[Evidence]) -> Draft:  # noqa: ARG001 (script)
    """A script that cites the first words of every passage, up to 40 characters of it."""
    return Draft(sentences=tuple(quote_part(item, 0, 40) for item in evidence))


def quote_part(item: Evidence, start: int, end: int) -> Sentence:
    """A sentence that cites characters ``start`` to ``end`` of a passage, counted within it."""
    passage = item.passage
    quote = passage.text[start:end]
    citation = Citation(
        document_id=passage.document_id,
        source=passage.source,
        title=passage.title,
        start=passage.start + start,
        end=passage.start + start + len(quote),
        quote=quote,
        page=passage.page,
        heading=passage.heading,
    )
    return Sentence(text=quote, citations=(citation,))


class ScriptedChainScorer:
    """Scores candidates by a weight for each of some ``features``, and a bias."""

    def __init__(
        self, features: Sequence[str], weights: Mapping[str, float], *, bias: float = 0.0
    ) -> None:
        self._weights = np.array([weights.get(name, 0.0) for name in features], dtype=np.float32)
        self._bias = bias

    @property
    def name(self) -> str:
        """Always the same."""
        return "scripted-chains"

    def score(self, rows: FloatArray) -> FloatArray:
        """The weighted sum of each row."""
        scored: FloatArray = rows @ self._weights + np.float32(self._bias)
        return scored
