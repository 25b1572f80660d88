"""Which weights a folder holds, as the recipe that wrote them recorded it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from groundwire.core.errors import ModelError

# What reading a damaged JSON file, or turning its entries into numbers, raises.
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError)
REMEDY = "Install groundwire again; its weights are part of the package."


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The weights of one folder: ``bytes`` and ``sha256`` are those of its model.onnx.

    ``tokenizer_sha256`` is that of its tokenizer.json; empty where none is recorded.
    """

    folder: Path
    name: str
    dimension: int
    max_tokens: int
    bytes: int
    sha256: str
    tokenizer_sha256: str = ""

    @property
    def identity(self) -> str:
        """Name and weights in one word; the hash is the recorded one, for a fast start."""
        return f"{self.name}@{self.sha256[:12]}"


def bundled_folder(name: str) -> Path:
    """Where the weights of the bundled model ``name`` lie; it need not exist."""
    return Path(str(resources.files("groundwire.models") / "weights" / name))


def remedy(folder: Path) -> str:
    """What to do when the weights in ``folder`` cannot be used."""
    if folder.is_relative_to(bundled_folder("")):
        return REMEDY
    return f"Delete {folder} to go back to the weights that come with groundwire."


def read_manifest(folder: Path) -> Manifest:
    """The manifest of ``folder``; ModelError when it is missing or damaged."""
    path = folder / "manifest.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        found = Manifest(
            folder=folder,
            name=str(entries["name"]),
            dimension=int(entries["dimension"]),
            max_tokens=int(entries["max_tokens"]),
            bytes=int(entries["bytes"]),
            sha256=str(entries["sha256"]),
            tokenizer_sha256=str(entries.get("tokenizer_sha256", "")),
        )
    except DAMAGE as error:
        raise ModelError(f"{path} is missing or damaged: {error!r}.", remedy(folder)) from error
    if min(found.dimension, found.max_tokens, found.bytes) < 1:
        raise ModelError(f"{path} is damaged: a size in it is under 1.", remedy(folder))
    return found


def graph_file(manifest: Manifest) -> Path:
    """The model.onnx of ``manifest``; ModelError when it is missing or has another size."""
    path = manifest.folder / "model.onnx"
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ModelError(f"{path} is missing: {error.strerror}.", remedy(path.parent)) from error
    if size != manifest.bytes:
        raise ModelError(
            f"{path} is damaged: {size} bytes instead of {manifest.bytes}.", remedy(path.parent)
        )
    return path


def check_graph(manifest: Manifest) -> Path:
    """The model.onnx of ``manifest``, after its content was held against the recorded hash.

    Hashing takes a millisecond for 2 MB, and is done once a process. Raises ModelError when the
    file is missing or holds anything else.
    """
    path = graph_file(manifest)
    try:
        found = _hash_of(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read: {error.strerror}.", remedy(path.parent)
        ) from error
    if found != manifest.sha256:
        raise ModelError(
            f"{path} is damaged: its content is not what manifest.json beside it records.",
            remedy(path.parent),
        )
    return path


@cache
def _hash_of(path: Path, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
