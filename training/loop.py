"""The training loop that all recipes share: batches, schedule, checkpoints, progress."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from tqdm import tqdm

Example = TypeVar("Example")
logger = logging.getLogger(__name__)

# Batches of like length are cut from so many batches' worth of examples.
POOLED = 50
CHECKPOINT = "checkpoint.safetensors"
PROGRESS = "progress.json"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a model is trained. The rate rises over ``warm_up`` of all steps, then falls to zero.

    ``batches`` is the most that are learned from; the rate falls to zero by the last of them.
    ``between_checkpoints`` is in seconds.
    """

    folder: Path
    batch: int = 32
    rate: float = 2e-4
    warm_up: float = 0.06
    decay: float = 0.01
    seed: int = 13
    batches: int | None = None
    between_checkpoints: float = 600.0


@dataclass(frozen=True, kw_only=True)
class Course(Generic[Example]):
    """What is learned: every example once, by the ``loss`` of a batch. ``length`` sorts them."""

    examples: Sequence[Example]
    loss: Callable[[Sequence[Example]], Tensor]
    length: Callable[[Example], int]


def train(model: nn.Module, course: Course[Example], plan: Plan) -> None:
    """Train ``model`` in place, going on from the checkpoint in ``plan.folder`` if there is one.

    On a processor the products are computed in bfloat16, which is twice as fast where it has
    such instructions. The order of the examples depends on ``plan.seed`` alone.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    batches = list(_batches(course, plan))[: plan.batches]
    trained = {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
    optimizer = torch.optim.AdamW(trained.values(), lr=plan.rate, weight_decay=plan.decay)
    done = _resume(trained, optimizer, plan.folder)
    device = next(iter(trained.values())).device.type
    saved, recent = time.monotonic(), 0.0
    with tqdm(total=len(batches), initial=done, unit="batch", mininterval=5) as bar:
        for step in range(done, len(batches)):
            for group in optimizer.param_groups:
                group["lr"] = plan.rate * _schedule(step / len(batches), plan.warm_up)
            with torch.autocast(device, torch.bfloat16):
                loss = course.loss(batches[step])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(trained.values(), 1.0)
            optimizer.step()
            recent = 0.98 * recent + 0.02 * loss.item() if step > done else loss.item()
            bar.update()
            bar.set_postfix(loss=f"{recent:.3f}", refresh=False)
            if time.monotonic() - saved >= plan.between_checkpoints:
                _save(trained, optimizer, plan.folder, step + 1)
                saved = time.monotonic()
    _save(trained, optimizer, plan.folder, len(batches))


def learned_weights(checkpoint: Path) -> dict[str, Tensor]:
    """The weights of a checkpoint, without what the optimizer remembers of them."""
    return {name: weight for name, weight in load_file(checkpoint).items() if ":" not in name}


def _batches(course: Course[Example], plan: Plan) -> Iterator[list[Example]]:
    """Batches of examples of like length, in an order drawn by the seed."""
    order = random.Random(plan.seed)  # noqa: S311 (not a secret)
    shuffled = list(course.examples)
    order.shuffle(shuffled)
    size = plan.batch * POOLED
    for start in range(0, len(shuffled), size):
        pool = sorted(shuffled[start : start + size], key=course.length)
        cut = [pool[first : first + plan.batch] for first in range(0, len(pool), plan.batch)]
        order.shuffle(cut)
        yield from cut


def _schedule(share: float, warm_up: float) -> float:
    return share / warm_up if share < warm_up else (1 - share) / (1 - warm_up)


def _save(
    trained: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer, folder: Path, done: int
) -> None:
    """Weights and the optimizer's memory; the count is written last, so that it never leads."""
    tensors = {name: weight.detach() for name, weight in trained.items()}
    for name, weight in trained.items():
        for kind in ("exp_avg", "exp_avg_sq"):
            if kind in optimizer.state[weight]:
                tensors[f"{kind}:{name}"] = optimizer.state[weight][kind]
    path = folder / CHECKPOINT
    save_file(tensors, path.with_suffix(".new"), metadata={"done": str(done)})
    path.with_suffix(".new").replace(path)
    (folder / PROGRESS).write_text(json.dumps({"batches": done}), encoding="utf-8")
    logger.info("Checkpoint after %d batches: %s", done, path)


def _resume(
    trained: dict[str, nn.Parameter], optimizer: torch.optim.Optimizer, folder: Path
) -> int:
    """Batches done according to the checkpoint, whose weights are put in place; 0 without one."""
    if not (folder / PROGRESS).exists():
        return 0
    tensors = load_file(folder / CHECKPOINT)
    done = int(json.loads((folder / PROGRESS).read_text(encoding="utf-8"))["batches"])
    for name, weight in trained.items():
        weight.data.copy_(tensors[name])
        if f"exp_avg:{name}" in tensors:
            optimizer.state[weight] = {
                "step": torch.tensor(float(done)),
                "exp_avg": tensors[f"exp_avg:{name}"].to(weight.device),
                "exp_avg_sq": tensors[f"exp_avg_sq:{name}"].to(weight.device),
            }
    logger.info("Going on after %d batches.", done)
    return done
