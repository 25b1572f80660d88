from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from groundwire.core.errors import ModelError
from groundwire.models.manifest import bundled_folder, remedy
from groundwire.models.pair_graph import PairGraph
from groundwire.models.pair_tokens import make_pair
from groundwire.models.passage_reader import ExtractiveReader

ENCODER = bundled_folder("all-MiniLM-L6-v2")


@pytest.fixture
def folder(reader_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(reader_folder, tmp_path / "reader"))


@pytest.fixture
def trunk(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ENCODER, tmp_path / "trunk"))


def use(folder: Path) -> None:
    ExtractiveReader(folder, threads=1).read("Who grinds rye?", ["The mill."])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere") as caught:
        use(tmp_path / "nowhere")
    assert f"Delete {tmp_path / 'nowhere'}" in caught.value.advice


def test_what_ships_is_installed_again() -> None:
    assert "Install groundwire again" in remedy(bundled_folder("reader"))


@pytest.mark.parametrize("missing", ["manifest.json", "model.onnx"])
def test_a_missing_file_is_named(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing) as caught:
        use(folder)
    assert f"Delete {folder}" in caught.value.advice


@pytest.mark.parametrize("damaged", ["manifest.json", "model.onnx"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff" * 100])
def test_a_damaged_file_is_named(folder: Path, damaged: str, content: bytes) -> None:
    (folder / damaged).write_bytes(content)
    with pytest.raises(ModelError, match=damaged) as caught:
        use(folder)
    assert f"Delete {folder}" in caught.value.advice


def flip_one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)


def test_damage_that_keeps_the_size_is_noticed_too(folder: Path) -> None:
    flip_one_bit(folder / "model.onnx")
    with pytest.raises(ModelError, match=r"model\.onnx is damaged") as caught:
        use(folder)
    assert f"Delete {folder}" in caught.value.advice


def test_damage_of_the_shared_token_embeddings_is_noticed(folder: Path, trunk: Path) -> None:
    flip_one_bit(trunk / "model.onnx")
    graph = PairGraph(folder, trunk=trunk)
    with pytest.raises(ModelError, match=r"trunk/model\.onnx is damaged"):
        graph.run([make_pair(*graph.encode(["Who grinds rye?", "The mill."]), most=256)])


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset": -4096},
        {"offset": 22_000_000},
        {"offset": 10**30},
        {"size": 0},
        {"size": 10**9},
        {"size": float("inf")},
        {"scale": float("nan")},
        {"zero_point": float("inf")},
    ],
)
def test_token_embeddings_that_are_not_where_they_should_be_are_noticed(
    folder: Path, trunk: Path, with_manifest: Callable[..., None], wrong: dict[str, float]
) -> None:
    words = json.loads((trunk / "manifest.json").read_text(encoding="utf-8"))["words"]
    with_manifest(trunk, words=words | wrong)
    with pytest.raises(ModelError, match=r"trunk/manifest\.json") as caught:
        PairGraph(folder, trunk=trunk)
    assert str(trunk) in caught.value.advice


def test_a_token_that_has_no_embedding_is_an_error_that_names_the_files(
    folder: Path, trunk: Path, with_manifest: Callable[..., None]
) -> None:
    words = json.loads((trunk / "manifest.json").read_text(encoding="utf-8"))["words"]
    with_manifest(trunk, words=words | {"size": 1000})
    graph = PairGraph(folder, trunk=trunk)
    with pytest.raises(ModelError, match=r"tokenizer\.json is for more tokens than"):
        graph.run([make_pair(*graph.encode(["Who grinds rye?", "The mill."]), most=256)])


@pytest.mark.parametrize(
    "entries",
    [
        {"dimension": 0},
        {"max_tokens": -1},
        {"max_tokens": 100},
        {"bytes": float("inf")},
        {"calibration": {"answers": {"scale": float("nan"), "bias": 0.0}}},
    ],
)
def test_numbers_out_of_bounds_are_noticed(
    folder: Path, with_manifest: Callable[..., None], entries: dict[str, object]
) -> None:
    with_manifest(folder, **entries)
    with pytest.raises(ModelError, match=r"manifest\.json is (missing or )?damaged"):
        use(folder)


@pytest.mark.parametrize("outputs", [["start", "end"], ["logits"]])
def test_another_kind_of_model_is_refused(
    folder: Path, with_manifest: Callable[..., None], outputs: list[str]
) -> None:
    with_manifest(folder, outputs=outputs)
    with pytest.raises(ModelError, match="another kind of model") as caught:
        use(folder)
    assert str(folder) in caught.value.what


@pytest.mark.parametrize("outputs", [["end", "start", "whole"], ["start", "end", "whole", "more"]])
def test_outputs_that_the_graph_does_not_have_are_noticed(
    folder: Path, with_manifest: Callable[..., None], outputs: list[str]
) -> None:
    with_manifest(folder, outputs=outputs)
    with pytest.raises(ModelError, match=r"model\.onnx gives start, end, whole"):
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
    assert f"Delete {folder}" in caught.value.advice


def test_an_encoder_that_does_not_say_where_its_words_are_is_refused(
    folder: Path, trunk: Path
) -> None:
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


def test_bare_forward_passes_give_what_a_run_gives_and_only_runs_are_recorded(folder: Path) -> None:
    graph = PairGraph(folder, threads=2)
    texts = graph.encode(["Who grinds rye?", "The mill.", "An eagle by the river."])
    pairs = [make_pair(texts[0], text, most=256) for text in texts[1:]]
    with graph.recording() as record:
        found = graph.run(pairs)
        graph.run([])
        bare = graph.forward([graph.prepare(pair) for pair in pairs])
    graph.run(pairs[:1])
    assert record == [pairs]
    for outputs, values in zip(found, bare, strict=True):
        assert [one.tolist() for one in outputs.values()] == [one[0].tolist() for one in values]
