"""Files in the format of SQuAD: read, or refused with the place that is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from groundwire.core.errors import UsageError
from groundwire.training import read_squad

CONTEXT = "The mill was built in 1901. It ground rye."


def write(path: Path, *asked: dict[str, Any]) -> Path:
    paragraph = {"context": CONTEXT, "qas": list(asked)}
    path.write_text(json.dumps({"data": [{"title": "Old_mill", "paragraphs": [paragraph]}]}))
    return path


def asked(text: str, *answers: tuple[str, int]) -> dict[str, Any]:
    found = [{"text": answer, "answer_start": start} for answer, start in answers]
    return {"id": text, "question": text, "answers": found}


def test_questions_keep_their_paragraph_and_where_the_answer_stands(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.json", asked("When?", ("1901", 22)), asked("By whom?"))
    when, by_whom = read_squad(path)
    (answer, start) = when.answers[0]
    assert when.context[start : start + len(answer)] == answer == "1901"
    assert when.title == "Old mill"
    assert when.place == by_whom.place
    assert by_whom.answers == ()


def test_an_answer_that_stands_elsewhere_is_told_with_its_paragraph(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.json", asked("When?", ("1901", 3)))
    with pytest.raises(UsageError, match=r"'Old mill#0'.*'1901' does not stand at character 3"):
        read_squad(path)


@pytest.mark.parametrize("text", ["", "[]", '{"data": 3}', '{"data": [{"title": "x"}]}'])
def test_what_is_no_such_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"mine\.json"):
        read_squad(path)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.json"):
        read_squad(tmp_path / "absent.json")


def test_articles_of_one_title_keep_their_paragraphs_apart(tmp_path: Path) -> None:
    parts = []
    for year in ("1901", "1902"):
        context = f"It was built in {year}."
        answer = {"text": year, "answer_start": context.index(year)}
        asking = {"question": f"Built in {year}?", "answers": [answer]}
        parts.append({"title": "Mill", "paragraphs": [{"context": context, "qas": [asking]}]})
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"data": parts}))
    first, second = read_squad(path)
    assert first.title == second.title
    assert first.place != second.place


@pytest.mark.parametrize("text", [None, 3, "", " "])
def test_a_question_that_is_no_text_is_told_with_its_paragraph(tmp_path: Path, text: Any) -> None:
    path = write(tmp_path / "mine.json", {"question": text, "answers": []})
    with pytest.raises(UsageError, match=r"'Old mill#0'.* is no text"):
        read_squad(path)
