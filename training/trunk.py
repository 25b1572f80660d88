"""The trunk that every model of ours starts from, and the pairs of texts that it reads.

The token embeddings are those of the bundled encoder, as it ships them, and stay as they are: the
models share one table, and half of the parameters need no training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel, PreTrainedModel

from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_tokens import Pair
from groundwire.models.word_table import WordTable

ENCODER = "all-MiniLM-L6-v2"


@dataclass(frozen=True, kw_only=True)
class PairBatch:
    """Pairs padded to one length; all three tensors are of shape (pairs, tokens)."""

    ids: Tensor
    types: Tensor
    mask: Tensor

    def to(self, device: str) -> PairBatch:
        """The same batch on another device."""
        return PairBatch(
            ids=self.ids.to(device), types=self.types.to(device), mask=self.mask.to(device)
        )


def load_trunk(source: Path, *, attention: str = "sdpa") -> PreTrainedModel:
    """The transformer in ``source`` without dropout, its token embeddings the shipped ones.

    Dropout is left out since an example is seldom seen more than once, and drawing its random
    numbers takes almost half of the time on a processor.
    """
    trunk: PreTrainedModel = AutoModel.from_pretrained(
        str(source),
        local_files_only=True,
        attn_implementation=attention,
        add_pooling_layer=False,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    table = WordTable(bundled_folder(ENCODER))
    rows = torch.from_numpy(table.rows(range(table.size)))
    count, width = rows.shape
    words = nn.Embedding(count, width, padding_idx=0, _weight=rows, _freeze=True)
    trunk.set_input_embeddings(words)
    return trunk


def load_tokenizer() -> Tokenizer:
    """The tokenizer of the bundled encoder."""
    return Tokenizer.from_file(str(bundled_folder(ENCODER) / "tokenizer.json"))


def pad_pairs(pairs: Sequence[Pair]) -> PairBatch:
    """``pairs`` as one batch, padded with token 0 at the end."""
    longest = max(len(pair.ids) for pair in pairs)
    ids = torch.zeros(len(pairs), longest, dtype=torch.long)
    types = torch.zeros_like(ids)
    mask = torch.zeros_like(ids)
    for row, pair in enumerate(pairs):
        length = len(pair.ids)
        ids[row, :length] = torch.tensor(pair.ids)
        types[row, pair.second : length] = 1
        mask[row, :length] = 1
    return PairBatch(ids=ids, types=types, mask=mask)


class Classifier(nn.Module):
    """Numbers from the first token's vector, through one hidden layer."""

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, width)
        self.output = nn.Linear(width, outputs)

    def forward(self, first: Tensor) -> Tensor:
        """From shape (texts, width) to (texts, outputs)."""
        logits: Tensor = self.output(nn.functional.gelu(self.hidden(first)))
        return logits
