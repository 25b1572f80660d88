"""Candidates of training questions with their features: `groundwire train mine-hops` writes them.

A file of JSON lines. The first is ``{"features": [names]}``; the others are ``{"source",
"features", "needed"}``: a row of features for each candidate of one question, and whether the
question needs it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class MinedHop:
    """One question's candidates."""

    source: str
    features: Sequence[Sequence[float]]
    needed: Sequence[bool]


def read_mined_hops(path: Path) -> tuple[list[str], list[MinedHop]]:
    """The names of the features, and the questions in the file's order."""
    with path.open(encoding="utf-8") as lines:
        names = list(json.loads(next(lines))["features"])
        return names, [MinedHop(**json.loads(line)) for line in lines]
