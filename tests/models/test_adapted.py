"""Weights of a person's own: put in place whole, used from there, and gone with their folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from groundwire.core.errors import LibraryError, ModelError
from groundwire.models import adapted_reader, adopt_reader, load_passage_reader

QUESTION, TEXT = "Which bird is it?", "The eagle and the swan."


def use(folder: Path) -> str:
    """The name of the reader there, once it has read something."""
    reader = load_passage_reader(threads=1, folder=folder)
    assert reader.read(QUESTION, [TEXT])
    return reader.name


def test_an_empty_home_has_none(tmp_path: Path) -> None:
    assert adapted_reader(tmp_path) is None


def test_adopted_weights_are_read_in_place_of_the_bundled_ones(
    reader_folder: Path, tmp_path: Path
) -> None:
    folder = adopt_reader(reader_folder, tmp_path)
    assert adapted_reader(tmp_path) == folder
    assert use(folder).startswith("birds@")
    assert load_passage_reader(threads=1).name != use(folder)
    shutil.rmtree(folder)
    assert adapted_reader(tmp_path) is None


def test_weights_that_replace_others_are_read_in_the_same_process(
    reader_folder: Path, tmp_path: Path
) -> None:
    folder = adopt_reader(reader_folder, tmp_path / "home")
    before = load_passage_reader(threads=1, folder=folder)
    other = Path(shutil.copytree(reader_folder, tmp_path / "other"))
    manifest = (other / "manifest.json").read_text(encoding="utf-8")
    (other / "manifest.json").write_text(manifest.replace('"birds"', '"geese"'), encoding="utf-8")
    (other / "README.md").write_text("Geese.", encoding="utf-8")
    assert adopt_reader(other, tmp_path / "home") == folder
    assert use(folder).startswith("geese@")
    assert before.name.startswith("birds@")
    assert sorted(one.name for one in folder.parent.iterdir()) == ["reader"]
    assert (folder / "README.md").read_text(encoding="utf-8") == "Geese."


def test_weights_whose_replacing_was_killed_between_two_moves_stay_in_use(
    reader_folder: Path, tmp_path: Path
) -> None:
    folder = adopt_reader(reader_folder, tmp_path)
    old = folder.rename(folder.with_suffix(".old"))
    assert adapted_reader(tmp_path) == old
    assert use(old).startswith("birds@")
    with pytest.raises(LibraryError, match="reader"):
        adopt_reader(tmp_path / "nothing", tmp_path)
    assert adapted_reader(tmp_path) == folder
    assert use(folder).startswith("birds@")


def test_what_was_in_use_stays_when_the_new_weights_cannot_be_copied(
    reader_folder: Path, tmp_path: Path
) -> None:
    folder = adopt_reader(reader_folder, tmp_path)
    with pytest.raises(LibraryError, match="reader"):
        adopt_reader(tmp_path / "nothing", tmp_path)
    assert use(folder).startswith("birds@")
    assert sorted(one.name for one in folder.parent.iterdir()) == ["reader"]


@pytest.mark.parametrize("damaged", ["manifest.json", "model.onnx"])
@pytest.mark.parametrize("content", [b"", b"{}", None])
def test_damaged_weights_name_the_file_and_the_folder_to_delete(
    reader_folder: Path, tmp_path: Path, damaged: str, content: bytes | None
) -> None:
    folder = adopt_reader(reader_folder, tmp_path)
    if content is None:
        (folder / damaged).unlink()
    else:
        (folder / damaged).write_bytes(content)
    with pytest.raises(ModelError, match=damaged) as caught:
        use(folder)
    assert f"Delete {folder}" in caught.value.advice
