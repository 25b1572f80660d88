"""A library with the hash encoder, and a folder of files to put into it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from groundwire.core.settings import EncoderSettings, Settings
from groundwire.models import HashEncoder
from groundwire.retrievers import Library, open_library


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a library in a folder of its own."""
    return Settings(home=tmp_path / "home", encoder=EncoderSettings(model="hash"))


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    """An empty library."""
    with open_library(settings, encoder=HashEncoder()) as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., list[str]]:
    """Writes files by name into one folder; gives their paths."""
    folder = tmp_path / "files"

    def write(**texts: str) -> list[str]:
        paths = []
        for name, text in texts.items():
            path = folder / f"{name}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            paths.append(str(path))
        return paths

    return write
