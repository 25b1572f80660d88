from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from groundwire.core.errors import ModelError
from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_graph import PairGraph
from groundwire.models.passage_reader import ExtractiveReader

ENCODER = bundled_folder("all-MiniLM-L6-v2")


@pytest.fixture
def folder(reader_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(reader_folder, tmp_path / "reader"))


def use(folder: Path) -> None:
    ExtractiveReader(folder, threads=1).read("Who grinds rye?", ["The mill."])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere") as caught:
        use(tmp_path / "nowhere")
    assert "Install groundwire again" in caught.value.advice


@pytest.mark.parametrize("missing", ["manifest.json", "model.onnx"])
def test_a_missing_file_is_named(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing) as caught:
        use(folder)
    assert "Install groundwire again" in caught.value.advice


@pytest.mark.parametrize("damaged", ["manifest.json", "model.onnx"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff" * 100])
def test_a_damaged_file_is_named(folder: Path, damaged: str, content: bytes) -> None:
    (folder / damaged).write_bytes(content)
    with pytest.raises(ModelError, match=damaged) as caught:
        use(folder)
    assert "Install groundwire again" in caught.value.advice


def test_damage_that_keeps_the_size_is_noticed_too(folder: Path) -> None:
    path = folder / "model.onnx"
    path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(ModelError, match="damaged"):
        use(folder)


@pytest.mark.parametrize("entry", ["trunk", "outputs"])
def test_a_manifest_that_lacks_an_entry_is_named(folder: Path, entry: str) -> None:
    path = folder / "manifest.json"
    entries = json.loads(path.read_text(encoding="utf-8"))
    del entries[entry]
    path.write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(ModelError, match="manifest"):
        use(folder)


@pytest.mark.parametrize("calibration", [7, {"answers": 1}, {"answers": {"scale": "much"}}])
def test_a_damaged_calibration_is_named(
    folder: Path, with_manifest: Callable[..., None], calibration: object
) -> None:
    with_manifest(folder, calibration=calibration)
    with pytest.raises(ModelError, match="manifest"):
        use(folder)


def test_weights_for_another_encoder_are_refused(
    folder: Path, with_manifest: Callable[..., None]
) -> None:
    with_manifest(folder, trunk="0123456789abcdef")
    with pytest.raises(ModelError, match="another encoder") as caught:
        PairGraph(folder)
    assert str(folder) in caught.value.what
    assert "Install groundwire again" in caught.value.advice


def test_an_encoder_that_does_not_say_where_its_words_are_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    trunk = Path(shutil.copytree(ENCODER, tmp_path / "trunk"))
    entries = json.loads((trunk / "manifest.json").read_text(encoding="utf-8"))
    del entries["words"]
    (trunk / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(ModelError, match="trunk"):
        PairGraph(folder, trunk=trunk)


def test_the_name_follows_weights_and_calibration(
    folder: Path, with_manifest: Callable[..., None]
) -> None:
    names = {PairGraph(folder).name}
    assert names == {PairGraph(folder).name}
    for bias in (0.0, 1.0):
        with_manifest(folder, calibration={"answers": {"scale": 1.0, "bias": bias}})
        names.add(PairGraph(folder).name)
    with_manifest(folder, sha256="f" * 64)
    names.add(PairGraph(folder).name)
    assert len(names) == 4
    assert all(name.startswith("birds@") for name in names)
