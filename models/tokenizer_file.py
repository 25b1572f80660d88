"""The tokenizer that the bundled models share, read once a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tokenizers import Tokenizer

from groundwire.core.errors import ModelError
from groundwire.models.manifest import remedy


@cache
def read_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer in ``folder``, the same object every time; nobody may change it.

    Raises ModelError when tokenizer.json is missing or damaged.
    """
    path = folder / "tokenizer.json"
    try:
        return Tokenizer.from_buffer(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is missing or damaged: {error}.", remedy(folder)) from error
