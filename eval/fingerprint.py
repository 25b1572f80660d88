"""What can change a number: same fingerprint, same numbers."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from pydantic.main import IncEx

from groundwire.core.settings import Settings
from groundwire.eval.schema import Task
from groundwire.prompts import all_prompts

ROOT = Path(__file__).resolve().parents[1]
# Rooms whose code has a part in an answer or its score.
ROOMS = ("core", "models", "prompts", "retrievers", "agents", "eval")
# They say where things lie and what else there is, not how anything is answered.
SILENT: dict[str, IncEx | bool] = {
    "home": True,
    "page": True,
    "systems": True,
    "llm": {role: {"api_key"} for role in ("chat", "small", "judge")},
}
NAME = re.compile(r"[\w.-]+")


def take_fingerprint(
    task: Task, settings: Settings, *, answers: bool, models: Mapping[str, object], seed: int
) -> dict[str, Any]:
    """Everything that can change a number of a run; ``hash`` is the SHA-256 of all the rest.

    ``models`` names each with its weights. The number of questions asked at once is left out, since
    it changes times alone.
    """
    found = {
        "groundwire": version("groundwire"),
        "commit": _commit(),
        "code": _code(),
        "python": platform.python_version(),
        "processor": _processor(),
        "packages": dict(_packages()),
        "models": dict(models),
        "prompts": _prompts(),
        "settings": settings.model_dump(mode="json", exclude=SILENT),
        "answers": answers,
        "task": task.name,
        "task_content": task.content,
        "corpus_content": task.corpus.content if task.corpus else None,
        "seed": seed,
    }
    text = json.dumps(found, sort_keys=True)
    return {"hash": hashlib.sha256(text.encode()).hexdigest(), **found}


def differences(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """Names of the entries in which two fingerprints differ, the hash left out."""
    names = dict.fromkeys([*first, *second])
    return [name for name in names if name != "hash" and first.get(name) != second.get(name)]


@cache
def _commit() -> str | None:
    """The commit of the checkout that this is, if it is one."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return None
    asked = [git, "-C", str(ROOT), "rev-parse", "HEAD"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() or None


@cache
def _code() -> str:
    """SHA-256 over the source, which a commit does not tell where files were edited since."""
    digest = hashlib.sha256()
    for room in ROOMS:
        # Beside this room, where a wheel puts them too; in a development checkout as well.
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in {".py", ".txt", ".md", ".json"} and path.is_file():
                digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _packages() -> tuple[tuple[str, str], ...]:
    """The versions of all libraries that groundwire asks for, and that those ask for."""
    found: dict[str, str] = {}
    waiting = ["groundwire"]
    while waiting:
        name = waiting.pop()
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # asked for on other machines only
            continue
        waiting += [one for one in _asked_for(name) if one not in found]
    del found["groundwire"]
    return tuple(sorted(found.items()))


def _asked_for(name: str) -> list[str]:
    """What a library needs; of extras only our own ``models``, whose encoders change vectors."""
    wanted = [
        one
        for one in requires(name) or ()
        if "extra ==" not in one or (name == "groundwire" and "models" in one.partition(";")[2])
    ]
    names = [match.group() for match in map(NAME.match, wanted) if match]
    return [re.sub(r"[-_.]+", "-", one).lower() for one in names]


@cache
def _processor() -> str:
    """The machine's kind and processor: quantised models round otherwise on another one."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        found = re.search(r"model name\s*:\s*(.+)", cpuinfo.read_text(encoding="utf-8"))
        model = found.group(1) if found else ""
    return f"{platform.system()} {platform.machine()} {model or platform.processor()}".strip()


def _prompts() -> dict[str, str]:
    """SHA-256 of every prompt by its name; the local engine uses none."""
    return {name: prompt.sha256 for name, prompt in all_prompts().items()}
