"""Ranks over several tasks: scales do not matter, places do."""

import pytest

from groundwire.core.errors import UsageError
from groundwire.eval.ranking_systems import RankedSystem, rank_systems

SCORES = {
    "easy": {"bm25": 0.90, "dense": 0.91, "hybrid": 0.92},
    "hard": {"bm25": 0.10, "dense": 0.02, "hybrid": 0.11},
    "odd": {"bm25": 0.50, "dense": 0.20, "hybrid": 0.40},
}


def test_ranks_are_added_up() -> None:
    assert rank_systems(SCORES) == [
        RankedSystem(place=1, system="hybrid", mean_rank=4 / 3, tasks=3),
        RankedSystem(place=2, system="bm25", mean_rank=2.0, tasks=3),
        RankedSystem(place=3, system="dense", mean_rank=8 / 3, tasks=3),
    ]


def test_one_task_of_wide_scale_does_not_decide() -> None:
    narrow = {f"task {number}": {"a": 0.52, "b": 0.51} for number in range(3)}
    ranked = rank_systems({**narrow, "wide": {"a": 0.0, "b": 1.0}})
    assert [one.system for one in ranked] == ["a", "b"]


def test_equal_systems_share_ranks_and_places() -> None:
    ranked = rank_systems({"one": {"b": 0.5, "a": 0.5, "c": 0.1}})
    assert [(one.place, one.system, one.mean_rank) for one in ranked] == [
        (1, "a", 1.5),
        (1, "b", 1.5),
        (3, "c", 3.0),
    ]


def test_only_tasks_of_all_systems_count() -> None:
    ranked = rank_systems({**SCORES, "partial": {"dense": 1.0, "bm25": 0.0}})
    assert ranked == rank_systems(SCORES)
    assert {one.tasks for one in ranked} == {3}


def test_fewer_can_be_better() -> None:
    ranked = rank_systems(SCORES, higher_is_better=False)
    assert [one.system for one in ranked] == ["dense", "bm25", "hybrid"]


@pytest.mark.parametrize("scores", [{}, {"one": {}}, {"one": {"a": 1.0}, "two": {"b": 1.0}}])
def test_systems_without_a_task_in_common_cannot_be_ranked(
    scores: dict[str, dict[str, float]],
) -> None:
    with pytest.raises(UsageError, match="No task was run by all"):
        rank_systems(scores)
