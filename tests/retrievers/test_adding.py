"""What becomes of files: added, unchanged, replaced, removed, stored once, never doubled."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from groundwire.core.errors import UsageError
from groundwire.core.outcomes import FileOutcome, Progress
from groundwire.core.protocols import FloatArray
from groundwire.core.schema import Document, Piece
from groundwire.core.settings import Settings
from groundwire.models import HashEncoder
from groundwire.retrievers import (
    Library,
    Scope,
    add_documents,
    add_paths,
    check_library,
    list_collections,
    list_documents,
    open_library,
    read_document,
    remove_collection,
    remove_documents,
    search,
    sync_folder,
)
from groundwire.retrievers.tables import vectors

Files = Callable[..., list[str]]


class CountingEncoder(HashEncoder):
    """Notes what it was asked to encode."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> FloatArray:
        self.encoded += texts
        return super().encode(texts)


def outcomes(found: Sequence[FileOutcome]) -> list[str]:
    return [str(one.outcome) for one in found]


def add(library: Library, *paths: str, collection: str = "default") -> list[str]:
    return outcomes(list(add_paths(library, paths, collection=collection)))


def held(library: Library) -> tuple[set[int], dict[str, set[int]], int]:
    """Passages in the lexical index, in the vectors of each collection, and cached vectors."""
    with library.engine.connect() as connection:
        cached = connection.scalar(select(func.count()).select_from(vectors)) or 0
    with library.reading() as (dense, lexical):
        there = {
            one.name: dense.passage_ids(number)
            for number, one in enumerate(list_collections(library), start=1)
        }
        return lexical.passage_ids(), there, cached


def test_the_same_file_again_is_unchanged(library: Library, files: Files) -> None:
    (path,) = files(a="The harbour opens at six.")
    assert add(library, path) == ["added"]
    assert add(library, path) == ["unchanged"]
    assert [one.source for one in list_documents(library)] == [path]
    assert check_library(library).problems == ()


def test_a_changed_file_replaces_its_old_version_everywhere(library: Library, files: Files) -> None:
    (path,) = files(a="The harbour opens at six.")
    add(library, path)
    old = list_documents(library)[0].document_id
    files(a="Nothing but seagulls today.")
    assert add(library, path) == ["replaced"]
    words, dense, cached = held(library)
    assert (len(words), len(dense["default"]), cached) == (1, 1, 1)
    assert read_document(library, old) is None
    assert [hit.passage.text for hit in search(library, "harbour opens six")] == [
        "Nothing but seagulls today."
    ]
    assert search(library, "harbour")[0].scores.keys() == {"dense"}
    assert check_library(library).problems == ()


def test_one_document_at_two_places_is_encoded_once(settings: Settings, files: Files) -> None:
    encoder = CountingEncoder()
    first, second = files(a="Ferries run on time.", b="Ferries run on time.")
    with open_library(settings, encoder=encoder) as library:
        assert add(library, first) == ["added"]
        before = len(encoder.encoded)
        assert add(library, second) == ["added"]
        assert add(library, first, collection="other") == ["added"]
        assert len(encoder.encoded) == before
        ids = {one.document_id for one in list_documents(library)}
        assert len(ids) == 1
        assert len(search(library, "ferries")) == 1
        assert outcomes(remove_documents(library, first, collection="default")) == ["removed"]
        places = [(one.source, one.collection) for one in list_documents(library)]
        assert places == [(second, "default"), (first, "other")]
        assert search(library, "ferries", scope=Scope(collection="default"))[0].passage.source == (
            second
        )
        remove_documents(library, ids.pop())
        assert held(library) == (set(), {"default": set(), "other": set()}, 0)
        assert check_library(library).problems == ()


def test_equal_files_in_one_run_are_stored_once(settings: Settings, files: Files) -> None:
    encoder = CountingEncoder()
    paths = files(a="Twins.", b="Twins.", c="Twins.")
    with open_library(settings, encoder=encoder) as library:
        assert add(library, *paths) == ["added"] * 3
        assert len({one.document_id for one in list_documents(library)}) == 1
    assert len(encoder.encoded) == len(set(encoder.encoded)) == 1


def test_removed_text_is_nowhere(library: Library, files: Files) -> None:
    paths = files(keep="Lighthouse keepers sing.", lose="Secret treaty of the moles.")
    add(library, *paths)
    assert outcomes(remove_documents(library, "lose.txt")) == ["removed"]
    words, dense, cached = held(library)
    assert (len(words), len(dense["default"]), cached) == (1, 1, 1)
    assert "lexical" not in search(library, "secret treaty")[0].scores
    with pytest.raises(UsageError, match=r"lose\.txt"):
        remove_documents(library, "lose.txt")
    with pytest.raises(UsageError, match="no collection"):
        remove_documents(library, "keep.txt", collection="nowhere")


def test_removing_a_collection_keeps_what_stands_elsewhere(library: Library, files: Files) -> None:
    paths = files(a="Apples and pears.", b="Bread and butter.")
    add(library, *paths)
    add(library, paths[0], collection="fruit")
    assert outcomes(remove_collection(library, "default")) == ["removed", "removed"]
    assert [(one.name, one.documents) for one in list_collections(library)] == [("fruit", 1)]
    assert [hit.passage.text for hit in search(library, "bread apples")] == ["Apples and pears."]
    with pytest.raises(UsageError, match="no collection"):
        search(library, "apples", scope=Scope(collection="default"))
    assert check_library(library).problems == ()
    add(library, paths[1])
    assert len(search(library, "bread", scope=Scope(collection="default"))) == 1


@pytest.mark.parametrize("name", ["", "  ", "end ", "two\nlines", "\x1b[31m", "x" * 201, "\udcff"])
def test_a_name_that_no_collection_can_have(library: Library, files: Files, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a collection"):
        add(library, *files(a="apples"), collection=name)
    assert list_collections(library) == []


@pytest.mark.parametrize("name", ["../x", "책 모음", "a b", "a\u200cb"])
def test_a_collection_may_have_any_name_of_one_line(
    library: Library, files: Files, name: str
) -> None:
    assert add(library, *files(a="apples"), collection=name) == ["added"]
    assert [found.name for found in list_collections(library)] == [name]


def test_sync_removes_what_has_gone(library: Library, files: Files, tmp_path: Path) -> None:
    paths = files(a="One.", b="Two.")
    outside = tmp_path / "outside.txt"
    outside.write_text("Three.")
    add(library, *paths, str(outside))
    Path(paths[0]).unlink()
    found = list(sync_folder(library, str(tmp_path / "files")))
    assert sorted(outcomes(found)) == ["removed", "unchanged"]
    assert {one.source for one in list_documents(library)} == {paths[1], str(outside)}
    shutil.rmtree(tmp_path / "files")
    with pytest.raises(UsageError, match="does not exist"):
        list(sync_folder(library, str(tmp_path / "files")))
    assert len(list_documents(library)) == 2


def test_a_file_that_cannot_be_read_keeps_its_version(library: Library, files: Files) -> None:
    (path,) = files(a="Good words.")
    add(library, path)
    Path(path).write_bytes(b"")
    (outcome,) = add_paths(library, [path])
    assert outcome.outcome == "skipped"
    assert "kept" in (outcome.reason or "")
    assert search(library, "good words")[0].passage.text == "Good words."


def test_a_name_that_is_no_text_fails_alone(library: Library, files: Files, tmp_path: Path) -> None:
    (good,) = files(a="Fine.")
    bad = os.fsencode(tmp_path / "files") + b"/\xff.txt"
    Path(os.fsdecode(bad)).write_text("Also fine.")
    found = {one.path: one for one in add_paths(library, [str(tmp_path / "files")])}
    assert found[good].outcome == "added"
    assert found[os.fsdecode(bad)].outcome == "failed"
    assert "UTF-8" in (found[os.fsdecode(bad)].reason or "")


def test_a_touched_file_is_found_by_its_new_time(library: Library, files: Files) -> None:
    (path,) = files(a="Old wine.")
    os.utime(path, (0, 0))
    add(library, path)
    assert search(library, "wine", scope=Scope(where=(("modified", "1970"),)))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert add(library, path) == ["unchanged"]
    assert not search(library, "wine", scope=Scope(where=(("modified", "1970"),)))
    assert search(library, "wine", scope=Scope(where=(("modified", "2001-09-09"),)))


def test_progress_ends_with_everything(library: Library, files: Files) -> None:
    seen: list[Progress] = []
    paths = files(a="One.", b="Two.", c="Three.")
    list(add_paths(library, paths, on_progress=seen.append))
    assert (seen[-1].files_done, seen[-1].files_total, seen[-1].passages) == (3, 3, 3)
    assert (
        seen[-1].bytes_done
        == seen[-1].bytes_total
        == sum(Path(path).stat().st_size for path in paths)
    )


def test_documents_read_elsewhere(library: Library) -> None:
    def made(number: int) -> tuple[Document, list[Piece]]:
        text = f"Line {number} of the corpus."
        document = Document(
            id=f"{number:064x}", source=f"corpus/{number}", title="", text=text, media_type="x"
        )
        return document, [Piece(start=0, end=len(text))]

    found = list(add_documents(library, map(made, range(600)), collection="corpus"))
    assert outcomes(found) == ["added"] * 600
    assert outcomes(list(add_documents(library, [made(3)], collection="corpus"))) == ["unchanged"]
    assert search(library, "line 77", k=1)[0].passage.source == "corpus/77"


class RemovingEncoder(HashEncoder):
    """While it encodes, another library on the same home removes a document."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.victim: str | None = None

    def encode(self, texts: Sequence[str]) -> FloatArray:
        victim, self.victim = self.victim, None
        if victim:
            with open_library(self.settings, encoder=HashEncoder()) as other:
                remove_documents(other, victim)
        return super().encode(texts)


def test_a_document_removed_meanwhile_is_read_again(settings: Settings, files: Files) -> None:
    """The copy was known when it was prepared; its bytes and its vectors are gone when written."""
    encoder = RemovingEncoder(settings)
    original, copy, other = files(original="Same.", copy="Same.", other="Something new.")
    with open_library(settings, encoder=encoder) as library:
        add(library, original)
        encoder.victim = original
        assert add(library, copy, other) == ["added", "added"]
        assert {one.source for one in list_documents(library)} == {copy, other}
        assert library.notice is None
        assert check_library(library).problems == ()


def test_vectors_removed_meanwhile_are_made_again(settings: Settings, files: Files) -> None:
    """Two documents share a passage; its vector leaves the cache with the first of them."""
    shared = "# Tides\n\nThe tide turns at noon.\n"
    encoder = RemovingEncoder(settings)
    first, second = files(first=shared, second=f"{shared}\n# More\n\nAnd again at midnight.\n")
    with open_library(settings, encoder=encoder) as library:
        add(library, first)
        encoder.victim = first
        assert add(library, second) == ["added"]
        assert library.notice is None
        assert check_library(library).problems == ()
        assert search(library, "tide turns at noon")[0].passage.source == second


def test_the_library_does_not_add_its_own_files(library: Library) -> None:
    upload = library.folder / "uploads" / "default" / "a.txt"
    upload.parent.mkdir(parents=True)
    upload.write_text("The harbour opens at six.")
    (library.folder / "groundwire.toml").write_text("# settings are no document either")
    assert add(library, str(library.folder)) == ["added"]
    assert [one.source for one in list_documents(library)] == [str(upload)]
