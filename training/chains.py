"""Recipe: how much a passage matters to a question, told from how search found or reached it.

    python -m groundwire.training.chains --mined FILE

``--mined`` is written by `groundwire train mine-hops`. Takes about two minutes on two processors.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from tqdm import tqdm

from groundwire.models.manifest import bundled_folder
from groundwire.training.mined_hops import MinedHop, read_mined_hops
from groundwire.training.quantize import Signature, as_graph, write_manifest

NAME = "chains"
SEED = 13
# Small networks that began otherwise err less together than one.
NETWORKS, WIDE, NARROW, DROPPED = 4, 32, 16, 0.1
PASSES, QUESTIONS, RATE, DECAY, WARM_UP = 40, 32, 3e-3, 1e-3, 20
logger = logging.getLogger(__name__)


class ChainModel(nn.Module):
    """The mean of small networks over standardised features: log odds of being needed."""

    mean: Tensor
    scale: Tensor

    def __init__(self, features: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", features.mean(0))
        self.register_buffer("scale", features.std(0) + 1e-6)
        count = features.shape[1]
        self.networks = nn.ModuleList(_network(count) for _ in range(NETWORKS))

    def forward(self, features: Tensor) -> Tensor:
        """Of shape (candidates,), from features of shape (candidates, features)."""
        given = (features - self.mean) / self.scale
        return torch.stack([network(given)[:, 0] for network in self.networks]).mean(0)


def train_network(model: ChainModel, network: nn.Module, hops: Sequence[MinedHop]) -> None:
    """Train one of the networks on all questions; every source counts alike."""
    count = Counter(one.source for one in hops)
    weights = {source: len(hops) / len(count) / number for source, number in count.items()}
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    batches = [batch for _ in range(PASSES) for batch in _batches(hops)]
    for step, batch in enumerate(tqdm(batches, unit="batch", mininterval=5)):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * (1 - step / len(batches))
        features = torch.cat([torch.tensor(one.features) for one in batch])
        needed = torch.cat([torch.tensor(one.needed, dtype=torch.float32) for one in batch])
        weight = torch.cat([torch.full((len(one.needed),), weights[one.source]) for one in batch])
        found = network((features - model.mean) / model.scale)[:, 0]
        loss = binary_cross_entropy_with_logits(found, needed, weight=weight, reduction="sum")
        optimizer.zero_grad()
        torch.autograd.backward(loss / QUESTIONS / 10)
        optimizer.step()


def export_chains(model: ChainModel, names: Sequence[str], target: Path) -> None:
    """Write model.onnx and manifest.json into the folder ``target``."""
    example = torch.zeros(3, len(names))
    graph = as_graph(
        model.eval(),
        Signature(inputs={"features": example}, outputs=["needed"]),
        varying={0: torch.export.Dim("candidates", min=1, max=4096)},
    )
    weights = graph.SerializeToString(deterministic=True)
    target.mkdir(parents=True, exist_ok=True)
    (target / "model.onnx").write_bytes(weights)
    entries = {
        "name": NAME,
        "dimension": len(names),
        "max_tokens": 1,
        "bytes": len(weights),
        "sha256": hashlib.sha256(weights).hexdigest(),
        "features": list(names),
    }
    write_manifest(target, entries)


def _batches(hops: Sequence[MinedHop]) -> Iterator[list[MinedHop]]:
    order = torch.randperm(len(hops)).tolist()
    for start in range(0, len(order), QUESTIONS):
        yield [hops[place] for place in order[start : start + QUESTIONS]]


def _network(features: int) -> nn.Module:
    return nn.Sequential(
        nn.Linear(features, WIDE),
        nn.GELU(),
        nn.Dropout(DROPPED),
        nn.Linear(WIDE, NARROW),
        nn.GELU(),
        nn.Linear(NARROW, 1),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description="Train the score of chains.")
    parser.add_argument("--mined", type=Path, required=True, help="candidates, mined")
    parser.add_argument("--target", type=Path, help="folder to write; default: models/weights")
    parser.add_argument("--seed", type=int, default=SEED, help="of the weights and the order")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(options.seed)
    names, hops = read_mined_hops(options.mined)
    model = ChainModel(torch.cat([torch.tensor(one.features) for one in hops]))
    for network in model.networks:
        train_network(model, network, hops)
    target = options.target or bundled_folder(NAME)
    export_chains(model, names, target)
    logger.info("%d questions; written: %s", len(hops), target)


if __name__ == "__main__":
    main()
