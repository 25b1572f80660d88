"""The command line, called as a person types it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from groundwire.app.cli import main


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which must hold one JSON object and nothing else."""
        data = json.loads(self.out)
        assert isinstance(data, dict)
        return data


@pytest.fixture
def groundwire(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Run]:
    """The command, in a working directory of its own, with the encoder that needs no model."""
    monkeypatch.setenv("GROUNDWIRE_ENCODER__MODEL", "hash")
    monkeypatch.setenv("GROUNDWIRE_ANSWER__READER", "sentences")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Run:
        code = main(words)
        printed = capsys.readouterr()
        return Run(code, printed.out, printed.err)

    return run
