from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from groundwire.core.errors import ModelError
from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_graph import PairGraph
from groundwire.models.pair_manifest import Scaling
from groundwire.models.pair_tokens import Pair, windows
from groundwire.models.passage_reader import ExtractiveReader

if any(importlib.util.find_spec(name) is None for name in ("torch", "onnxscript")):
    pytest.skip("the extra models is not installed", allow_module_level=True)

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

from groundwire.training.export_pair import (
    KINDS,
    export_pair,
    load_trained,
    main,
    write_calibration,
)
from groundwire.training.trunk import load_trunk, pad_pairs

pytestmark = [
    # torch's exporter and onnxscript warn about one another's interfaces
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
QUESTION = "When was the mill built?"
TEXTS = ["The mill was built in 1874.", "Ferries leave every forty minutes. " * 12, "Rye."]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trunk of the bundled encoder's width with one layer of random weights."""
    folder = tmp_path_factory.mktemp("source")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=8, hidden_size=384, num_hidden_layers=1, num_attention_heads=4,
        intermediate_size=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def checkpoints(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What a recipe saves of each kind of model: trained weights, and the optimizer's memory."""
    folder, paths = tmp_path_factory.mktemp("checkpoints"), {}
    for name, kind in KINDS.items():
        model = kind.build(load_trunk(source))
        weights = {key: one.detach() for key, one in model.named_parameters() if one.requires_grad}
        memory = {f"exp_avg:{key}": one.clone() for key, one in list(weights.items())[:2]}
        paths[name] = folder / f"{name}.safetensors"
        save_file(weights | memory, paths[name])
    return paths


@pytest.fixture(scope="module")
def reader(
    source: Path, checkpoints: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    target = tmp_path_factory.mktemp("weights") / "reader"
    module = load_trained("reader", [checkpoints["reader"]], source)
    return export_pair(module, target, name="reader")


def encode(graph: PairGraph) -> list[Pair]:
    first, *others = graph.encode([QUESTION, *TEXTS])
    return [pair for text in others for pair in windows(first, text, most=graph.max_tokens)]


def test_the_graph_gives_what_the_trained_model_gives(
    source: Path, checkpoints: dict[str, Path], reader: Path
) -> None:
    graph = PairGraph(reader, threads=1)
    model = load_trained("reader", [checkpoints["reader"]], source).model
    for pair in encode(graph):
        with torch.no_grad():
            start, end, whole = (one[0].numpy() for one in model(pad_pairs([pair])))
        (found,) = graph.run([pair])
        assert set(found) == {"start", "end", "whole"}
        assert np.allclose(found["whole"], whole, atol=0.05)
        for name, expected in (("start", start), ("end", end)):
            assert found[name].shape == (len(pair.ids),)
            # Elsewhere the model says that no span can begin or end.
            assert np.allclose(found[name][pair.second :], expected[pair.second :], atol=0.05)


def test_of_several_checkpoints_the_mean_is_exported(
    source: Path, checkpoints: dict[str, Path], tmp_path: Path
) -> None:
    other = load_trained("conversation", [checkpoints["conversation"]], source).model
    tripled = {key: one.detach() * 3 for key, one in other.named_parameters() if one.requires_grad}
    path = tmp_path / "tripled.safetensors"
    save_file(tripled, path)
    both = load_trained("conversation", [checkpoints["conversation"], path], source).model
    mean = dict(both.named_parameters())
    for key, one in tripled.items():
        assert torch.allclose(mean[key], one / 3 * 2)


@pytest.mark.parametrize("name", ["entailment", "conversation"])
def test_other_kinds_are_exported_alike(
    source: Path, checkpoints: dict[str, Path], tmp_path: Path, name: str
) -> None:
    (output,) = KINDS[name].outputs
    target = tmp_path / name
    weights = str(checkpoints[name])
    main([name, "--weights", weights, "--source", str(source), "--target", str(target)])
    graph = PairGraph(target, threads=1)
    model = load_trained(name, [checkpoints[name]], source).model
    pairs = encode(graph)
    for pair, found in zip(pairs, graph.run(pairs), strict=True):
        with torch.no_grad():
            expected = model(pad_pairs([pair]))[0].numpy()
        assert found[output].shape == expected.shape
        assert np.allclose(found[output], expected, atol=0.05)


def test_the_recipe_writes_the_same_bytes_again(
    source: Path, checkpoints: dict[str, Path], reader: Path, tmp_path: Path
) -> None:
    again = export_pair(
        load_trained("reader", [checkpoints["reader"]], source), tmp_path, name="reader"
    )
    for name in ("model.onnx", "manifest.json"):
        assert (again / name).read_bytes() == (reader / name).read_bytes()


def test_the_graph_is_small_and_says_nothing_of_the_machine(reader: Path) -> None:
    content = (reader / "model.onnx").read_bytes()
    assert b"site-packages" not in content
    assert b"stack_trace" not in content
    encoder = bundled_folder("all-MiniLM-L6-v2") / "model.onnx"
    # The token embeddings are not in it; they are half of the encoder's file.
    assert len(content) < encoder.stat().st_size / 10


def test_the_runtime_reads_with_it(reader: Path) -> None:
    for text, reading in zip(TEXTS, ExtractiveReader(reader).read(QUESTION, TEXTS), strict=True):
        assert 0 < reading.answers < 1
        assert all(text[span.start : span.end] for span in reading.spans)


def test_a_calibration_is_put_into_the_manifest(reader: Path, tmp_path: Path) -> None:
    for name in ("model.onnx", "manifest.json"):
        (tmp_path / name).write_bytes((reader / name).read_bytes())
    write_calibration(tmp_path, {"answers": Scaling(scale=2.0, bias=-1.0)})
    fitted, plain = PairGraph(tmp_path), PairGraph(reader)
    assert fitted.scaling("answers") == Scaling(scale=2.0, bias=-1.0)
    assert fitted.scaling("relevance") == plain.scaling("answers") == Scaling()
    assert fitted.name != plain.name


def test_a_checkpoint_that_cannot_be_read_is_named(source: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.safetensors"
    damaged.write_bytes(b"\xff" * 100)
    for path in (damaged, tmp_path / "missing.safetensors"):
        with pytest.raises(ModelError, match=path.name) as caught:
            load_trained("reader", [path], source)
        assert "recipe" in caught.value.advice


def test_a_checkpoint_of_another_kind_is_named(source: Path, checkpoints: dict[str, Path]) -> None:
    with pytest.raises(ModelError, match="holds no reader"):
        load_trained("reader", [checkpoints["entailment"]], source)


def test_a_checkpoint_of_another_size_is_named(source: Path, tmp_path: Path) -> None:
    model = KINDS["conversation"].build(load_trunk(source))
    weights = {key: one.detach() for key, one in model.named_parameters() if one.requires_grad}
    path = tmp_path / "other.safetensors"
    save_file(weights | {"term.weight": torch.zeros(1, 8)}, path)
    with pytest.raises(ModelError, match="holds no conversation of this size"):
        load_trained("conversation", [path], source)
