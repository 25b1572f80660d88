"""A small library of invented documents, and the local engine over it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundwire.agents import Tools, local_tools
from groundwire.core.schema import Draft, Verdict
from groundwire.core.settings import Settings, load_settings
from groundwire.models import HashEncoder, ScriptedReader, ScriptedVerifier, quote_start
from groundwire.retrievers import Library, add_paths, open_library

DOCUMENTS = {
    "harbour.md": """# The harbour of Tarnholm

The harbour of Tarnholm opened in 1921. It has room for 48 boats.

## Fees

| Length | Fee a night |
|---|---|
| under 8 metres | 12 euros |
| over 8 metres | 20 euros |
""",
    "looms.txt": """Kestrel Looms makes looms for wool and linen. The company was founded in 1952
by Ottoline Farrow. Kestrel Looms employs 34 people in Sandhollow.
""",
    "mill.txt": """The mill at Brackwater grinds rye and barley. The mill was built in 1874.
The miller sells flour on Saturdays from eight o'clock.
""",
    "lighthouse-ko.txt": "등대는 1930년에 세워졌습니다. 등대지기는 두 명입니다.\n",
}

Script = Callable[..., Draft]
# Without trained models, and everything that is read counts as supported.
READING = {"answer.reader": "sentences", "answer.threshold": 0}


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the shared library; everything that is read counts as supported."""
    folder = tmp_path_factory.mktemp("library")
    return load_settings(home=folder / "home", folder=folder, environ={}, flags=READING)


@pytest.fixture(scope="session")
def library(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The documents above; shared, so tests change nothing in it but conversations."""
    folder = tmp_path_factory.mktemp("documents")
    with open_library(settings, encoder=HashEncoder()) as opened:
        write_documents(folder, DOCUMENTS)
        list(add_paths(opened, [str(folder)]))
        yield opened


@pytest.fixture
def tools(library: Library) -> Tools:
    """The local engine over the shared library."""
    return local_tools(library)


@pytest.fixture
def own_library(tmp_path: Path) -> Iterator[Library]:
    """An empty library that a test may fill and spoil; every sentence counts as supported."""
    settings = load_settings(home=tmp_path / "home", folder=tmp_path, environ={}, flags=READING)
    with open_library(settings, encoder=HashEncoder()) as opened:
        yield opened


@pytest.fixture
def fill(own_library: Library, tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Write documents into a folder, add them to the test's own library, and name the folder."""

    def fill_library(documents: dict[str, str]) -> Path:
        folder = tmp_path / "documents"
        folder.mkdir(exist_ok=True)
        write_documents(folder, documents)
        outcomes = list(add_paths(own_library, [str(folder)]))
        assert {outcome.outcome for outcome in outcomes} <= {"added", "unchanged", "replaced"}
        return folder

    return fill_library


@pytest.fixture
def scripted(tools: Tools) -> Callable[..., Tools]:
    """The engine with a reader and a verifier by script, and other settings where given."""

    def build(*verdicts: Verdict, script: Script = quote_start, **flags: Any) -> Tools:
        named = {name.replace("__", "."): value for name, value in flags.items()}
        home = tools.settings.home
        return replace(
            tools,
            settings=load_settings(home=home, folder=home, environ={}, flags=named),
            reader=ScriptedReader(script),
            verifier=ScriptedVerifier(*(verdicts or (Verdict.SUPPORTED,))),
        )

    return build


def write_documents(folder: Path, documents: dict[str, str]) -> None:
    """One file for each name."""
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")
