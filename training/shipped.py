"""The weights that ship, back in the shape that training takes, so that it can go on from them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from groundwire.core.errors import ModelError
from groundwire.models.pair_manifest import read_pair_manifest
from groundwire.training.loop import learned_weights

# What the exporter calls a matrix that it turned around; the numbers rise in the order of use.
_TURNED = re.compile(r"val_(\d+)_quantized")
_PREFIX = "model."


def start_weights(place: Path, model: nn.Module) -> dict[str, Tensor]:
    """Weights to start ``model`` from: of a checkpoint, or of a folder with an exported model."""
    return shipped_weights(place, model) if place.is_dir() else learned_weights(place)


def shipped_weights(folder: Path, model: nn.Module) -> dict[str, Tensor]:
    """The weights in the int8 graph of ``folder``, by the names that they have in ``model``.

    They are those that were trained, rounded to seven bits. Raises ModelError when the graph is
    missing, damaged, or of another kind of model.
    """
    read_pair_manifest(folder)
    path = folder / "model.onnx"
    advice = "Name the folder of an exported model of the same kind, as in models/weights."
    try:
        stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
        found = dict(_weights(stored, model))
    except (OSError, KeyError, ValueError, StopIteration) as error:
        raise ModelError(f"{path} cannot be gone on from: {error!r}.", advice) from error
    known = dict(model.named_parameters())
    if any(known[name].shape != weight.shape for name, weight in found.items()):
        raise ModelError(f"{path} holds another kind of model.", advice)
    return found


def _weights(stored: dict[str, np.ndarray], model: nn.Module) -> dict[str, Tensor]:
    turned = iter(
        sorted(
            (name for name in stored if _TURNED.fullmatch(name)),
            key=lambda name: int(_TURNED.fullmatch(name).group(1)),  # type: ignore[union-attr]  # only names that match are here
        )
    )
    linear = {f"{name}.weight" for name, one in model.named_modules() if isinstance(one, nn.Linear)}
    found = {}
    for name, weight in model.named_parameters():
        if not weight.requires_grad:
            continue
        own = _PREFIX + name
        if own in stored:
            array = stored[own]
        elif name in linear:
            key = f"{own}_quantized" if f"{own}_quantized" in stored else next(turned)
            array = _restored(stored, key).T
        else:
            array = _restored(stored, f"{own}_quantized")
        found[name] = torch.from_numpy(np.array(array, dtype=np.float32, order="C"))
    return found


def _restored(stored: dict[str, np.ndarray], key: str) -> np.ndarray:
    """The numbers that were rounded: one scale for all, or one for each column."""
    base = key.removesuffix("_quantized")
    zero = stored[f"{base}_zero_point"].astype(np.float32)
    scale = stored[f"{base}_scale"]
    return np.asarray((stored[key].astype(np.float32) - zero) * scale)
