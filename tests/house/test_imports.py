"""Imports between rooms point one way, and what may be replaced has one door."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BELOW_APP = {"core", "models", "prompts", "retrievers", "agents"}
MAY_IMPORT = {
    "core": set(),
    "models": {"core"},
    "prompts": {"core"},
    "retrievers": {"core", "models"},
    "agents": {"core", "models", "prompts", "retrievers"},
    "app": BELOW_APP | {"eval", "training"},
    "eval": BELOW_APP | {"training"},
    "training": {"core", "models"},
}
# Of these rooms others take only what their `__init__` names.
BY_NAME_ONLY = {"eval", "training"}
# Library -> the rooms, or the only files, that may import it.
DOORS = {
    "streamlit": {"app"},
    "typer": {"app"},
    "rich": {"app"},
    "torch": {"models", "training"},
    "sentence_transformers": {"models", "training"},
    "litellm": {"models"},
    "chromadb": {"retrievers"},
    "tantivy": {"retrievers"},
    "langgraph": {"agents"},
    "langgraph.graph": {"agents/graph.py"},
    "langgraph.checkpoint": {"agents/graph.py", "agents/checkpoints.py"},
}
ONE_FILE = ("chromadb", "litellm", "sentence_transformers")

SOURCES = sorted(path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Every import as (module, name); a plain `import x` has the name "", a relative one a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((module, alias.name) for alias in node.names)


def against_the_layers(room: str, code: str) -> list[str]:
    """What ``code``, standing in ``room``, imports and must not."""
    found = []
    for module, name in imports(ast.parse(code)):
        top, _, rest = module.partition(".")
        if module.startswith("."):
            found.append(f"{module} is relative")
        elif top in MAY_IMPORT and top != room and (ROOT / top / "py.typed").exists():
            found.append(f"{module} lacks the prefix groundwire")
        elif top == "groundwire":
            found.extend(_between_rooms(room, rest or name, name))
    return found


def _between_rooms(room: str, path: str, name: str) -> Iterator[str]:
    other, _, inner = path.partition(".")
    if other == room:
        return
    if other not in MAY_IMPORT[room]:
        yield f"{room} must not import {other}"
    if name.startswith("_"):
        yield f"{name} is private to {path}"
    if room == "app" and other in BY_NAME_ONLY and inner:
        yield f"app takes from {other} only what its __init__ names, not {path}"


def past_the_doors(file: str, code: str) -> list[str]:
    """Libraries that ``code``, standing in ``file`` (such as "app/cli.py"), must not import."""
    room = file.partition("/")[0]
    return sorted(
        f"{file} imports {library}"
        for library, allowed in DOORS.items()
        if imports_library(code, library) and not allowed & {room, file}
    )


def imports_library(code: str, library: str) -> bool:
    """Whether ``code`` imports ``library`` or a part of it."""
    return any(
        f"{module}.{name}.".startswith(f"{library}.") for module, name in imports(ast.parse(code))
    )


def file_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=file_name)
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    assert not against_the_layers(room, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=file_name)
def test_libraries_enter_through_their_doors(path: Path) -> None:
    assert not past_the_doors(file_name(path), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("library", ONE_FILE)
def test_what_may_be_replaced_is_imported_in_one_file(library: str) -> None:
    files = [
        file_name(path)
        for path in SOURCES
        if path.parts[-2] != "training" and imports_library(path.read_text("utf-8"), library)
    ]
    assert len(files) <= 1, files


def test_no_file_of_the_app_hides_a_module_of_somebody_else() -> None:
    # `streamlit run` puts the folder of the page first on the path.
    taken = {*packages_distributions(), *sys.stdlib_module_names}
    own = {path.stem for path in (ROOT / "app").iterdir() if path.suffix == ".py"}
    assert not (own - {"__init__", "__main__"}) & taken


def test_every_room_is_in_the_table() -> None:
    assert {path.parent.name for path in ROOT.glob("*/py.typed")} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("room", "code"),
    [
        ("core", "from groundwire.models import load_encoder"),
        ("models", "import groundwire.retrievers.search"),
        ("retrievers", "from groundwire import agents"),
        ("eval", "def late():\n    from groundwire.app.cli import main"),
        ("training", "from groundwire.retrievers import search"),
        ("agents", "from groundwire.core.settings import _put"),
        ("agents", "from .graph import build"),
        ("agents", "from core.schema import Answer"),
        ("app", "from groundwire.eval.speed import measure"),
    ],
)
def test_a_wrong_import_is_seen(room: str, code: str) -> None:
    assert against_the_layers(room, code)


@pytest.mark.parametrize(
    ("room", "code"),
    [
        ("app", "from groundwire.eval import measure"),
        ("app", "from groundwire.agents.ask import ask"),
        ("agents", "from groundwire.agents.graph import _own"),
        ("models", "import numpy as np"),
    ],
)
def test_a_right_import_is_let_pass(room: str, code: str) -> None:
    assert not against_the_layers(room, code)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("agents/read.py", "import litellm"),
        ("agents/read.py", "from langgraph.graph import StateGraph"),
        ("agents/read.py", "from langgraph import graph"),
        ("retrievers/library.py", "import streamlit.web.cli"),
        ("app/page.py", "from chromadb.api import ClientAPI"),
    ],
)
def test_a_wrong_door_is_seen(file: str, code: str) -> None:
    assert past_the_doors(file, code)


def test_the_right_doors_are_let_pass() -> None:
    assert not past_the_doors("agents/graph.py", "from langgraph.graph import StateGraph")
    assert not past_the_doors("agents/read.py", "from langgraph.runtime import Runtime")
    assert not past_the_doors("app/page.py", "import streamlit as st")
