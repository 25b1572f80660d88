import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from groundwire.app.page_upload import (
    LONGEST_NAME,
    Upload,
    add_uploads,
    discard_upload,
    is_upload,
    safe_name,
    upload_folder,
)
from groundwire.core.outcomes import FileOutcome, Outcome, Progress
from groundwire.core.settings import EncoderSettings, ReadingSettings, Settings
from groundwire.retrievers import Library, list_documents, open_library


@pytest.mark.parametrize(
    "name", ["report.pdf", "Jahresbericht 2023 (final).docx", "보고서.md", "a-b_c.tar.gz", "notes"]
)
def test_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert safe_name(name) == name


@given(st.text(st.characters(exclude_categories=[])))
@example("../../etc/passwd")
@example("..")
@example("C:\\Windows\\system.ini")
@example("a\0b.txt")
@example("invoice\u202efdp.exe")
@example("*?[x].md")
@example("x" * 5000 + ".pdf")
@example("名" * 500 + ".pdf")
@example(".bashrc")
@example("con.txt")
@example("\ud800.md")
@example("x." + "y" * 300)
def test_no_name_leaves_its_folder_or_is_a_pattern(name: str) -> None:
    kept = safe_name(name)
    assert Path(kept).name == kept
    assert kept not in {"", ".", ".."}
    assert not kept.startswith((".", " "))
    assert not set(kept) & set('/\\:*?"<>|[]{}')
    assert not any(unicodedata.category(mark)[0] == "C" for mark in kept)
    assert len(kept.encode("utf-8")) <= LONGEST_NAME
    assert safe_name(kept) == kept


def test_names_that_had_to_be_altered_stay_apart_and_keep_their_ending() -> None:
    assert safe_name("a/b.pdf") != safe_name("a\\b.pdf") != safe_name("a_b.pdf")
    assert safe_name("a/b.pdf").endswith(".pdf")


def test_only_what_the_page_kept_is_ever_deleted(tmp_path: Path) -> None:
    own = tmp_path / "own.md"
    kept = upload_folder(tmp_path / "home", "default") / "kept.md"
    kept.parent.mkdir(parents=True)
    for path in (own, kept):
        path.write_text("x")
    sly = tmp_path / "home" / "uploads" / ".." / ".." / "own.md"
    for source in (own, kept, sly):
        discard_upload(tmp_path / "home", str(source))
    assert own.exists()
    assert not kept.exists()
    discard_upload(tmp_path / "home", str(kept))
    assert not is_upload(tmp_path / "home", str(own))


def add(library: Library, *files: tuple[str, bytes]) -> list[FileOutcome]:
    seen: list[Progress] = []
    uploads = [Upload(name=name, content=content) for name, content in files]
    return list(add_uploads(library, uploads, "my files", seen.append))


def test_dropped_files_live_in_the_home_folder_and_replace_each_other(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path,
        encoder=EncoderSettings(model="hash"),
        reading=ReadingSettings(max_bytes=1000),
    )
    with open_library(settings) as library:
        first = add(library, ("a.md", b"The sky is blue."), ("../b.md", b"Grass is green."))
        assert [one.outcome for one in first] == [Outcome.ADDED, Outcome.ADDED]
        folder = tmp_path / "uploads" / "my files"
        assert {Path(one.source).parent for one in list_documents(library)} == {folder}
        again = add(library, ("a.md", b"The sky is grey."))
        assert [one.outcome for one in again] == [Outcome.REPLACED]
        assert (folder / "a.md").read_text() == "The sky is grey."
        refused = add(library, ("a.md", b"x" * 2000), ("c.md", b""))
        assert [one.outcome for one in refused] == [Outcome.SKIPPED, Outcome.SKIPPED]
        assert all(one.reason for one in refused)
        assert (folder / "a.md").read_text() == "The sky is grey."
        assert len(list(folder.iterdir())) == 2
        assert len(list_documents(library, "my files")) == 2
