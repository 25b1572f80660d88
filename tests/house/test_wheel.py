"""What is shipped: built from an export without history, looked into, installed and run."""

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/py.typed"))
BESIDE = {"__pycache__", "build", "dist", "output"}


def exported(path: Path) -> bool:
    """Whether ``path`` belongs to the source: nothing hidden at the top, nothing that is built."""
    parts = path.relative_to(ROOT).parts
    hidden = parts[0].startswith(".") and parts[0] != ".ci"
    return not hidden and not BESIDE & set(parts) and not parts[0].endswith(".egg-info")


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of ``command``; it must succeed."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `dist`, built from a copy of the source that has neither git nor what git left."""
    source = tmp_path_factory.mktemp("export") / "groundwire"
    source.mkdir()
    for path in ROOT.rglob("*"):
        if path.is_file() and exported(path):
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    # A module that an earlier build left behind must not be shipped.
    stale = source / "build" / "lib" / "groundwire" / "core" / "deleted.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("", encoding="utf-8")
    run(sys.executable, "-P", "-m", "build", "--no-isolation", source, cwd=source.parent)
    return source / "dist"


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scripts of a new environment with the wheel and, by a path file, our dependencies."""
    place = tmp_path_factory.mktemp("empty")
    venv.create(place, with_pip=False, symlinks=True)
    paths = {"base": str(place), "platbase": str(place)}
    site, scripts = (Path(sysconfig.get_path(name, vars=paths)) for name in ("purelib", "scripts"))
    run(
        *(sys.executable, "-P", "-m", "pip", "--python", scripts / "python", "install", "-q"),
        *("--no-index", "--no-deps", "--no-compile", wheel),
        cwd=place,
    )
    dependencies = sysconfig.get_path("purelib")
    # Appended after the wheel; path files are not followed there, so our editable one is not seen.
    (site / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    return scripts


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_takes_one_name(wheel: Path) -> None:
    assert {name.partition("/")[0] for name in names(wheel)} == {"groundwire"}


def test_the_wheel_holds_every_file_of_every_room_and_nothing_else(wheel: Path) -> None:
    expected = {
        f"groundwire/{path.relative_to(ROOT).as_posix()}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and exported(path)
    }
    assert names(wheel) == expected


def test_weights_and_samples_are_in_byte_for_byte(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for folder in ("models/weights", "app/samples"):
            data = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
            assert data
            for path in data:
                name = f"groundwire/{path.relative_to(ROOT).as_posix()}"
                assert archive.read(name) == path.read_bytes()


def test_the_wheel_names_its_licence_command_and_version(wheel: Path) -> None:
    prefix = f"groundwire-{PROJECT['version']}"
    assert wheel.name == f"{prefix}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        licence = archive.read(f"{prefix}.dist-info/licenses/LICENSE")
        commands = archive.read(f"{prefix}.dist-info/entry_points.txt").decode()
        metadata = archive.read(f"{prefix}.dist-info/METADATA").decode()
    assert licence == (ROOT / "LICENSE").read_bytes()
    assert "groundwire = groundwire.app.cli:run_process" in commands
    assert "License-Expression: Apache-2.0" in metadata


def test_the_version_stands_in_one_place() -> None:
    version = f'"{PROJECT["version"]}"'
    repeated = [
        path.name
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if version in path.read_text(encoding="utf-8")
    ]
    assert not repeated


def test_the_source_distribution_can_be_tested_again(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        inside = {name.partition("/")[2] for name in files.getnames()}
    assert {"Makefile", "requirements.lock", "tests/conftest.py", "LICENSE", ".ci/run"} <= inside
    assert not [name for name in inside if "__pycache__" in name or "deleted" in name]


def test_the_installed_command_answers(installed: Path, tmp_path: Path) -> None:
    assert "Usage" in run(installed / "groundwire", "--help", cwd=tmp_path)


def test_the_installed_package_imports_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "from groundwire.agents import ask; import groundwire.core as core; print(core.__file__)"
    where = run(installed / "python", "-c", code, cwd=tmp_path).strip()
    assert Path(where).is_relative_to(installed.parent)
