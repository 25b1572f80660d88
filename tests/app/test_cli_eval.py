"""Evaluation from the command line: what a person types and sees, and what a script reads."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

Groundwire = Callable[..., Any]
PASSAGES = {
    "mill": "The mill at Brackwater was built in 1874 and grinds rye.",
    "harbour": "The harbour of Tarnholm opened in 1921 and has room for 48 boats.",
}
QUESTIONS = (
    ("q1", "When was the mill at Brackwater built?", "1874", "mill", "dev"),
    ("q2", "When did the harbour of Tarnholm open?", "1921", "harbour", "train"),
    ("q3", "How many boats has the harbour room for?", "48", "harbour", None),
)


@pytest.fixture
def task(tmp_path: Path) -> Path:
    """A folder of three questions over two passages."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    rows = [
        {"_id": key, "text": text, "answers": [gold], **({"split": split} if split else {})}
        for key, text, gold, _, split in QUESTIONS
    ]
    write_lines(folder / "queries.jsonl", rows)
    write_lines(
        folder / "corpus.jsonl",
        [{"_id": key, "title": key.title(), "text": text} for key, text in PASSAGES.items()],
    )
    judged = [f"{key}\t{passage}\t1" for key, _, _, passage, _ in QUESTIONS]
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]))
    return folder


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_two_systems_are_run_shown_and_compared(groundwire: Groundwire, task: Path) -> None:
    ran = groundwire("eval", "run", "tiny", "--system", "bm25", "--system", "dense", "--out", "out")
    assert ran.code == 0
    assert "bm25 on tiny: 3 questions" in ran.out
    assert "Not scored (gives no answers): EM, F1" in ran.out
    for system in ("bm25", "dense"):
        folder = task.parent / "out" / system
        assert {path.name for path in folder.iterdir()} >= {
            "results.json",
            "cases.jsonl",
            "report.html",
        }
    shown = groundwire("eval", "show", "out/bm25")
    assert "R@5" in shown.out
    compared = groundwire("eval", "compare", "out", "--measure", "R@5", "--measure", "Seconds")
    assert compared.code == 0
    assert "R@5" in compared.out
    assert "nDCG" not in compared.out
    found = groundwire("eval", "compare", "out/bm25", "out/dense", "--json").json["comparisons"]
    assert {one["first"] for one in found} == {"bm25"}
    assert all(one["winner"] in (None, "bm25", "dense") for one in found)


def test_one_system_is_written_into_the_folder_itself(groundwire: Groundwire, task: Path) -> None:
    ran = groundwire("eval", "run", str(task), "--system", "hybrid", "--out", "one", "--json")
    assert ran.json["runs"][0]["system"] == "hybrid"
    results = json.loads(Path("one/results.json").read_text(encoding="utf-8"))
    assert results["measures"]["R@5"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 3}
    assert results["n"] == 3
    rows = [json.loads(line) for line in Path("one/cases.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["q1", "q2", "q3"]
    assert all(row["ranking"][0] in PASSAGES for row in rows)


def test_without_a_folder_a_run_goes_home_and_is_found_by_its_name(
    groundwire: Groundwire, task: Path, own_home: Path
) -> None:
    ran = groundwire("eval", "run", str(task), "--system", "bm25", "--json")
    folder = Path(ran.json["runs"][0]["folder"])
    assert folder.is_relative_to(own_home)
    assert groundwire("eval", "show", folder.name).code == 0


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ((), ["q1", "q2", "q3"]),
        (("--split", "dev"), ["q1", "q3"]),
        (("--split", "train"), ["q2", "q3"]),
    ],
)
def test_a_split_keeps_its_questions_and_those_without(
    groundwire: Groundwire, task: Path, options: tuple[str, ...], ids: list[str]
) -> None:
    groundwire("eval", "run", str(task), "--system", "bm25", "--out", "out", *options)
    rows = [json.loads(line) for line in Path("out/cases.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ids


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("eval", "run", "tiny", "--limit", "0"), "--limit 0 asks nothing"),
        (("eval", "run", "nowhere"), "There is no nowhere"),
        (("eval", "run", "tiny", "--system", "bm52"), "no system 'bm52'"),
        (("eval", "run", "tiny", "--system", "llm"), "needs a language model"),
        (("eval", "run", "tiny", "--resume"), "does not say which run"),
        (("eval", "run", "tiny", "--collection", "default"), "for a file of questions"),
        (("eval", "show", "tiny"), "holds no run"),
        (("eval", "compare", "tiny", "tiny"), "holds no run"),
        (("eval", "compare", "tiny", "--measure", "R@X"), "is not a measure"),
        (("eval", "tasks", "nowhere"), "There is no folder nowhere"),
        (("eval", "make", "letters"), "no collection 'letters'"),
    ],
)
def test_what_cannot_be_done_is_an_error_before_anything_runs(
    groundwire: Groundwire, task: Path, words: tuple[str, ...], told: str
) -> None:
    ran = groundwire(*words)
    assert ran.code == 2
    assert told in ran.err
    assert not (task.parent / "out").exists()


def test_a_broken_line_is_named_with_its_file(groundwire: Groundwire, task: Path) -> None:
    with (task / "qrels.tsv").open("a") as file:
        file.write("\nq1\tlighthouse\t1\n")
    ran = groundwire("eval", "run", str(task), "--json")
    assert ran.code == 2
    assert "qrels.tsv, line 5" in ran.json["error"]["what"]
    assert "'lighthouse'" in ran.json["error"]["what"]
    assert ran.json["runs"] == []


def test_a_finished_run_is_not_written_over_but_may_be_gone_on_with(
    groundwire: Groundwire, task: Path
) -> None:
    words = ("eval", "run", str(task), "--system", "bm25", "--out", "out")
    assert groundwire(*words).code == 0
    again = groundwire(*words)
    assert again.code == 2
    assert "holds a run already" in again.err
    assert groundwire(*words, "--resume").code == 0


def test_every_folder_is_looked_at_before_anything_is_asked(
    groundwire: Groundwire, task: Path
) -> None:
    words = ("eval", "run", str(task), "--system", "bm25", "--system", "dense", "--out")
    Path("file").write_text("")
    refused = groundwire(*words, "file/out")
    assert refused.code == 2
    assert "no folder that can be written to" in refused.err
    assert groundwire("eval", "run", str(task), "--system", "dense", "--out", "two/dense").code == 0
    assert groundwire(*words, "two").code == 2
    assert not Path("two/bm25").exists()


def test_own_questions_are_asked_over_a_collection(groundwire: Groundwire, tmp_path: Path) -> None:
    (tmp_path / "mill.txt").write_text(PASSAGES["mill"], encoding="utf-8")
    groundwire("add", "mill.txt", "--collection", "notes")
    start = PASSAGES["mill"].index("1874")
    (tmp_path / "mine.csv").write_text(
        "question;answer;answerable;source;start;end\n"
        f"When was the mill built?;1874;yes;mill.txt;{start};{start + 4}\n"
        "Who owns the ferry?;;no;;;\n",
        encoding="utf-8-sig",
    )
    words = ("--collection", "notes", "--system", "first-sentence", "--out", "out", "--json")
    results = groundwire("eval", "run", "mine.csv", *words).json["runs"][0]
    assert results["measures"]["R@5"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    assert results["measures"]["HasAnsF1"]["mean"] == 1.0
    assert results["measures"]["CitedGold"]["mean"] == 1.0


def test_an_answer_in_a_document_that_is_not_there_is_an_error(
    groundwire: Groundwire, tmp_path: Path
) -> None:
    (tmp_path / "mill.txt").write_text(PASSAGES["mill"], encoding="utf-8")
    groundwire("add", "mill.txt")
    (tmp_path / "mine.csv").write_text("question,answer,source\nWhen?,1874,barn.txt\n")
    ran = groundwire("eval", "run", "mine.csv", "--out", "out")
    assert ran.code == 2
    assert "'row-1'" in ran.err
    assert "no such document" in ran.err
    assert not Path("out").exists()


def test_a_changed_collection_is_another_task(groundwire: Groundwire, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("question,answer\nWhen was the mill built?,1874\n")
    words = ("eval", "run", "mine.csv", "--system", "bm25", "--json", "--out")
    prints = []
    for name, text in PASSAGES.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        groundwire("add", f"{name}.txt")
        prints.append(groundwire(*words, name).json["runs"][0]["fingerprint"]["task_content"])
    assert len(set(prints)) == 2


def test_made_questions_can_be_run(groundwire: Groundwire, tmp_path: Path) -> None:
    for name, text in PASSAGES.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    groundwire("add", "mill.txt", "harbour.txt")
    made = groundwire("eval", "make", "default", "-n", "2")
    assert made.code == 0
    assert "default-questions.csv" in made.out
    assert "without a language model" in made.err
    assert groundwire("eval", "make", "default").code == 2  # never written over
    ran = groundwire("eval", "run", "default-questions.csv", "--system", "bm25", "--json")
    assert ran.code == 0
    assert ran.json["runs"][0]["n"] >= 1


def test_a_system_of_ones_own_is_listed_and_run(groundwire: Groundwire, task: Path) -> None:
    Path("groundwire.toml").write_text('[systems.wide]\nsteps = "search"\nsearch.depth = 300\n')
    assert "search.depth = 300" in groundwire("eval", "systems").out
    names = [one["name"] for one in groundwire("eval", "systems", "--json").json["systems"]]
    assert names[-1] == "wide"
    assert groundwire("eval", "run", str(task), "--system", "wide", "--out", "out").code == 0


def test_tasks_of_a_folder_are_listed_with_what_is_wrong(
    groundwire: Groundwire, task: Path
) -> None:
    broken = task.parent / "broken"
    broken.mkdir()
    (broken / "queries.jsonl").write_text("{}\n")
    listed = groundwire("eval", "tasks", str(task.parent))
    assert "dev 1, train 1, without split 1" in listed.out
    assert "corpus.jsonl" in listed.out
    rows = {one["name"]: one for one in groundwire("eval", "tasks", "--json").json["tasks"]}
    assert rows["tiny"]["questions"] == 3
    assert rows["broken"]["problem"]


def test_an_interruption_says_how_to_go_on(task: Path, own_home: Path) -> None:
    rows = [
        {"_id": f"q{number}", "text": f"Is the mill number {number}?", "answers": ["no"]}
        for number in range(20_000)
    ]
    write_lines(task / "queries.jsonl", rows)
    command = [sys.executable, "-m", "groundwire.app", "eval", "run", str(task)]
    options = ["--system", "bm25", "--out", str(task.parent / "out")]
    (own_home / "groundwire.toml").write_text(
        '[encoder]\nmodel = "hash"\n[answer]\nreader = "sentences"\n'
    )
    with subprocess.Popen(
        [*command, *options],
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts what runs in the background with interruptions ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        while not list(task.parent.glob("out/cases.jsonl")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "What was done is kept" in told
    assert "--resume" in told
    lines = (task.parent / "out" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert 0 < len(lines) < 20_000
    assert all(json.loads(line)["status"] == "retrieved" for line in lines)
