from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from groundwire.core.schema import Passage
from groundwire.core.settings import EncoderSettings, Settings
from groundwire.eval.making_sample import SHORTEST, order_by_cluster, sample_passages, share_out
from groundwire.models import HashEncoder
from groundwire.retrievers import Library, add_paths, open_library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "files"
    folder.mkdir()
    for name in "abc":
        text = f"The keeper of lighthouse {name} writes of every tide that passes the bar.\n\n" * 20
        (folder / f"{name}.txt").write_text(f"{text}{name}", encoding="utf-8")
    settings = Settings(home=tmp_path / "home", encoder=EncoderSettings(model="hash"))
    with open_library(settings, encoder=HashEncoder()) as opened:
        list(add_paths(opened, [str(folder)]))
        yield opened


def passage(name: str) -> Passage:
    return Passage(document_id=name, source=name, title=name, start=0, end=1, text=name)


def test_of_a_small_collection_all_is_looked_at(library: Library) -> None:
    found, total = sample_passages(library, "default", 0)
    assert {one.title for one in found} == set("abc")
    assert len(found) <= total
    assert all(len(one.text) >= SHORTEST for one in found)


def test_a_large_document_leaves_room_for_small_ones() -> None:
    counts = {"large": 5_000, "small": 3, "middle": 40}
    chosen = share_out(counts, np.random.default_rng(0))
    assert {key: len(places) for key, places in chosen.items()} == {
        "large": 1_957,
        "small": 3,
        "middle": 40,
    }
    assert all(max(places) < counts[key] for key, places in chosen.items())
    assert chosen == share_out(counts, np.random.default_rng(0))
    assert chosen != share_out(counts, np.random.default_rng(1))


def test_many_documents_give_one_each() -> None:
    counts = {f"d{number}": 4 for number in range(3_000)}
    chosen = share_out(counts, np.random.default_rng(0))
    assert Counter(len(places) for places in chosen.values()) == {1: 2_000, 0: 1_000}


def test_clusters_take_turns_and_begin_at_their_centres() -> None:
    corners = {"a": (1, 0), "b": (0, 1)}
    offsets = {"": 0.0, "'": 0.1, "''": -0.12}
    names = [f"{corner}{mark}" for corner in corners for mark in offsets]
    vectors = np.array(
        [(x + offset, y + offset) for x, y in corners.values() for offset in offsets.values()],
        dtype=np.float32,
    )
    ordered = order_by_cluster([passage(name) for name in names], vectors, 2, seed=0)
    assert [one.text for one in ordered][:2] == ["a", "b"]
    assert [one.text[0] for one in ordered] == ["a", "b"] * 3


def test_passages_that_repeat_fill_no_cluster_of_their_own() -> None:
    vectors = np.ones((5, 2), dtype=np.float32)
    ordered = order_by_cluster([passage(str(place)) for place in range(5)], vectors, 4, seed=0)
    assert {one.text for one in ordered} == set("01234")
