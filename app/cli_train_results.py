"""What became of an adapted reader: for a person, as JSON, and on the card beside its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from groundwire.app.cli_text import count, printable
from groundwire.core.wire import as_json
from groundwire.eval import Comparison, verdicts
from groundwire.models import adopt_reader
from groundwire.training import Parted, answerable

IN_USE, ADAPTED = "the reader in use", "the adapted reader"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The weights in the folder ``candidate``, and what the test said of them.

    ``weights`` names those of IN_USE and of ADAPTED.
    """

    data: Path
    parted: Parted
    seed: int
    candidate: Path
    comparison: Comparison
    weights: Mapping[str, str]

    @property
    def is_better(self) -> bool:
        """Whether the test says so, at the level of every comparison."""
        return self.comparison.winner == ADAPTED

    @property
    def verdict(self) -> str:
        """A sentence with all figures of the test."""
        sentence = verdicts([self.comparison])[0]
        return sentence[0].upper() + sentence[1:]

    @property
    def learned(self) -> int:
        """Questions that it was trained on."""
        return len(answerable(self.parted.training))

    def adopt(self, home: Path) -> Path:
        """Put the candidate in force, with a card beside it; where it lies then."""
        (self.candidate / "README.md").write_text(self.card(), encoding="utf-8")
        return adopt_reader(self.candidate, home)

    def card(self) -> str:
        """What a person who finds the weights wants to know of them."""
        day = datetime.now(tz=UTC).date().isoformat()
        return (
            f"# Ranker-reader, adapted to {printable(self.data.name)}\n\n"
            f"Made on {day} by `groundwire train reader`, seed {self.seed}: trained on "
            f"{count(self.learned, 'question')}, starting from the weights that come with "
            "groundwire (CC BY-SA 4.0).\n\n"
            f"Tested on {count(self.comparison.n, 'question')} held back, of other "
            f"{self.parted.unit}s: {self.verdict} What was in use before: "
            f"{self.weights[IN_USE]}.\n\n"
            "Delete this folder to go back to the weights that come with groundwire.\n"
        )

    def as_data(self, folder: Path | None) -> dict[str, Any]:
        """What ``--json`` prints; ``folder`` is where the weights were put, None if refused."""
        return {
            "file": str(self.data),
            "training": self.learned,
            "held_back": self.comparison.n,
            "parted_by": self.parted.unit,
            "seed": self.seed,
            "weights": {"in_use": self.weights[IN_USE], "adapted": self.weights[ADAPTED]},
            "comparison": as_json(self.comparison),
            "verdict": self.verdict,
            "adopted": folder is not None,
            "folder": str(folder) if folder else None,
            "candidate": str(self.candidate),
        }

    def show(self, console: Console, folder: Path | None) -> None:
        """The verdict, and what follows from it."""
        for line in [self.verdict, *(self._adopted(folder) if folder else self._refused())]:
            console.print(printable(line), soft_wrap=True, markup=False)

    def _adopted(self, folder: Path) -> list[str]:
        again = "Make the calibration anew, which other weights were fitted with"
        return [
            f"It is used from now on. Delete {folder} to go back to the weights of groundwire.",
            f"{again}: groundwire calibrate TASK",
            "A chat page that is open goes on with the old ones until it is started again.",
        ]

    def _refused(self) -> list[str]:
        return [
            "So nothing is replaced: the reader in use stays.",
            f"What was trained lies in {self.candidate}. It is not used and may be deleted.",
        ]
