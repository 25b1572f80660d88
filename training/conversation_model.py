"""The term classifier: for every token of a conversation, whether the question leaves it out."""

from __future__ import annotations

from torch import Tensor, nn
from transformers import PreTrainedModel

from groundwire.training.trunk import PairBatch


class TermModel(nn.Module):
    """A trunk with one number a token.

    As in "Query Resolution for Conversational Search with Limited Supervision" the question is
    read together with what was said before it.
    """

    def __init__(self, trunk: PreTrainedModel) -> None:
        super().__init__()
        self.trunk = trunk
        self.term = nn.Linear(trunk.config.hidden_size, 1)

    def forward(self, batch: PairBatch) -> Tensor:
        """Logits of shape (pairs, tokens); those of padding and of the question mean nothing."""
        hidden = self.trunk(
            input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask
        ).last_hidden_state
        logits: Tensor = self.term(hidden).squeeze(-1).float()
        return logits
