"""The bundled term classifier: it picks the words that a conversation's question leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groundwire.models.conversation_words import ConversationText, fold, fold_all, lay_out
from groundwire.models.pair_graph import PairGraph
from groundwire.models.pair_tokens import make_pair

# The output, and what its logits are scaled as.
TERMS = "terms"
# Of a longer question the first characters are enough: they fill what is read of it.
MOST_QUESTION = 2000


class TermClassifier:
    """Reads question and conversation together; every word gets a probability.

    After "Query Resolution for Conversational Search with Limited Supervision". A word has the
    probability of its first token, and of its places the highest. Raises ModelError as PairGraph
    does.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        self.graph = PairGraph(folder, outputs=(TERMS,), threads=threads)

    @property
    def name(self) -> str:
        """Identity of model, weights and calibration."""
        return self.graph.name

    def pick(self, question: str, history: Sequence[str]) -> list[tuple[str, float]]:
        """Words of ``history`` that ``question`` lacks, each with the probability it is needed.

        What stands too far back to be read is left out, as are words without a meaning of their
        own. Each word once, as it stands first, in the order of first appearance.
        """
        said = lay_out(history)
        known = fold_all(question[:MOST_QUESTION])
        highest: dict[str, tuple[str, float]] = {}
        for text, logit in self._logits(question[:MOST_QUESTION], said):
            key = fold(text)
            if key not in known:
                form, before = highest.get(key, (text, logit))
                highest[key] = form, max(before, logit)
        scaling = self.graph.scaling(TERMS)
        return [(form, scaling.probability(logit)) for form, logit in highest.values()]

    def _logits(self, question: str, said: ConversationText) -> list[tuple[str, float]]:
        """The words of ``said`` that are read, in their order, each with its logit."""
        if not said.words:
            return []
        pair = make_pair(*self.graph.encode([question, said.text]), most=self.graph.max_tokens)
        (outputs,) = self.graph.run([pair])
        tokens = {start: pair.second + place for place, (start, _) in enumerate(pair.spans)}
        return [
            (word.text, float(outputs[TERMS][tokens[word.start]]))
            for word in said.words
            if word.start in tokens
        ]
