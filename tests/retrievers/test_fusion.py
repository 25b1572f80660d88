"""Reciprocal rank fusion by hand."""

import pytest

from groundwire.retrievers import fuse_ranks


def test_by_hand() -> None:
    fused = dict(fuse_ranks([["a", "b"], ["b", "c"]], k=60))
    assert fused == pytest.approx({"b": 1 / 62 + 1 / 61, "a": 1 / 61, "c": 1 / 62})
    assert next(iter(fused)) == "b"


def test_weights_and_ties() -> None:
    assert [key for key, _ in fuse_ranks([["a"], ["b"]])] == ["a", "b"]
    assert [key for key, _ in fuse_ranks([["a"], ["b"]], weights=[1, 2])] == ["b", "a"]
    assert fuse_ranks([[], []]) == []
    with pytest.raises(ValueError, match="zip"):
        fuse_ranks([["a"], ["b"]], weights=[1])
