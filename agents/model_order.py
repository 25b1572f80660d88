"""The reranker: candidates in the order in which a model finds that they matter."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.agents.hop_searcher import CHAIN, FUSED
from groundwire.agents.passage_view import asked, logit, probability, view
from groundwire.core.protocols import PassageReader
from groundwire.core.schema import Evidence, Hit

# What search adds to a passage's log odds of being relevant: nothing for the first, and less in
# proportion to how far its fused score lies below. Of 3 to 50 this keeps most of what the model
# gains on questions like those it was trained on, and loses least on others: at 6, nDCG@10 on
# closed-fiqa falls by 6 points below search alone, at 20 by 0.3.
SEARCH_WEIGHT = 20.0
# What the model's log odds of being relevant add to those of being needed, after several hops.
RELEVANT_WEIGHT = 0.3


class ModelOrder:
    """Joins what the passage reader finds relevant with what search found first."""

    def __init__(
        self, passage_reader: PassageReader, *, search_weight: float = SEARCH_WEIGHT
    ) -> None:
        self._reader = passage_reader
        self._weight = search_weight

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:
        """All of ``hits``, those that matter most first; the score is between 0 and 1."""
        readings = self._reader.read(asked(question), [view(hit.passage).text for hit in hits])
        relevant = [logit(reading.relevance) for reading in readings]
        scored = [
            Evidence(passage=hit.passage, score=score, chain=hit.chain)
            for hit, score in zip(hits, self._scores(hits, relevant), strict=True)
        ]
        # Sorting is stable: of equals the one that search preferred stays first.
        return sorted(scored, key=lambda item: -item.score)

    def _scores(self, hits: Sequence[Hit], relevant: Sequence[float]) -> list[float]:
        """After several hops by how much each is needed, if the reader finds any relevant at all.

        A collection of topics may link much that no question needs: there the model that judges
        links errs, and the reader finds nothing relevant.
        """
        both = list(zip(hits, relevant, strict=True))
        if all(CHAIN in hit.scores for hit in hits) and max(relevant, default=0.0) >= 0:
            return [probability(hit.scores[CHAIN] + RELEVANT_WEIGHT * odds) for hit, odds in both]
        found = [hit.scores.get(FUSED, hit.score) for hit in hits]
        best = max(found, default=0.0) or 1.0
        return [
            probability(odds + self._weight * (score / best - 1.0))
            for score, odds in zip(found, relevant, strict=True)
        ]
