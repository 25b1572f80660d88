"""ClapNQ: passages from all files, long answers as references, and which questions have none."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.errors import UsageError
from groundwire.eval.clapnq import is_clapnq, read_clapnq

WHALE = {"title": "Whale", "text": "A whale is a mammal .", "sentences": ["A whale is a mammal ."]}
OWL = {"title": "Owl", "text": "Owls hunt at night .", "sentences": ["Owls hunt at night ."]}


def line(id_: str, passage: dict[str, Any], *answers: str) -> dict[str, Any]:
    output = [{"answer": one, "selected_sentences": [], "meta": {}} for one in answers]
    return {"id": id_, "input": f"what about {id_}", "passages": [passage], "output": output}


def write(folder: Path, name: str, *rows: object) -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"clapnq_{name}.jsonl").write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path,
        "dev_answerable",
        line("1", WHALE, "A mammal .", "It is a mammal ."),
        line("2", WHALE, "", "A mammal , too ."),
    )
    write(tmp_path, "dev_unanswerable", line("-3", OWL, ""), line("4", WHALE, ""))
    write(tmp_path, "train_answerable", line("5", OWL, "At night ."))
    return tmp_path


def test_answerable_questions_have_references_and_their_passage(folder: Path) -> None:
    asked, corpus = read_clapnq(folder)
    first, second, *_ = (one.question for one in asked)
    whale = next(one.id for one in corpus.lines() if one.title == "Whale")
    assert first.references == ("A mammal .", "It is a mammal .")
    assert second.references == ("A mammal , too .",)
    assert first.relevant == second.relevant == {whale: 1}
    assert (first.answerable, first.answers, first.kind) == (True, None, "answerable")


def test_unanswerable_questions_have_nothing_to_find(folder: Path) -> None:
    asked, _ = read_clapnq(folder)
    question = asked[2].question
    assert (question.id, question.text) == ("-3", "what about -3")
    assert (question.answerable, question.answers, question.kind) == (False, (), "unanswerable")
    assert (dict(question.relevant), question.references) == ({}, ())


def test_passages_that_are_the_same_stand_in_the_corpus_once(folder: Path) -> None:
    asked, corpus = read_clapnq(folder)
    assert [(one.title, one.text) for one in corpus.lines()] == [
        ("Whale", WHALE["text"]),
        ("Owl", OWL["text"]),
    ]
    assert len(corpus.ids) == 2
    assert len(asked) == 5


def test_the_split_is_that_of_the_file(folder: Path) -> None:
    asked, _ = read_clapnq(folder)
    assert [one.split for one in asked] == ["dev"] * 4 + ["train"]


def test_a_folder_without_its_files_is_another_kind(folder: Path, tmp_path: Path) -> None:
    assert is_clapnq(folder)
    assert not is_clapnq(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"id": "9", "output": []}, "'input' is missing"),
        ({"input": "what"}, "'id' is missing"),
        (line("9", WHALE, "x") | {"input": " "}, "the question is empty"),
        (line("9", WHALE, "x") | {"passages": "Whale"}, "'passages' is no list"),
        (line("9", {"title": "Whale"}, "x"), "'text' is missing"),
        ({"id": "9", "input": "what", "passages": [WHALE]}, "'output'.* is missing"),
        (line("1", WHALE, "x"), "the id '1' stands in line 1 already"),
        (["9"], "no JSON object"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, row: object, complaint: str) -> None:
    write(tmp_path, "dev_answerable", line("1", WHALE, "x"), row)
    with pytest.raises(UsageError, match=rf"clapnq_dev_answerable\.jsonl, line 2: .*{complaint}"):
        read_clapnq(tmp_path)


def test_a_question_in_two_files_is_an_error(folder: Path) -> None:
    write(folder, "dev_more", line("4", OWL, ""))
    with pytest.raises(UsageError, match="asks the question '4' in two files"):
        read_clapnq(folder)
