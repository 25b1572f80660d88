"""What holds for every test: no connection off this machine, and a home folder of its own."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
OFFLINE = Path(__file__).parent / "offline"


def _load_guard() -> None:
    spec = importlib.util.spec_from_file_location("offline_guard", OFFLINE / "sitecustomize.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def pytest_configure() -> None:
    """Guard this process, and through the environment every Python process that it starts."""
    for name in [name for name in os.environ if name.startswith("GROUNDWIRE_")]:
        del os.environ[name]
    others = [entry for entry in [os.environ.get("PYTHONPATH")] if entry]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(OFFLINE), *others])
    _load_guard()


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """GROUNDWIRE_HOME: an empty folder, outside of ``tmp_path`` and new for every test."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GROUNDWIRE_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def offline_log(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Where attempts to leave the machine are noted; a test that leaves any there fails."""
    log = tmp_path_factory.mktemp("offline") / "attempts.txt"
    monkeypatch.setenv("OFFLINE_LOG", str(log))
    yield log
    attempts = log.read_text(encoding="utf-8") if log.exists() else ""
    assert not attempts, f"this test tried to reach another machine:\n{attempts}"
