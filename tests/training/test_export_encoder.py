from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from groundwire.core.errors import ModelError
from groundwire.core.settings import EncoderSettings
from groundwire.models.encoders import load_encoder
from groundwire.models.manifest import bundled_folder
from groundwire.models.onnx_encoder import OnnxEncoder
from groundwire.models.word_table import WordTable

if any(importlib.util.find_spec(name) is None for name in ("torch", "onnxscript")):
    pytest.skip("the extra models is not installed", allow_module_level=True)

import torch
from transformers import BertConfig, BertModel

from groundwire.training.export_encoder import NAME, export_encoder, main
from groundwire.training.packaged import packaged_model

pytestmark = [
    # torch's exporter and onnxscript warn about one another's interfaces
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
TEXTS = ["The mill was built in 1874.", "Ferries leave every forty minutes.", "", "one " * 60]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the same kind with two small layers of random weights."""
    folder = tmp_path_factory.mktemp("source")
    ignored = shutil.ignore_patterns("model.safetensors", "config.json", "vocab.txt")
    shutil.copytree(packaged_model(), folder, ignore=ignored, dirs_exist_ok=True)
    shutil.copytree(packaged_model() / "1_Pooling", folder / "1_Pooling", dirs_exist_ok=True)
    torch.manual_seed(7)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertModel(config).save_pretrained(folder)
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 48}')
    return folder


@pytest.fixture(scope="module")
def exported(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_encoder(source, tmp_path_factory.mktemp("target"), name="small")


def test_the_exported_model_gives_the_vectors_of_its_source(source: Path, exported: Path) -> None:
    encoder = OnnxEncoder(exported)
    original = load_encoder(EncoderSettings(model=str(source)))
    cosines = (encoder.encode(TEXTS) * original.encode(TEXTS)).sum(axis=1)
    assert np.all(cosines > 0.99)
    assert (encoder.dimension, encoder.max_tokens) == (32, 48)
    assert encoder.count_tokens(TEXTS) == original.count_tokens(TEXTS)
    assert encoder.name.startswith("small-int8@")


def test_other_models_find_the_token_embeddings_in_it(source: Path, exported: Path) -> None:
    table = WordTable(exported)
    rows = BertModel.from_pretrained(source).get_input_embeddings().weight.detach().numpy()
    assert table.size == len(rows)
    assert np.allclose(table.rows(range(table.size)), rows, atol=0.01)


def test_the_recipe_writes_the_same_bytes_again(
    source: Path, exported: Path, tmp_path: Path
) -> None:
    main(["--source", str(source), "--target", str(tmp_path)])
    for name in ("model.onnx", "tokenizer.json"):
        assert (tmp_path / name).read_bytes() == (exported / name).read_bytes()


def test_the_graph_says_nothing_of_the_machine_that_made_it(exported: Path) -> None:
    for folder in (exported, bundled_folder(NAME)):
        graph = (folder / "model.onnx").read_bytes()
        assert b"site-packages" not in graph
        assert b"stack_trace" not in graph


def test_the_bundled_weights_come_from_the_packaged_model() -> None:
    manifest = json.loads((bundled_folder(NAME) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["name"] == "all-MiniLM-L6-v2-int8"
    with (packaged_model() / "model.safetensors").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == manifest["source_sha256"]


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="sentence_bert_config"):
        export_encoder(tmp_path, tmp_path / "target")
