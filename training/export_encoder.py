"""Recipe: all-MiniLM-L6-v2 from its installed package to the int8 graph that ships in models/.

    python -m groundwire.training.export_encoder [--source FOLDER] [--target FOLDER]

The graph takes the tokens of one text and gives its vector: mean pooling and the scaling to unit
length are inside. There is no attention mask, because texts are never padded: the range of the
int8 activations is measured over a whole input, so a text would get another vector in every
batch. Needs the extra ``models``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import numpy_helper
from transformers import AutoModel

from groundwire.core.errors import ModelError
from groundwire.models.manifest import bundled_folder
from groundwire.training.packaged import packaged_model
from groundwire.training.quantize import Signature, as_graph, quantized, write_manifest

NAME = "all-MiniLM-L6-v2"

logger = logging.getLogger(__name__)


class SentenceVector(torch.nn.Module):
    """A transformer, the mean over its tokens, and unit length."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        # Attention written out as matrix products is what the quantizer knows.
        self.transformer = AutoModel.from_pretrained(
            str(source), local_files_only=True, attn_implementation="eager"
        )

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """From tokens of shape (1, tokens) to a vector of shape (1, dimension)."""
        hidden = self.transformer(input_ids=input_ids).last_hidden_state
        return torch.nn.functional.normalize(hidden.mean(dim=1), dim=1)


def export_encoder(source: Path, target: Path, *, name: str = NAME) -> Path:
    """Write model.onnx, tokenizer.json and manifest.json for the model in ``source``.

    ``source`` is a folder as sentence-transformers saves it. The same versions of torch and
    onnxruntime write the same bytes again. Returns ``target``; raises ModelError when
    ``source`` holds no such model.
    """
    target.mkdir(parents=True, exist_ok=True)
    max_tokens = _read_json(source / "sentence_bert_config.json")["max_seq_length"]
    tokenizer = _read_json(source / "tokenizer.json")
    example = {"input_ids": torch.arange(1, 18).unsqueeze(0)}
    signature = Signature(inputs=example, outputs=["vector"])
    graph = as_graph(SentenceVector(source).eval(), signature)
    weights = quantized(graph)
    (target / "model.onnx").write_bytes(weights)
    # The encoder cuts by itself; a limit stored here would falsify the count of tokens.
    tokenizer |= {"truncation": None, "padding": None}
    text = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (target / "tokenizer.json").write_text(text, encoding="utf-8")
    entries = {
        "name": f"{name}-int8",
        "dimension": graph.graph.output[0].type.tensor_type.shape.dim[1].dim_value,
        "max_tokens": max_tokens,
        "bytes": len(weights),
        "sha256": hashlib.sha256(weights).hexdigest(),
        "source_sha256": _hash_of(source / "model.safetensors"),
        "tokenizer_sha256": _hash_of(target / "tokenizer.json"),
    }
    write_manifest(target, entries | {"words": _find_words(weights)})
    return target


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        advice = "Name a folder as sentence-transformers saves it."
        raise ModelError(f"{path} cannot be read: {error}.", advice) from error
    return dict(content)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _find_words(weights: bytes) -> dict[str, Any]:
    """Where the token embeddings stand in ``weights``, for the models that share them."""
    tensors = {one.name: one for one in onnx.load_from_string(weights).graph.initializer}
    table = max(tensors.values(), key=lambda one: len(one.raw_data))
    name = table.name.removesuffix("_quantized")
    return {
        "offset": weights.index(table.raw_data),
        "size": table.dims[0],
        "scale": numpy_helper.to_array(tensors[f"{name}_scale"]).item(),
        "zero_point": numpy_helper.to_array(tensors[f"{name}_zero_point"]).item(),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description="Export the bundled encoder.")
    parser.add_argument("--source", type=Path, help="folder of the model; default: the package's")
    parser.add_argument("--target", type=Path, help="folder to write; default: models/weights")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    target = export_encoder(
        options.source or packaged_model(), options.target or bundled_folder(NAME)
    )
    logger.info("Written: %s", target)


if __name__ == "__main__":
    main()
