"""The JSON that ``--json`` prints: one object, UTF-8, valid for every parser."""

from __future__ import annotations

import io
import json
import math
import re
import sys
from collections.abc import Mapping
from typing import Any

from groundwire.core.errors import GroundwireError

# JSON leaves these bare inside its strings, but a terminal obeys them; the escapes mean the same.
_BARE_CONTROLS = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def print_json(data: Mapping[str, Any]) -> None:
    """Write ``data`` to standard output."""
    text = json.dumps(_finite(data), ensure_ascii=False, allow_nan=False, indent=2)
    text = _BARE_CONTROLS.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A lone surrogate stands for a byte of a file name that is not UTF-8; backslashreplace
        # writes it as the escape that JSON has for it.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    print(text)


def failed(error: GroundwireError) -> dict[str, Any]:
    """The object that stands for a command that failed."""
    return {"status": "failed", "error": {"what": error.what, "advice": error.advice}}


def _finite(value: object) -> object:
    """``value`` with None for numbers that JSON cannot hold."""
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
