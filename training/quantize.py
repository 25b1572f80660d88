"""From a torch module to the bytes of an int8 graph: what all export recipes share."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

OPSET = 18
# Two special tokens stand in every input; 512 is the longest that BERT has positions for.
FEWEST_TOKENS, MOST_TOKENS = 2, 512


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Names of a graph's inputs, with an example of each, and of its outputs.

    Unless said otherwise, the second dimension of every input counts its tokens and varies.
    """

    inputs: Mapping[str, torch.Tensor]
    outputs: Sequence[str]


def as_graph(
    model: torch.nn.Module,
    signature: Signature,
    *,
    varying: Mapping[int, torch.export.Dim] | None = None,
) -> onnx.ModelProto:
    """The graph of ``model``, in float, without notes on the machine that made it.

    ``varying`` are the dimensions of its inputs that vary; by default the second, of tokens.
    """
    tokens = torch.export.Dim("tokens", min=FEWEST_TOKENS, max=MOST_TOKENS)
    shape = dict(varying or {1: tokens})
    program = torch.onnx.export(
        model,
        tuple(signature.inputs.values()),
        dynamo=True,
        input_names=list(signature.inputs),
        output_names=list(signature.outputs),
        dynamic_shapes=tuple(shape for _ in signature.inputs),
        opset_version=OPSET,
    )
    # Nothing is returned only by the older exporter, which writes files.
    return _without_notes(cast("torch.onnx.ONNXProgram", program).model_proto)


def quantized(graph: onnx.ModelProto, *, kept: Sequence[str] = ()) -> bytes:
    """``graph`` with weights of eight bits, but for the nodes ``kept`` as they are.

    The ranges of what goes through it are measured anew for every input.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        # Seven bits a weight: the products of two pairs of eight-bit numbers overflow on
        # processors without VNNI ("Quantize ONNX Models", ONNX Runtime documentation).
        quantize_dynamic(
            graph,
            path,
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=list(kept),
        )
        return bytes(_without_notes(onnx.load(path)).SerializeToString(deterministic=True))


def write_manifest(target: Path, entries: Mapping[str, Any]) -> None:
    """Write manifest.json into the folder ``target``."""
    text = json.dumps(entries, indent=2) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8")


def _without_notes(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without the traces of the exporting machine that torch writes into it."""
    parts: Iterable[Any] = [
        model,
        model.graph,
        *model.graph.node,
        *model.graph.input,
        *model.graph.output,
        *model.graph.initializer,
    ]
    for part in parts:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    model.graph.ClearField("value_info")
    return model
