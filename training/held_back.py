"""Questions in two parts: to train on, and to test with."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from groundwire.core.errors import UsageError
from groundwire.training.squad_file import SquadQuestion

# Answerable questions that a part has at least: with fewer no likely difference can be shown.
FEWEST = 30
# Fewer articles cannot be parted so that both sides have some of every kind.
SEVERAL = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Parted:
    """Questions to train on, and others ``held_back`` to test with, in the order of their file.

    No ``unit``, an article or a paragraph, has questions in both.
    """

    training: tuple[SquadQuestion, ...]
    held_back: tuple[SquadQuestion, ...]
    unit: str


def hold_back(questions: Sequence[SquadQuestion], *, seed: int, share: float = 1 / 3) -> Parted:
    """Part ``questions``, holding back about ``share`` of those that are answerable.

    Whole articles are held back where there are several, else whole paragraphs. Raises UsageError
    where a part has too few answerable questions, with the numbers found.
    """
    by_article = len({one.title for one in questions}) >= SEVERAL
    unit = "article" if by_article else "paragraph"
    # A text that stands twice in the file is the same paragraph.
    names = [one.title if by_article else one.context for one in questions]
    held = _draw(Counter(_answerable_names(questions, names)), seed, share)
    parted = Parted(
        training=tuple(one for one, name in zip(questions, names, strict=True) if name not in held),
        held_back=tuple(one for one, name in zip(questions, names, strict=True) if name in held),
        unit=unit,
    )
    _check(parted)
    return parted


def answerable(questions: Sequence[SquadQuestion]) -> list[SquadQuestion]:
    """Those that have an answer."""
    return [one for one in questions if one.answers]


def _answerable_names(questions: Sequence[SquadQuestion], names: Sequence[str]) -> list[str]:
    return [name for one, name in zip(questions, names, strict=True) if one.answers]


def _draw(sizes: Counter[str], seed: int, share: float) -> set[str]:
    """Names in an order drawn by ``seed``, each taken if its size brings the sum nearer."""
    order = sorted(sizes)
    random.Random(seed).shuffle(order)  # noqa: S311 (not a secret)
    wanted, held, taken = share * sizes.total(), 0, set()
    for name in order:
        if abs(held + sizes[name] - wanted) < abs(held - wanted):
            held += sizes[name]
            taken.add(name)
    return taken


def _check(parted: Parted) -> None:
    training, held = len(answerable(parted.training)), len(answerable(parted.held_back))
    if min(training, held) < FEWEST:
        raise UsageError(
            f"There are too few questions with an answer: parted by {parted.unit} {training} are "
            f"left to train on, and {held} to test with; each takes at least {FEWEST}.",
            f"Add questions, about {3 * FEWEST} at least, over more articles or paragraphs.",
        )
