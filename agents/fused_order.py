"""The first reranker: it keeps the order of the fusion. Trained models take its place later."""

from __future__ import annotations

from collections.abc import Sequence

from groundwire.core.schema import Evidence, Hit


class FusedOrder:
    """Evidence in the order in which hybrid search found it."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:  # noqa: ARG002 (protocol)
        """All of ``hits``, in their order, with the fused score."""
        return [Evidence(passage=hit.passage, score=hit.score, chain=hit.chain) for hit in hits]
