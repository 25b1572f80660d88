"""A run says with which reader it was made, and is made with that of the person's own home."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from groundwire.core.settings import load_settings
from groundwire.eval.running import Plan, ask_all
from groundwire.eval.systems import find_system
from groundwire.eval.tasks import read_task
from groundwire.models.manifest import bundled_folder


@pytest.fixture
def plan(judged: Path, tmp_path: Path) -> Plan:
    """The local engine with its trained models, over passages that are kept in a cache."""
    settings = load_settings(
        home=tmp_path / "home",
        folder=tmp_path,
        environ={},
        flags={"encoder.model": "hash", "answer.evidence": 1},
    )
    system = find_system("local", settings)
    return Plan(task=read_task(judged), system=system, settings=settings, folder=tmp_path / "out")


@pytest.fixture
def own_reader(plan: Plan) -> Path:
    """The bundled weights under another name, in the home folder."""
    folder = plan.settings.home / "models" / "reader"
    shutil.copytree(bundled_folder("reader"), folder)
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    changed = manifest.replace('"reader-', '"reader-adapted-')
    (folder / "manifest.json").write_text(changed, encoding="utf-8")
    return folder


def test_the_fingerprint_names_the_reader_in_force(plan: Plan, own_reader: Path) -> None:
    first = plan.fingerprint
    assert "'reader-adapted-int8@" in str(first["models"])
    shutil.rmtree(own_reader)
    again = Plan(
        task=plan.task, system=plan.system, settings=plan.settings, folder=plan.folder
    ).fingerprint
    assert "'reader-int8@" in str(again["models"])
    assert again["hash"] != first["hash"]


def test_a_run_over_a_corpus_reads_with_the_reader_in_force(plan: Plan, own_reader: Path) -> None:
    (own_reader / "model.onnx").write_bytes(b"")
    cases = ask_all(plan).cases
    assert {case.status for case in cases} == {"failed"}
    assert all(str(own_reader) in (case.error or "") for case in cases)
