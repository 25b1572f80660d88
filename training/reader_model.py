"""The ranker-reader: one pass over question and passage gives relevance, answer span and more."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from groundwire.training.trunk import Classifier, PairBatch

# What the first token's numbers say of a passage, in their order.
OUTPUTS = ("relevant", "answers", "span", "yes", "no")


class Reading(NamedTuple):
    """Logits: ``start`` and ``end`` of shape (pairs, tokens), ``whole`` (pairs, OUTPUTS)."""

    start: Tensor
    end: Tensor
    whole: Tensor


class ReaderModel(nn.Module):
    """A trunk with a span head and a head for the passage as a whole.

    As in "Dense Passage Retrieval for Open-Domain Question Answering" one model selects the
    passage and its span; a span that begins and ends at the first token says that there is none,
    as in "BERT: Pre-training of Deep Bidirectional Transformers".
    """

    def __init__(self, trunk: PreTrainedModel) -> None:
        super().__init__()
        self.trunk = trunk
        width = trunk.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.whole = Classifier(width, len(OUTPUTS))

    def forward(self, batch: PairBatch) -> Reading:
        """Logits of a padded batch; those of padding are the lowest number."""
        hidden = self.trunk(
            input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask
        ).last_hidden_state
        # A span stands in the second text; the first token stands for none.
        allowed = (batch.types == 1) & (batch.mask == 1)
        allowed[:, 0] = True
        spans = self.span(hidden).float()
        spans = spans.masked_fill(~allowed.unsqueeze(-1), torch.finfo(torch.float32).min)
        return Reading(
            start=spans[..., 0], end=spans[..., 1], whole=self.whole(hidden[:, 0]).float()
        )
