"""One library: other processes' changes, another encoder, interrupted work."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from groundwire.core.errors import IndexDamaged, LibraryError
from groundwire.core.protocols import FloatArray
from groundwire.core.settings import Settings
from groundwire.models import HashEncoder
from groundwire.retrievers import (
    Library,
    add_paths,
    check_library,
    list_documents,
    open_library,
    remove_documents,
    search,
)
from groundwire.retrievers.tables import documents

Files = Callable[..., list[str]]


class OtherEncoder(HashEncoder):
    """Another model: half as many numbers, another name."""

    @property
    def name(self) -> str:
        return "other-128"

    @property
    def dimension(self) -> int:
        return 128

    def encode(self, texts: object) -> FloatArray:
        vectors = super().encode(texts)[:, :128] + 0.01  # type: ignore[arg-type] # any texts
        return vectors / (vectors**2).sum(axis=1, keepdims=True) ** 0.5


def test_what_another_library_adds_is_found(settings: Settings, files: Files) -> None:
    one, two = files(one="The first harbour.", two="The second boat.")
    with open_library(settings) as here, open_library(settings) as there:
        list(add_paths(here, [one]))
        assert search(here, "boat")[0].passage.title == "one"
        list(add_paths(there, [two]))
        best = search(here, "second boat")[0]
        assert best.passage.title == "two"
        assert best.scores.keys() == {"dense", "lexical"}
        remove_documents(here, one)
        assert [hit.passage.title for hit in search(there, "harbour")] == ["two"]


def test_another_encoder_encodes_again_at_opening(settings: Settings, files: Files) -> None:
    paths = files(one="The first harbour.", two="The second boat.")
    with open_library(settings) as library:
        list(add_paths(library, paths))
    with open_library(settings, encoder=OtherEncoder()) as library:
        assert library.notice is None
        assert search(library, "boat")[0].scores.keys() == {"dense", "lexical"}
        assert check_library(library).problems == ()
    with open_library(settings) as library:
        assert check_library(library).problems == ()
        assert search(library, "harbour", k=1)[0].passage.title == "one"


@pytest.mark.parametrize("finish", ["repair", "add"])
def test_another_encoder_and_too_much_to_encode_now(
    finish: str, settings: Settings, files: Files
) -> None:
    paths = files(one="The first harbour.", two="The second boat.")
    with open_library(settings) as library:
        list(add_paths(library, paths))
    with open_library(settings, encoder=OtherEncoder(), most_passages=1) as library:
        assert library.notice is not None
        assert "2 documents" in library.notice
        assert [hit.scores.keys() for hit in search(library, "boat")] == [{"lexical"}]
        remove_documents(library, "one.txt")
        assert len(list_documents(library)) == 1
        assert library.notice is not None
        assert "1 document is" in library.notice
        if finish == "repair":
            assert check_library(library, repair=True).whole
        else:
            list(add_paths(library, paths))
        assert library.notice is None
        assert search(library, "boat")[0].scores.keys() == {"dense", "lexical"}
        assert check_library(library).problems == ()


def test_two_encoders_at_once_never_mix(settings: Settings, files: Files) -> None:
    one, two = files(one="The first harbour.", two="The second boat.")
    with open_library(settings) as old:
        list(add_paths(old, [one]))
        assert search(old, "harbour")[0].scores.keys() == {"dense", "lexical"}
        with open_library(settings, encoder=OtherEncoder()) as new:
            assert old.notice is not None
            assert "other-128" in old.notice
            assert search(old, "harbour")[0].scores.keys() == {"lexical"}
            with pytest.raises(LibraryError, match="changed the library's encoder"):
                remove_documents(old, one)
            list(add_paths(new, [two]))
            assert check_library(new).problems == ()


def test_what_was_interrupted_is_finished_at_opening(settings: Settings, files: Files) -> None:
    with open_library(settings) as library:
        list(add_paths(library, files(one="The first harbour.", two="The second boat.")))
        with library.transaction() as connection:
            connection.execute(update(documents).values(state="new"))
        assert library.notice is not None
    with open_library(settings) as library:
        assert library.notice is None
        assert check_library(library).problems == ()


def test_a_locked_library_is_told(settings: Settings) -> None:
    (settings.home / "write.lock").mkdir(parents=True)
    with (
        open_library(settings) as library,
        pytest.raises(LibraryError),
        library.locked(),
    ):
        pass
    assert Path(settings.home / "library.sqlite").exists()


def test_an_index_met_while_it_is_written_is_read_again_and_a_damaged_one_told(
    library: Library,
) -> None:
    def failing(times: int) -> Callable[[], str]:
        left = [IndexDamaged("half written", "wait")] * times

        def read() -> str:
            if left:
                raise left.pop()
            return "read"

        return read

    assert library.reading_whole(failing(0)) == library.reading_whole(failing(1)) == "read"
    with pytest.raises(IndexDamaged, match="half written"):
        library.reading_whole(failing(2))
