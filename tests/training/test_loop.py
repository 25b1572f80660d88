"""The training loop: it learns, and what was interrupted ends as if it had not been."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from groundwire.training.loop import Course, Plan, learned_weights, train

NUMBERS = [number / 100 for number in range(-200, 200)]


def new_model() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(1, 1)


def course(model: nn.Module, *, breaks_at: int | None = None) -> Course[float]:
    """To learn that y = 2x + 1; the loss breaks when it is asked for batch ``breaks_at``."""
    asked = 0

    def loss(batch: Sequence[float]) -> Tensor:
        nonlocal asked
        if asked == breaks_at:
            raise KeyboardInterrupt
        asked += 1
        given = torch.tensor(batch).unsqueeze(1)
        wrong: Tensor = model(given).float() - (2 * given + 1)
        return wrong.square().mean()

    return Course(examples=NUMBERS, loss=loss, length=lambda number: int(abs(number) * 100))


def plan(folder: Path, *, batches: int | None = None) -> Plan:
    return Plan(
        folder=folder, batch=8, rate=0.2, decay=0.0, batches=batches, between_checkpoints=0.0
    )


def weights(model: nn.Linear) -> list[float]:
    return [model.weight.item(), model.bias.item()]


def test_it_learns(tmp_path: Path) -> None:
    model = new_model()
    train(model, course(model), plan(tmp_path))
    assert weights(model) == pytest.approx([2, 1], abs=0.1)


def test_going_on_after_an_interruption_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = new_model()
    train(whole, course(whole), plan(tmp_path / "whole"))
    first = new_model()
    with pytest.raises(KeyboardInterrupt):
        train(first, course(first, breaks_at=20), plan(tmp_path / "parts"))
    second = new_model()
    train(second, course(second), plan(tmp_path / "parts"))
    assert weights(second) == pytest.approx(weights(whole), abs=1e-6)
    assert weights(first) != pytest.approx(weights(whole), abs=1e-3)


def test_what_is_finished_is_not_learned_again(tmp_path: Path) -> None:
    model = new_model()
    train(model, course(model), plan(tmp_path))
    before = weights(model)
    again = new_model()
    train(again, course(again, breaks_at=0), plan(tmp_path))
    assert weights(again) == before
    kept = learned_weights(tmp_path / "checkpoint.safetensors")
    assert {name: weight.item() for name, weight in kept.items()} == dict(
        zip(("weight", "bias"), before, strict=True)
    )


@pytest.mark.parametrize("batches", [1, 5])
def test_no_more_batches_than_asked_for(tmp_path: Path, batches: int) -> None:
    seen: list[int] = []
    model = new_model()
    inner = course(model)

    def counted(loss: Callable[[Sequence[float]], Tensor]) -> Callable[[Sequence[float]], Tensor]:
        def count(batch: Sequence[float]) -> Tensor:
            seen.append(len(batch))
            return loss(batch)

        return count

    limited = Course(examples=NUMBERS, loss=counted(inner.loss), length=inner.length)
    train(model, limited, plan(tmp_path, batches=batches))
    assert seen == [8] * batches
    assert all(math.isfinite(weight) for weight in weights(model))
