"""Vectors: what is added is found, what is removed is not, near-equal ones are told apart."""

from pathlib import Path

import numpy as np

from groundwire.models import HashEncoder
from groundwire.retrievers.dense import DenseIndex, exact_search
from groundwire.retrievers.hnsw_files import find_damage


def test_of_near_equal_passages_hardly_any_is_lost(tmp_path: Path) -> None:
    texts = [f"Harbour number {number} has {number * 7} berths." for number in range(600)]
    vectors = HashEncoder().encode(texts)
    index = DenseIndex(tmp_path / "vectors", model="m")
    index.add(1, range(600), vectors)
    lost = [n for n in range(0, 600, 5) if index.search(1, vectors[n], 1)[0][1] < 0.999]
    # Threads build the graph in an order that is theirs: now and then no path leads to one of 120.
    # With half as many neighbours none would lead to two in a hundred.
    assert len(lost) <= 1
    rows = [(number, vector.tobytes()) for number, vector in enumerate(vectors)]
    exact = exact_search(vectors[7:8], iter(rows), 10)[0]
    assert exact[0][0] == 7
    assert np.isclose(exact[0][1], 1, atol=1e-6)
    index.close()


def test_removing_and_models(tmp_path: Path) -> None:
    vectors = HashEncoder().encode(["one", "two", "three"])
    index = DenseIndex(tmp_path / "vectors", model="m")
    index.add(1, [1, 2], vectors[:2])
    index.add(2, [3], vectors[2:])
    index.remove(1, [2, 99])
    index.remove(7, [1])
    assert index.passage_ids(1) == {1}
    assert index.search(7, vectors[0], 5) == []
    other = DenseIndex(tmp_path / "vectors", model="another")
    assert other.passage_ids(1) == set()
    other.close()
    index.keep_only([1])
    assert index.passage_ids(2) == set()
    assert index.passage_ids(1) == {1}
    index.close()


def test_files_that_are_no_index(tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.mkdir()
    assert find_damage(tmp_path) is None
    for name in ("data_level0.bin", "length.bin", "link_lists.bin"):
        (part / name).write_bytes(b"")
    assert "lacks header.bin" in (find_damage(tmp_path) or "")
    (part / "header.bin").write_bytes(b"\x01")
    assert "cut off" in (find_damage(tmp_path) or "")
    (part / "header.bin").write_bytes(bytes(100))
    assert "not a header" in (find_damage(tmp_path) or "")
