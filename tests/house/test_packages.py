"""What is declared, locked and installed agrees, and no room is forgotten."""

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = {path.parent.name for path in ROOT.glob("*/__init__.py")}
BROUGHT_BY = packages_distributions()
LOCKS = ("requirements.lock", "requirements-dev.lock")


def names(requirements: list[str]) -> set[str]:
    """Distribution names of ``requirements``, normalised as indexes do it (PEP 503)."""
    found = (re.match(r"[A-Za-z0-9._-]+", each) for each in requirements)
    return {re.sub(r"[-_.]+", "-", each.group()).lower() for each in found if each}


def locked(lock: str) -> set[str]:
    """Distribution names that the lock file ``lock`` pins."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return names([line for line in lines if "==" in line])


def extra(name: str) -> list[str]:
    requirements: list[str] = PROJECT["project"]["optional-dependencies"][name]
    return requirements


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`make` in the repository, with neither settings nor flags of a `make` around the tests."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = ["make", "--no-print-directory", *arguments]  # found on the PATH, as by a person
    return subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )


def test_every_room_is_packaged_typed_mapped_and_measured() -> None:
    setuptools = PROJECT["tool"]["setuptools"]
    imported = {f"groundwire.{room}" for room in ROOMS}
    assert set(setuptools["packages"]) == imported
    assert setuptools["package-dir"] == {f"groundwire.{room}": room for room in ROOMS}
    assert set(PROJECT["tool"]["coverage"]["run"]["source_pkgs"]) == imported
    assert all((ROOT / room / "py.typed").exists() for room in ROOMS)


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_and_says_what_it_is_for(room: str) -> None:
    # Coverage counts the untouched modules of a package only if somebody imported the package.
    assert importlib.import_module(f"groundwire.{room}").__doc__


def test_the_makefile_links_every_room() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = re.search(r"^ROOMS := (.*)$", makefile, re.MULTILINE)
    assert listed
    assert set(listed.group(1).split()) == ROOMS


def test_a_room_is_flat() -> None:
    # A folder below a room would need a package of its own, and is not shipped without one.
    nested = [path for room in ROOMS for path in (ROOT / room).glob("*/**/*.py")]
    assert not nested


def test_the_core_lock_holds_what_the_core_needs_and_no_torch() -> None:
    pinned = locked("requirements.lock")
    assert names(PROJECT["project"]["dependencies"]) <= pinned
    assert not pinned & {"torch", "transformers", "sentence-transformers", "pytest"}


def test_the_development_lock_holds_the_rest_at_the_same_versions() -> None:
    pinned = locked("requirements-dev.lock")
    assert names(extra("models") + extra("dev")) - {"torch"} <= pinned
    assert "torch" not in pinned
    assert not [name for name in pinned if name.startswith(("nvidia-", "cuda-"))]
    core, development = ((ROOT / lock).read_text(encoding="utf-8").splitlines() for lock in LOCKS)
    assert {line for line in core if "==" in line} <= {line for line in development if "==" in line}


def undeclared(code: str, declared: set[str]) -> set[str]:
    """Top-level modules that ``code`` imports and no distribution in ``declared`` brings."""
    nodes = list(ast.walk(ast.parse(code)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules = plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    tops = {module.partition(".")[0] for module in modules}
    others = tops - {"groundwire"} - set(sys.stdlib_module_names)
    return {top for top in others if not declared & names(BROUGHT_BY.get(top, [top]))}


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_what_a_room_imports_is_declared(room: str) -> None:
    declared = names(PROJECT["project"]["dependencies"] + extra("models"))
    codes = [path.read_text(encoding="utf-8") for path in (ROOT / room).glob("*.py")]
    assert not {top for code in codes for top in undeclared(code, declared)}


def test_an_undeclared_import_is_seen() -> None:
    assert undeclared("import json, pytest.mark\nfrom PIL import Image", {"numpy"}) == {
        "pytest",
        "PIL",
    }
    assert not undeclared("import numpy.typing\nfrom groundwire.core import schema", {"numpy"})


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_with_hashes_and_names_no_index(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    form = re.compile(r"[a-z0-9.-]+==[\w.!+]+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert not [line for line in lines if not form.fullmatch(line)]


def test_the_licence_is_the_one_declared() -> None:
    assert PROJECT["project"]["license"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize(
    ("data", "complaint"), [("", "make bench DATA=FOLDER"), ("no-such-folder", "no-such-folder")]
)
def test_a_missing_data_folder_is_named(data: str, complaint: str) -> None:
    done = make("data", f"DATA={data}")
    assert done.returncode == 2
    assert complaint in done.stderr


def test_an_old_python_is_told_apart(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = make("venv", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode == 2
    assert "Python 3.11 or newer" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    bare = tmp_path / "python3"
    bare.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n', encoding="utf-8")
    bare.chmod(0o755)
    done = make("venv", f"PYTHON={bare}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode == 2
    assert "python3-venv" in done.stderr
