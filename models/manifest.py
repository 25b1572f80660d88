"""Which weights a folder holds, as the recipe that wrote them recorded it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from groundwire.core.errors import ModelError

REMEDY = "Install groundwire again; its weights are part of the package."


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The weights of one folder: ``bytes`` and ``sha256`` are those of its model.onnx."""

    folder: Path
    name: str
    dimension: int
    max_tokens: int
    bytes: int
    sha256: str

    @property
    def identity(self) -> str:
        """Name and weights in one word; the hash is the recorded one, for a fast start."""
        return f"{self.name}@{self.sha256[:12]}"


def bundled_folder(name: str) -> Path:
    """Where the weights of the bundled model ``name`` lie; it need not exist."""
    return Path(str(resources.files("groundwire.models") / "weights" / name))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of ``folder``; ModelError when it is missing or damaged."""
    path = folder / "manifest.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(
            folder=folder,
            name=str(entries["name"]),
            dimension=int(entries["dimension"]),
            max_tokens=int(entries["max_tokens"]),
            bytes=int(entries["bytes"]),
            sha256=str(entries["sha256"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is missing or damaged: {error!r}.", REMEDY) from error


def graph_file(manifest: Manifest) -> Path:
    """The model.onnx of ``manifest``; ModelError when it is missing or has another size."""
    path = manifest.folder / "model.onnx"
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ModelError(f"{path} is missing: {error.strerror}.", REMEDY) from error
    if size != manifest.bytes:
        raise ModelError(f"{path} is damaged: {size} bytes instead of {manifest.bytes}.", REMEDY)
    return path
