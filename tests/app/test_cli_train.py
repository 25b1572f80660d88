"""`groundwire train mine`: questions to train on, with passages that look like answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PASSAGES = {
    "mill": ("Old mill", "The old mill was built in 1901 and ground rye."),
    "dam": ("Dam", "The dam above the old mill was built in 1950."),
    "inn": ("Inn", "The inn at the old mill was built later, in 1901 too."),
    "bees": ("Bees", "Bees fly up to three kilometres."),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a task of two passages a question, and one paragraph in SQuAD's format."""
    task = tmp_path / "data" / "pairs"
    task.mkdir(parents=True)
    rows = [{"_id": key, "title": title, "text": text} for key, (title, text) in PASSAGES.items()]
    asked = [
        {"_id": "1", "text": "When was the old mill built?", "answers": ["1901"], "split": "train"},
        {"_id": "2", "text": "When was the dam built?", "answers": ["1950"], "split": "dev"},
    ]
    (task / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (task / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in asked))
    (task / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tmill\t1\n2\tdam\t1\n")
    squad = tmp_path / "data" / "squad"
    squad.mkdir()
    answer = {"text": "three", "answer_start": 15}
    paragraph = {
        "context": PASSAGES["bees"][1],
        "qas": [{"id": "b", "question": "How far do bees fly?", "answers": [answer]}],
    }
    articles = [{"title": "Bees", "paragraphs": [paragraph]}]
    (squad / "train-v1.1.json").write_text(json.dumps({"data": articles}))
    return tmp_path / "data"


def read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    passages = {row["id"]: row for row in rows if row["kind"] == "passage"}
    return passages, [row for row in rows if row["kind"] == "question"]


def test_mined_questions_name_their_passages_and_the_look_alikes(
    groundwire: Callable[..., Any], data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mined.jsonl"
    done = groundwire("train", "mine", str(data), "--out", str(out))
    assert done.code == 0, done.err
    passages, (first, second) = read(out)
    assert first["gold"] == ["pairs:mill"]
    # What holds the answer may answer, though nobody judged it; dev questions are not trained on.
    assert "pairs:dam" in first["negatives"]
    assert "pairs:inn" not in first["negatives"]
    text = passages[second["gold"][0]]["text"]
    assert text[second["start"] :].startswith(second["answers"][0])
    assert {row["question"] for row in (first, second)}.isdisjoint({"When was the dam built?"})


def test_a_file_that_is_there_is_not_written_over(
    groundwire: Callable[..., Any], data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "mined.jsonl"
    out.write_text("mine")
    done = groundwire("train", "mine", str(data), "--out", str(out))
    assert done.code == 2
    assert "exists already" in done.err
    assert out.read_text() == "mine"


def test_a_folder_without_training_questions_is_told_what_it_should_hold(
    groundwire: Callable[..., Any], tmp_path: Path
) -> None:
    done = groundwire("train", "mine", str(tmp_path), "--out", str(tmp_path / "out.jsonl"))
    assert done.code == 2
    assert "train-v1.1.json" in done.err
    assert not (tmp_path / "out.jsonl").exists()


def test_mined_hops_hold_a_row_for_each_candidate_and_say_which_are_needed(
    groundwire: Callable[..., Any], data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "hops.jsonl"
    done = groundwire("train", "mine-hops", str(data), "--out", str(out), "--json")
    assert done.code == 0, done.err
    assert done.json == {"file": str(out), "questions": 2, "sources": {"pairs": 1, "squad": 1}}
    head, first, second = (json.loads(line) for line in out.read_text().splitlines())
    assert (first["source"], second["source"]) == ("pairs", "squad")
    for row in (first, second):
        assert all(len(values) == len(head["features"]) for values in row["features"])
        assert sum(row["needed"]) == 1
    cosine = head["features"].index("cosine")
    needed = first["needed"].index(True)
    assert first["features"][needed][cosine] == max(one[cosine] for one in first["features"])
    again = groundwire("train", "mine-hops", str(data), "--out", str(out))
    assert again.code == 2
    assert "exists already" in again.err


def test_questions_over_several_passages_are_mined_without_titles_as_well(
    groundwire: Callable[..., Any], data: Path, tmp_path: Path
) -> None:
    judged = data / "pairs" / "qrels.tsv"
    judged.write_text(judged.read_text() + "1\tinn\t1\n")
    out = tmp_path / "hops.jsonl"
    done = groundwire("train", "mine-hops", str(data), "--out", str(out), "--json")
    assert done.json["sources"] == {"pairs": 1, "pairs-untitled": 1, "squad": 1}
    head, titled, untitled, _ = (json.loads(line) for line in out.read_text().splitlines())
    of_title = head["features"].index("share of the title in the question")
    assert sum(titled["needed"]) == sum(untitled["needed"]) == 2
    assert any(row[of_title] for row in titled["features"])
    assert not any(row[of_title] for row in untitled["features"])
