"""Tasks: found where they lie, chosen by split and sample, and told apart by their content."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.errors import UsageError
from groundwire.eval.schema import Task
from groundwire.eval.tasks import Choice, find_tasks, read_task

MakeFolder = Callable[..., Path]
SPLITS = ("train", "dev", None, "dev", None, "train")
QUERIES = [
    {"_id": f"q{number}", "text": f"Who is {number}?", "answers": ["x"], "split": split}
    for number, split in enumerate(SPLITS)
]
OWN = "question,answer\nWho?,Ada\nWhere?,London\n"


def ids(task: Task) -> list[str]:
    return [question.id for question in task.questions]


@pytest.fixture
def folder(make_folder: MakeFolder) -> Path:
    return make_folder("mills", queries=QUERIES, qrels="q0\tp1\t1\nq9\tp1\t1\n")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "fifty.csv"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_a_folder_is_a_task_over_its_passages(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = read_task(folder)
    assert (task.name, len(task.questions), task.collection) == ("mills", 6, None)
    assert task.corpus is not None
    assert [one.title for one in task.corpus.lines()] == ["One", ""]
    assert task.notices == ("qrels.tsv judges 1 question that is not in queries.jsonl.",)
    monkeypatch.chdir(folder)
    assert replace(read_task(Path()), corpus=None) == replace(task, corpus=None)


def test_the_passages_of_another_folder_win(folder: Path, make_folder: MakeFolder) -> None:
    more = [{"_id": f"p{number}", "text": "x"} for number in range(5)]
    task = read_task(folder, corpus=make_folder("others", corpus=more))
    assert task.corpus is not None
    assert (task.corpus.name, len(task.corpus.ids)) == ("others", 5)
    fewer = make_folder("fewer", corpus=[{"_id": "p2", "text": "x"}])
    with pytest.raises(UsageError, match=r"mills/qrels\.tsv, line 2: the passage 'p1'"):
        read_task(folder, corpus=fewer)


@pytest.mark.usefixtures("folder")
def test_a_folder_without_passages_takes_those_it_is_named_after(make_folder: MakeFolder) -> None:
    corpus = read_task(make_folder("mills-weak", queries=QUERIES, corpus=None)).corpus
    assert corpus is not None
    assert (corpus.name, corpus.ids) == ("mills", {"p1", "p2"})
    with pytest.raises(UsageError, match="has no corpus") as caught:
        read_task(make_folder("alone", queries=QUERIES, corpus=None))
    assert "--corpus" in caught.value.advice


def test_a_split_keeps_its_questions_and_those_of_none(folder: Path) -> None:
    assert ids(read_task(folder)) == ["q0", "q1", "q2", "q3", "q4", "q5"]
    assert ids(read_task(folder, choice=Choice(split="dev"))) == ["q1", "q2", "q3", "q4"]
    assert ids(read_task(folder, choice=Choice(split="test"))) == ["q2", "q4"]


def test_a_selection_of_nothing_names_the_splits(make_folder: MakeFolder) -> None:
    queries = [one for one in QUERIES if one["split"]]
    folder = make_folder(queries=queries)
    with pytest.raises(UsageError, match="no question of the split 'test'") as caught:
        read_task(folder, choice=Choice(split="test"))
    assert "dev, train" in caught.value.advice
    with pytest.raises(UsageError, match="has no question"):
        read_task(make_folder("empty", queries=[]))


def test_a_sample_stays_in_order_and_depends_on_seed_and_ids_alone(
    make_folder: MakeFolder,
) -> None:
    queries = [{"_id": f"q{number}", "text": "Who?", "answers": ["x"]} for number in range(40)]
    folder = make_folder("forward", queries=queries)
    backward = make_folder("backward", queries=queries[::-1])
    drawn = {seed: ids(read_task(folder, choice=Choice(limit=10, seed=seed))) for seed in range(5)}
    assert all(sample == sorted(sample, key=lambda one: int(one[1:])) for sample in drawn.values())
    assert all(len(set(sample)) == 10 for sample in drawn.values())
    assert len({tuple(sample) for sample in drawn.values()}) == 5
    assert ids(read_task(folder, choice=Choice(limit=10))) == drawn[0]
    assert ids(read_task(backward, choice=Choice(limit=10))) == drawn[0][::-1]


def test_a_sample_is_drawn_from_the_split(folder: Path) -> None:
    chosen = Choice(split="dev", limit=3, seed=1)
    assert set(ids(read_task(folder, choice=chosen))) < {"q1", "q2", "q3", "q4"}
    assert len(read_task(folder, choice=Choice(limit=100)).questions) == 6


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_an_error(folder: Path, limit: int) -> None:
    with pytest.raises(UsageError, match=f"--limit {limit}"):
        read_task(folder, choice=Choice(limit=limit))


def test_a_file_of_questions_is_asked_over_a_collection(own: Path) -> None:
    task = read_task(own)
    assert (task.name, task.corpus, task.collection) == ("fifty", None, "default")
    assert [one.text for one in task.questions] == ["Who?", "Where?"]
    other = read_task(own, collection="notes", choice=Choice(limit=1))
    assert (other.collection, len(other.questions)) == ("notes", 1)


def test_options_that_do_not_fit_are_errors(own: Path, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--corpus is for folders"):
        read_task(own, corpus=folder)
    with pytest.raises(UsageError, match="--collection is for a file"):
        read_task(folder, collection="notes")
    write_clapnq(tmp_path / "clap")
    with pytest.raises(UsageError, match="holds its own passages"):
        read_task(tmp_path / "clap", corpus=folder)


def test_what_is_no_task_says_what_would_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no .*nowhere"):
        read_task(tmp_path / "nowhere")
    (tmp_path / "own.txt").write_text(OWN, encoding="utf-8")
    for place in (tmp_path, tmp_path / "own.txt"):
        with pytest.raises(UsageError, match="is no task") as caught:
            read_task(place)
        assert "queries.jsonl" in caught.value.advice


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Who else?"},
        {"_id": "q7"},
        {"answers": ["y"]},
        {"answers": ["x", "y"]},
        {"answerable": False},
        {"history": [{"speaker": "user", "text": "Hello?"}]},
        {"reference_answer": "It is x."},
        {"wanted": [["x"]]},
        {"type": "bridge"},
    ],
)
def test_whatever_can_change_a_score_changes_the_content(
    make_folder: MakeFolder, change: dict[str, Any]
) -> None:
    before = read_task(make_folder("a", queries=QUERIES))
    after = read_task(make_folder("b", queries=[{**QUERIES[0], **change}, *QUERIES[1:]]))
    assert after.content != before.content


def test_judgements_passages_and_the_choice_change_the_content(
    folder: Path, make_folder: MakeFolder, own: Path
) -> None:
    corpus = [{"_id": "p1", "text": "another"}, {"_id": "p2", "text": "second"}]
    tasks = [
        read_task(folder),
        read_task(folder, choice=Choice(limit=3)),
        read_task(folder, choice=Choice(split="dev")),
        read_task(make_folder("unjudged", queries=QUERIES)),
        read_task(make_folder("graded", queries=QUERIES, qrels="q0\tp1\t2\n")),
        read_task(make_folder("other", queries=QUERIES, corpus=corpus, qrels="q0\tp1\t1\n")),
        read_task(own),
        read_task(own, collection="notes"),
    ]
    assert len({task.content for task in tasks}) == len(tasks)
    same = make_folder("same", queries=[one | {"note": 1} for one in QUERIES], qrels="q0\tp1\t1\n")
    assert read_task(same).content == tasks[0].content


def write_clapnq(folder: Path) -> None:
    folder.mkdir()
    (folder / "clapnq_dev_answerable.jsonl").write_text(
        '{"id": "1", "input": "what", "passages": [{"text": "a"}], "output": [{"answer": "b"}]}\n',
        encoding="utf-8",
    )


def test_clapnq_is_a_task_with_its_own_passages(tmp_path: Path) -> None:
    write_clapnq(tmp_path / "clap")
    task = read_task(tmp_path / "clap", choice=Choice(split="dev"))
    assert task.corpus is not None
    assert (task.name, ids(task)) == ("clap", ["1"])
    assert task.questions[0].relevant.keys() == task.corpus.ids


def test_tasks_are_found_and_counted(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder("mills", queries=[*QUERIES, ""])
    make_folder("mills-weak", queries=QUERIES[:2], corpus=None)
    make_folder("alone", queries=QUERIES, corpus=None)
    make_folder("broken", queries=["{"])
    make_folder("passages-only")
    write_clapnq(tmp_path / "clap")
    found = {one.name: one for one in find_tasks(tmp_path)}
    assert list(found) == ["alone", "broken", "clap", "mills", "mills-weak"]
    mills = found["mills"]
    assert (mills.questions, mills.passages, mills.problem) == (6, 2, None)
    assert mills.splits == {"train": 2, "dev": 2, "without split": 2}
    assert (found["mills-weak"].questions, found["mills-weak"].passages) == (2, 2)
    assert (found["clap"].questions, found["clap"].splits) == (1, {"dev": 1})
    assert "has no corpus" in (found["alone"].problem or "")
    assert "line 1" in (found["broken"].problem or "")


def test_the_folder_itself_may_be_a_task(folder: Path) -> None:
    (found,) = find_tasks(folder)
    assert (found.name, found.path) == ("mills", folder)
