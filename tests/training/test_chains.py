"""The recipe of the chain score: what it learns is what the scorer then says."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path

import numpy as np
import pytest

from groundwire.core.errors import ModelError
from groundwire.models.bundled_chain_scorer import BundledChainScorer

if any(importlib.util.find_spec(name) is None for name in ("torch", "onnxscript")):
    pytest.skip("the extra models is not installed", allow_module_level=True)

from groundwire.training.chains import main

pytestmark = [
    # torch's exporter and onnxscript warn about one another's interfaces
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
NAMES = ["likeness", "noise"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights for questions whose needed passages are those of a likeness over one half."""
    folder = tmp_path_factory.mktemp("chains")
    draw = random.Random(3)
    lines = [json.dumps({"features": NAMES})]
    for number in range(60):
        rows = [[draw.random(), draw.random()] for _ in range(8)]
        needed = [likeness > 0.5 for likeness, _ in rows]
        source = "one" if number % 3 else "other"
        lines.append(json.dumps({"source": source, "features": rows, "needed": needed}))
    (folder / "mined.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    main(["--mined", str(folder / "mined.jsonl"), "--target", str(folder / "weights")])
    return folder / "weights"


def test_what_is_needed_scores_above_zero_and_the_rest_below(trained: Path) -> None:
    scorer = BundledChainScorer(trained, NAMES)
    rows = np.array([[0.9, 0.1], [0.8, 0.9], [0.2, 0.9], [0.1, 0.2]], dtype=np.float32)
    scored = scorer.score(rows)
    assert (scored[:2] > 0).all()
    assert (scored[2:] < 0).all()
    assert np.allclose(scorer.score(rows[1:2]), scored[1:2], atol=1e-4)  # alone as among others
    assert scorer.score(rows[:0]).shape == (0,)


def test_weights_for_other_features_are_refused(trained: Path) -> None:
    with pytest.raises(ModelError, match="other features"):
        BundledChainScorer(trained, [*NAMES, "another"])
