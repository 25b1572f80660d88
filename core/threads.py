"""Who owns the processor's threads: the models do, and the linear algebra under NumPy gets one."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping

# OpenBLAS starts a thread for every processor when NumPy is loaded; they spin against those of
# the models, and a search takes twice as long. Its products here are too small to gain by them.
_VARIABLE = "OPENBLAS_NUM_THREADS"


def available_threads() -> int:
    """Processors that this process may use."""
    # Only some systems can bind a process to processors.
    bound = getattr(os, "sched_getaffinity", None)
    return len(bound(0)) if bound else os.cpu_count() or 1


def claim_threads(environ: MutableMapping[str, str]) -> bool:
    """Leave the processors to the models; what ``environ`` already says stays.

    Called first of all by a program's entry point, with ``os.environ``; importing groundwire
    never does. False when NumPy is loaded already: then it is too late.
    """
    environ.setdefault(_VARIABLE, "1")
    return "numpy" not in sys.modules
