"""Recipe: the scaling of the exported entailment model's probabilities.

    python -m groundwire.training.scale_entailment --mined FILE --data FOLDER [--questions N]

Fits, on the pairs that training.entailment held back under the same arguments, the logistic curve
from the model's log odds to "supported", both kinds weighing the same: so that 0.5 is where
supported meets not supported ("Probabilistic Outputs for Support Vector Machines"). The exported
graph is asked, so that what rounding changed is part of what is scaled.
"""

from __future__ import annotations

import argparse
import logging
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from groundwire.models.entailment import EntailmentJudge
from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_manifest import Scaling
from groundwire.training.entailment import training_examples
from groundwire.training.entailment_examples import EntailmentExample, Label
from groundwire.training.export_pair import write_calibration

# Newton's method on two numbers converges in far fewer; the ridge keeps it stable.
STEPS, RIDGE = 50, 1e-3
logger = logging.getLogger(__name__)


def fit_scaling(logits: NDArray[np.float64], supported: NDArray[np.bool_]) -> Scaling:
    """The curve through ``logits`` of shape (n,) that fits ``supported``; both kinds must occur."""
    table = np.stack([logits, np.ones_like(logits)], axis=1)
    weight = np.where(supported, 0.5 / supported.mean(), 0.5 / (1 - supported.mean()))
    found = np.array([1.0, 0.0])
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-table @ found))
        gradient = table.T @ (weight * (supported - share)) - RIDGE * found
        curve = (table * (weight * share * (1 - share))[:, None]).T @ table + RIDGE * np.eye(2)
        found += np.linalg.solve(curve, gradient)
    return Scaling(scale=round(float(found[0]), 4), bias=round(float(found[1]), 4))


def scale(folder: Path, held_back: Sequence[EntailmentExample]) -> Scaling:
    """Fit the model in ``folder`` to ``held_back`` and write the scaling into its manifest."""
    write_calibration(folder, {})
    judge = EntailmentJudge(folder)
    support = judge.support([(one.evidence, one.sentence) for one in held_back])
    logits = np.array([_log_odds(one) for one in support])
    supported = np.array([one.label is Label.SUPPORTED for one in held_back])
    scaling = fit_scaling(logits, supported)
    write_calibration(folder, {"support": scaling})
    return scaling


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description="Scale the exported entailment model.")
    parser.add_argument("--mined", type=Path, required=True, help="training questions, mined")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds verification/")
    parser.add_argument("--questions", type=int, default=1_000_000, help="most of one source")
    parser.add_argument("--folder", type=Path, help="the exported model; default: models/weights")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    _, held_back = training_examples(
        options.mined, options.data / "verification", options.questions
    )
    scaling = scale(options.folder or bundled_folder("entailment"), held_back)
    logger.info("%d pairs held back: %s", len(held_back), scaling)


if __name__ == "__main__":
    main()
