from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groundwire.core.errors import UsageError
from groundwire.retrievers import Library, add_paths, iterate_passages, read_document, search

Files = Callable[..., list[str]]
PARAGRAPH = "The harbour master keeps a log of every tide that comes in over the bar. " * 6


def test_all_passages_of_a_collection_come_in_order(library: Library, files: Files) -> None:
    paths = files(b=f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH}", a="The mill grinds rye.")
    list(add_paths(library, paths))
    list(add_paths(library, files(c="Elsewhere."), collection="other"))
    found = list(iterate_passages(library, "default"))
    assert [Path(one.source).name for one in found] == ["a.txt"] + ["b.txt"] * (len(found) - 1)
    assert len(found) > 2
    for passage in found:
        document = read_document(library, passage.document_id)
        assert document
        assert document.text[passage.start : passage.end] == passage.text
    whole = "".join(one.text for one in found if one.title == "b")
    assert whole.rstrip() == f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH}".rstrip()


def test_they_are_the_passages_that_are_searched(library: Library, files: Files) -> None:
    list(add_paths(library, files(a="The mill grinds rye.")))
    assert list(iterate_passages(library, "default")) == [search(library, "rye")[0].passage]


def test_a_document_at_two_places_is_gone_through_once(library: Library, files: Files) -> None:
    list(add_paths(library, files(two="The mill grinds rye.", one="The mill grinds rye.")))
    (passage,) = iterate_passages(library, "default")
    assert Path(passage.source).name == "one.txt"


def test_an_unknown_collection_is_named(library: Library) -> None:
    with pytest.raises(UsageError, match="'boats'"):
        list(iterate_passages(library, "boats"))
