"""Recipe: from a trained model over pairs of texts to the int8 graph that ships in models/.

    python -m groundwire.training.export_pair {reader,entailment,conversation}
        --weights FILE... [--target FOLDER]

``--weights`` is the checkpoint of a recipe, or several to take the mean of, ``--source`` a folder
with all-MiniLM-L6-v2. The graph begins after the token embeddings, which the bundled encoder holds
for all models. It takes one pair at a time and no mask, as that of the encoder does. Needs the
extra ``models``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from transformers import PreTrainedModel

from groundwire.core.errors import ModelError
from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_manifest import Scaling
from groundwire.models.word_table import WordTable
from groundwire.training import conversation, entailment, reader
from groundwire.training.conversation_model import TermModel
from groundwire.training.loop import learned_weights
from groundwire.training.packaged import packaged_model
from groundwire.training.quantize import Signature, as_graph, quantized, write_manifest
from groundwire.training.reader_model import ReaderModel
from groundwire.training.row_scales import scale_rows
from groundwire.training.trunk import ENCODER, load_trunk

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of model: how it is made of a trunk, and what it says of the trunk's vectors.

    ``heads`` takes a model and vectors of shape (1, tokens, width), and gives one tensor for each
    of ``outputs``; the first dimension of each is that of pairs. ``most_tokens`` is the
    longest pair that it was trained with, and is to read.
    """

    build: Callable[[PreTrainedModel], nn.Module]
    heads: Callable[[nn.Module, Tensor], tuple[Tensor, ...]]
    outputs: tuple[str, ...]
    most_tokens: int


class PairModule(nn.Module):
    """A trained model as its graph is to be: from token embeddings and types to its outputs."""

    def __init__(self, model: nn.Module, kind: Kind) -> None:
        super().__init__()
        self.model, self._kind = model, kind
        self.outputs = kind.outputs
        self.most_tokens = kind.most_tokens

    def forward(self, embeddings: Tensor, types: Tensor) -> tuple[Tensor, ...]:
        """From shapes (1, tokens, width) and (1, tokens), without padding."""
        trunk = self.model.get_submodule("trunk")
        hidden = trunk(inputs_embeds=embeddings, token_type_ids=types).last_hidden_state
        return self._kind.heads(self.model, hidden)


def _read(model: nn.Module, hidden: Tensor) -> tuple[Tensor, ...]:
    spans = model.get_submodule("span")(hidden)
    return spans[..., 0], spans[..., 1], model.get_submodule("whole")(hidden[:, 0])


def _judge(model: nn.Module, hidden: Tensor) -> tuple[Tensor, ...]:
    return (model.get_submodule("whole")(hidden[:, 0]),)


def _pick(model: nn.Module, hidden: Tensor) -> tuple[Tensor, ...]:
    return (model.get_submodule("term")(hidden)[..., 0],)


KINDS: Mapping[str, Kind] = {
    "reader": Kind(
        build=ReaderModel,
        heads=_read,
        outputs=("start", "end", "whole"),
        most_tokens=reader.MOST_TOKENS,
    ),
    "entailment": Kind(
        build=entailment.EntailmentModel,
        heads=_judge,
        outputs=("logits",),
        most_tokens=entailment.MOST_TOKENS,
    ),
    "conversation": Kind(
        build=TermModel,
        heads=_pick,
        outputs=("terms",),
        most_tokens=conversation.MOST_TOKENS,
    ),
}


def load_trained(name: str, weights: Sequence[Path], source: Path) -> PairModule:
    """The model ``name`` of KINDS with the checkpoint ``weights`` over the trunk in ``source``.

    Of several checkpoints it takes the mean. Where one training went on from the other's end, that
    is often better than either ("Model soups: averaging weights of multiple fine-tuned models
    improves accuracy without increasing inference time"). Raises ModelError when a checkpoint is
    missing, damaged or of another kind of model.
    """
    model = KINDS[name].build(load_trunk(source, attention="eager"))
    trained = {key: value for key, value in model.named_parameters() if value.requires_grad}
    read = [_read_checkpoint(path, name, trained) for path in weights]
    mean = {key: torch.stack([one[key].float() for one in read]).mean(0) for key in trained}
    model.load_state_dict(mean, strict=False)
    return PairModule(model.eval(), KINDS[name])


def _read_checkpoint(path: Path, name: str, trained: Mapping[str, Tensor]) -> dict[str, Tensor]:
    advice = f"Name the checkpoint that the recipe of {name} wrote."
    try:
        tensors = learned_weights(path)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", advice) from error
    wrong = tensors.keys() ^ trained.keys()
    if wrong or any(tensors[key].shape != value.shape for key, value in trained.items()):
        raise ModelError(f"{path} holds no {name} of this size: {sorted(wrong)[:3]}.", advice)
    return tensors


def export_pair(module: PairModule, target: Path, *, name: str, trunk: Path | None = None) -> Path:
    """Write model.onnx and manifest.json for ``module`` into the folder ``target``.

    ``trunk`` is the encoder's folder (default: the bundled one). The same versions of torch and
    onnxruntime write the same bytes again. Returns ``target``.
    """
    target.mkdir(parents=True, exist_ok=True)
    table = WordTable(trunk or bundled_folder(ENCODER))
    embeddings = torch.from_numpy(table.rows(range(1000, 1017))).unsqueeze(0)
    types = (torch.arange(17) > 5).long().unsqueeze(0)
    signature = Signature(inputs={"embeddings": embeddings, "types": types}, outputs=module.outputs)
    weights = quantized(scale_rows(as_graph(module, signature)))
    (target / "model.onnx").write_bytes(weights)
    entries = {
        "name": f"{name}-int8",
        "dimension": embeddings.shape[2],
        "max_tokens": module.most_tokens,
        "bytes": len(weights),
        "sha256": hashlib.sha256(weights).hexdigest(),
        "trunk": table.trunk,
        "outputs": list(module.outputs),
    }
    write_manifest(target, entries)
    return target


def write_calibration(folder: Path, calibration: Mapping[str, Scaling]) -> None:
    """Put ``calibration``, a scaling for each probability named, into the manifest of ``folder``.

    Names are "support" for entailment, "relevance" and "answers" for the reader.
    """
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    entries["calibration"] = {name: asdict(one) for name, one in calibration.items()}
    write_manifest(folder, entries)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description="Export a trained model over pairs of texts.")
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument(
        "--weights", type=Path, nargs="+", required=True, help="checkpoint, or several to average"
    )
    parser.add_argument("--source", type=Path, help="folder of all-MiniLM-L6-v2; else its package")
    parser.add_argument("--target", type=Path, help="folder to write; default: models/weights")
    parser.add_argument("--name", help="what the model is called; default: its kind")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    module = load_trained(options.kind, options.weights, options.source or packaged_model())
    target = options.target or bundled_folder(options.kind)
    export_pair(module, target, name=options.name or options.kind)
    logger.info("Written: %s", target)


if __name__ == "__main__":
    main()
