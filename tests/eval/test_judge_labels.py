from __future__ import annotations

from pathlib import Path

import pytest

from groundwire.core.errors import UsageError
from groundwire.eval.judge_labels import HumanLabel, agree_with_labels, read_labels
from groundwire.eval.judge_panel import JudgedSentence
from groundwire.eval.judging import Grade, Ruling

YES, PARTLY, NO = Grade.SUPPORTED, Grade.PARTIAL, Grade.NOT


def judged(key: str, number: int, **grades: tuple[Grade | None, ...]) -> JudgedSentence:
    rulings = {name: Ruling(grades=given) for name, given in grades.items()}
    return JudgedSentence(id=key, number=number, text=f"Sentence {number}.", rulings=rulings)


def labels(tmp_path: Path, text: str, name: str = "labels.jsonl") -> list[HumanLabel]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_labels(path)


def test_both_formats_hold_numbers_and_texts(tmp_path: Path) -> None:
    wanted = [
        HumanLabel(id="q1", number=1, text="1", grade=YES),
        HumanLabel(id="q2", number=None, text="It opened, and then closed.", grade=PARTLY),
    ]
    lines = (
        '{"id": "q1", "sentence": 1, "label": "supported"}\n\n'
        '{"id": "q2", "sentence": "It opened,  and then closed.", "label": "Partially supported"}'
    )
    table = (
        "\ufeffid,sentence,label,by\r\n"
        'q1,1,supported,ann\r\nq2,"It opened,\r\nand then closed.",partially supported,ben\r\n'
    )
    assert labels(tmp_path, lines) == wanted
    assert labels(tmp_path, table, "labels.csv") == wanted


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.jsonl", '{"id": "q", "sentence": 1, "label": "good"}', 'a.jsonl, line 1: .good.*"supp'),
        ("a.jsonl", '\n{"id": "q", "sentence": 1}', "line 2: label is missing"),
        ("a.jsonl", "{", "line 1: no JSON"),
        ("a.jsonl", "[1]", "line 1: no JSON object"),
        ("a.jsonl", "", "holds no labels"),
        ("a.jsonl", '{"id": 1, "sentence": 1, "label": "supported"}\n' * 2, "line 2: .*twice"),
        ("a.csv", "id,label\nq,supported\n", "line 1: the columns sentence are missing"),
        ("a.csv", "id,sentence,label\nq,,supported\n", "line 2: sentence is missing"),
        ("a.csv", "id,sentence,label\nq\n", "line 2: sentence, label is missing"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        labels(tmp_path, text, name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.csv cannot be read"):
        read_labels(tmp_path / "gone.csv")


def test_kappa_is_over_supported_or_not_by_the_majority_of_repeats() -> None:
    sentences = [
        judged("q", 1, a=(YES, YES, NO)),
        judged("q", 2, a=(PARTLY, NO, YES)),
        judged("q", 3, a=(YES, NO)),  # a tie
        judged("q", 4, a=(YES,)),
    ]
    grades = (YES, PARTLY, NO, NO)
    given = [
        HumanLabel(id="q", number=number, text=str(number), grade=grade)
        for number, grade in enumerate(grades, start=1)
    ]
    (found,) = agree_with_labels(sentences, given)
    assert found.judge == "a"
    assert found.agreement
    assert found.agreement.observed == 0.75
    assert found.agreement.kappa == pytest.approx(0.5)
    assert found.agreement.low is not None
    assert found.agreement.low < 0.5
    assert (found.unmatched, found.without_verdict) == (0, 0)


def test_each_judge_and_their_majority_are_compared() -> None:
    sentences = [
        judged("q", 1, a=(YES,), b=(YES,), c=(NO,)),
        judged("q", 2, a=(NO,), b=(YES,), c=(None,)),
        judged("r", 1, a=(NO,), b=(NO,), c=(NO,)),
    ]
    given = [
        HumanLabel(id="q", number=None, text="Sentence 1.", grade=YES),
        HumanLabel(id="q", number=2, text="2", grade=NO),
        HumanLabel(id="r", number=1, text="1", grade=NO),
        HumanLabel(id="r", number=2, text="2", grade=NO),
        HumanLabel(id="q", number=None, text="Another sentence.", grade=NO),
    ]
    found = {one.judge: one for one in agree_with_labels(sentences, given)}
    assert list(found) == ["a", "b", "c", "majority"]
    assert {one.unmatched for one in found.values()} == {2}
    assert [one.agreement.observed for one in found.values() if one.agreement] == [
        1.0,
        pytest.approx(2 / 3),
        0.5,
        1.0,
    ]
    assert found["c"].without_verdict == 1


def test_labels_of_other_answers_are_counted() -> None:
    given = [HumanLabel(id="other", number=1, text="1", grade=YES)]
    (found,) = agree_with_labels([judged("q", 1, a=(YES,))], given)
    assert (found.agreement, found.unmatched) == (None, 1)


def test_a_judge_without_verdicts_has_no_agreement() -> None:
    given = [HumanLabel(id="q", number=1, text="1", grade=YES)]
    (found,) = agree_with_labels([judged("q", 1, a=(None, None))], given)
    assert found.agreement is None
    assert found.without_verdict == 1
