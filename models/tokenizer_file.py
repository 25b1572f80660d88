"""The tokenizer that the bundled models share, read once a process."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

from groundwire.core.errors import ModelError
from groundwire.models.manifest import read_manifest, remedy


@cache
def read_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer in ``folder``, the same object every time; nobody may change it.

    Raises ModelError when tokenizer.json is missing, damaged, or not the one that the manifest
    beside it records.
    """
    path = folder / "tokenizer.json"
    recorded = read_manifest(folder).tokenizer_sha256
    try:
        content = path.read_bytes()
        tokenizer = Tokenizer.from_buffer(content)
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is missing or damaged: {error}.", remedy(folder)) from error
    if recorded and hashlib.sha256(content).hexdigest() != recorded:
        raise ModelError(
            f"{path} is damaged: its content is not what manifest.json beside it records.",
            remedy(folder),
        )
    return tokenizer
