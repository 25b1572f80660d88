"""A passage as models read it: under the title and the heading that name what it is about."""

from __future__ import annotations

import math
from dataclasses import dataclass

from groundwire.core.schema import Passage


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """``text[offset:]`` is the passage's own text."""

    text: str
    offset: int


def view(passage: Passage) -> View:
    """Title and heading, a newline, the passage; neither if the passage opens with its title."""
    if not passage.title or passage.text.startswith(passage.title):
        return View(text=passage.text, offset=0)
    above = " ".join([passage.title, *([passage.heading] if passage.heading else [])])
    return View(text=f"{above}\n{passage.text}", offset=len(above) + 1)


def logit(probability: float) -> float:
    """The log odds of ``probability``, kept within 12 of zero."""
    odds = max(probability, 1e-300) / max(1.0 - probability, 1e-300)
    return max(-12.0, min(12.0, math.log(odds)))
