"""A recipe of the room training, run as the command of its own that it is."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import IO

from groundwire.core.errors import GroundwireError
from groundwire.models.extras import require_extra

# Characters of a recipe's last words that are kept, and lines that are shown when it fails.
KEPT, SHOWN = 8_000, 12


def need_training() -> None:
    """Raise ModelError, which names the extra, where recipes cannot be run."""
    require_extra("torch", "models")


def run_recipe(
    name: str, arguments: Sequence[str], *, advice: str, terminal: IO[str] | None = None
) -> None:
    """Run ``groundwire.training.NAME``; what it writes goes to ``terminal``, if any, as it comes.

    Its libraries are never loaded into this process. Raises ModelError where the extra that they
    belong to is not installed, GroundwireError with the recipe's last lines and ``advice`` where
    it fails.
    """
    need_training()
    command = [sys.executable, "-P", "-m", f"groundwire.training.{name}", *arguments]
    # What shows a bar redraws it with single characters: nothing may wait for a whole line.
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:  # noqa: S603
        try:
            said = _follow(process.stdout, terminal) if process.stdout else ""
        except KeyboardInterrupt:  # it must not go on unseen
            process.terminate()
            raise
    if process.returncode:
        raise GroundwireError(
            f"The recipe {name} failed (exit code {process.returncode}). It ended with:\n"
            + "\n".join(_last_lines(said)),
            advice,
        )


def _follow(source: IO[bytes], terminal: IO[str] | None) -> str:
    """Copy ``source`` to ``terminal``; its last characters."""
    decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
    said = ""
    while part := os.read(source.fileno(), 4096):
        text = decode(part)
        if terminal:
            terminal.write(text)
            terminal.flush()
        said = (said + text)[-KEPT:]
    return said


def _last_lines(said: str) -> list[str]:
    """Of a line that was drawn over and over, as a bar is, the last state alone."""
    lines = [line.rstrip().rpartition("\r")[2] for line in said.split("\n")]
    return [line for line in lines if line][-SHOWN:]
