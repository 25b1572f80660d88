"""Weights that ship can be gone on from: back in torch they compute what the graph computes."""

from pathlib import Path

import pytest
import torch

from groundwire.core.errors import ModelError
from groundwire.models import load_passage_reader
from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_tokens import encode_texts, make_pair
from groundwire.training.packaged import packaged_model
from groundwire.training.reader import MOST_TOKENS
from groundwire.training.reader_model import ReaderModel
from groundwire.training.shipped import shipped_weights, start_weights
from groundwire.training.trunk import load_tokenizer, load_trunk, pad_pairs

QUESTION = "When did the harbour of Tarnholm open?"
TEXTS = [
    "Tarnholm\nThe harbour of Tarnholm opened in 1921. It has room for 48 boats.",
    "Bees\nBees fly up to three kilometres from their hive.",
]


@pytest.fixture(scope="module")
def model() -> ReaderModel:
    return ReaderModel(load_trunk(packaged_model())).eval()


def test_torch_finds_what_the_shipped_graph_finds(model: ReaderModel) -> None:
    weights = start_weights(bundled_folder("reader"), model)
    trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert set(weights) == trained
    model.load_state_dict(weights, strict=False)
    tokenizer = load_tokenizer()
    question, *texts = encode_texts(tokenizer, [QUESTION, *TEXTS])
    batch = pad_pairs([make_pair(question, text, most=MOST_TOKENS) for text in texts])
    with torch.no_grad():
        relevance = torch.sigmoid(model(batch).whole[:, 0]).tolist()
    shipped = [one.relevance for one in load_passage_reader().read(QUESTION, TEXTS)]
    assert relevance == pytest.approx(shipped, abs=0.05)
    assert shipped[0] > 0.8
    assert shipped[1] < 0.2


def test_another_kind_of_model_is_refused_by_name(model: ReaderModel) -> None:
    with pytest.raises(ModelError, match="entailment"):
        shipped_weights(bundled_folder("entailment"), model)


def test_a_folder_without_a_model_is_refused_by_name(model: ReaderModel, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=str(tmp_path)):
        start_weights(tmp_path, model)
