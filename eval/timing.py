"""Taking times, and saying them in figures: what the parts of ``make bench`` share."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

# Figures of one part of the benchmark by their names, which say the unit.
Sizes = Mapping[str, float]


def seconds_of(call: Callable[[], object]) -> float:
    """How long ``call`` takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def percentiles(name: str, seconds: Sequence[float]) -> Sizes:
    """The middle and the slow end of ``seconds``, in milliseconds."""
    ordered = sorted(1000 * one for one in seconds)
    return {
        f"{name} p50, ms": statistics.median(ordered),
        f"{name} p95, ms": ordered[int(0.95 * (len(ordered) - 1))],
    }
