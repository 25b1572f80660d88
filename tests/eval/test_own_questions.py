"""A person's own questions: what spreadsheets write, and what they get wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundwire.core.errors import UsageError
from groundwire.eval.own_questions import is_own_questions, read_own_questions
from groundwire.eval.schema import Question, Span


def read(path: Path, text: str) -> list[Question]:
    path.write_text(text, encoding="utf-8", newline="")
    return [one.question for one in read_own_questions(path)]


def test_question_and_answer_are_enough(tmp_path: Path) -> None:
    assert read(tmp_path / "own.csv", "question,answer\nWho?,Ada | Ada Lovelace\n") == [
        Question(id="row-1", text="Who?", answerable=True, answers=("Ada", "Ada Lovelace"))
    ]


def test_every_column_is_read_and_others_are_ignored(tmp_path: Path) -> None:
    text = (
        "note,ID,Question,Answer,Answerable,Source,start,end,kind,text,answers\n"
        "mine,a,Who?,Ada,yes,notes/ada.txt,10,13,cloze,ignored,ignored\n"
        ",b,Where?,London,,ada.txt,,,,,\n"
        ",c,Why?,,no,ada.txt,1,2,unanswerable,,\n"
    )
    first, second, third = read(tmp_path / "own.csv", text)
    assert first == Question(
        id="a",
        text="Who?",
        answerable=True,
        answers=("Ada",),
        spans=(Span(source="notes/ada.txt", start=10, end=13),),
        relevant={"notes/ada.txt:10-13": 1},
        kind="cloze",
    )
    assert second.spans == (Span(source="ada.txt"),)
    assert second.relevant == {"ada.txt": 1}
    assert (third.answerable, third.answers) == (False, ())
    assert (third.spans, dict(third.relevant)) == ((), {})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n"])
def test_what_spreadsheets_write_is_read(
    tmp_path: Path, delimiter: str, newline: str, start: str
) -> None:
    rows = (
        ("question", "answer"),
        ('"Who, or\nwhat; where?"', '"a ""b"", c"'),
        ("", ""),
        ("x", "y"),
    )
    text = start + newline.join(delimiter.join(cells) for cells in rows)
    assert [(one.id, one.text, one.answers) for one in read(tmp_path / "own.csv", text)] == [
        ("row-1", "Who, or\nwhat; where?", ('a "b", c',)),
        ("row-2", "x", ("y",)),
    ]


@pytest.mark.parametrize(
    ("said", "answer", "expected"),
    [
        ("yes", "x", True),
        (" TRUE ", "x", True),
        ("1", "x", True),
        ("WAHR", "x", True),
        ("", "x", True),
        ("No", "", False),
        ("FALSE", "", False),
        ("0", "", False),
        ("nein", "", False),
        ("FAUX", "", False),
    ],
)
def test_yes_and_no_are_read_as_they_are_written(
    tmp_path: Path, said: str, answer: str, *, expected: bool
) -> None:
    text = f"question,answer,answerable\nWho?,{answer},{said}\n"
    assert read(tmp_path / "own.csv", text)[0].answerable is expected


def test_json_lines_hold_the_same(tmp_path: Path) -> None:
    rows = (
        {"question": "Who?", "answer": "Ada | Ada Lovelace", "id": 7},
        {"question": "Who?", "answers": ["a | b", " ", "c"], "source": "s", "start": 3, "end": "9"},
        {"question": "Who?", "answerable": False, "answer": None, "wanted": "ignored"},
        {"question": "Who?", "answerable": "no", "answer": ""},
    )
    text = "\n\n".join(json.dumps(row) for row in rows)
    first, second, third, fourth = read(tmp_path / "own.jsonl", text)
    assert (first.id, first.answers) == ("7", ("Ada", "Ada Lovelace"))
    assert (second.id, second.answers) == ("row-2", ("a | b", "c"))
    assert second.spans == (Span(source="s", start=3, end=9),)
    assert (third.answerable, third.answers) == (fourth.answerable, fourth.answers) == (False, ())


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (",Ada,,,,", "'question' is missing"),
        ("Who?,,,,,", "answerable question has no answer"),
        ("Who?, | ,yes,,,", "answerable question has no answer"),
        ("Who?,Ada,no,,,", "marked as not answerable"),
        ("Who?,Ada,perhaps,,,", "'perhaps', neither yes nor no"),
        ("Who?,Ada,,,3,5", "no source"),
        ("Who?,Ada,,s,3,", "start and end belong together"),
        ("Who?,Ada,,s,5,5", "the end 5 does not come after the start 5"),
        ("Who?,Ada,,s,-3,5", "'start' is '-3', no whole number"),
        ("Who?,Ada,,s,3,five", "'end' is 'five', no whole number"),
        ("Who?,Ada,,s,3,5,more", "7 cells under 6 columns"),
        ('Who?,"Ada', "no CSV"),
    ],
)
def test_a_broken_row_is_named_by_its_line(tmp_path: Path, rows: str, complaint: str) -> None:
    header = "question,answer,answerable,source,start,end\n"
    over_two_lines = '"What\nis it?",a mill,,,,\n'
    with pytest.raises(UsageError, match=rf"own\.csv, line 4: .*{complaint}"):
        read(tmp_path / "own.csv", f"{header}{over_two_lines}{rows}\nWhen?,1903,,,,\n")


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("question,reply", "'answer' is missing; there are: question, reply"),
        ("ask;answer", "'question' is missing; there are: ask, answer"),
        ("question,answer,Answer", "'answer' stands there twice"),
    ],
)
def test_a_header_that_is_broken_is_named(tmp_path: Path, header: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=rf"own\.csv, line 1: the column {complaint}"):
        read(tmp_path / "own.csv", f"{header}\nWho?,Ada\n")


@pytest.mark.parametrize(("text", "there"), [("", "none"), ("\nWho?,Ada\n", "who\\?, ada")])
def test_a_file_without_a_header_is_named(tmp_path: Path, text: str, there: str) -> None:
    with pytest.raises(UsageError, match=f"'question' is missing; there are: {there}"):
        read(tmp_path / "own.csv", text)


def test_ids_that_stand_twice_are_named_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line 3: the id 'a' stands in line 2 already"):
        read(tmp_path / "own.csv", "id,question,answer\na,Who?,x\na,What?,y\n")
    with pytest.raises(UsageError, match="line 3: the id 'row-2' stands in line 2 already"):
        read(tmp_path / "own.csv", "id,question,answer\nrow-2,Who?,x\n,What?,y\n")


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"answer": "x"}, "'question' is missing"),
        ({"question": " ", "answer": "x"}, "the question is empty"),
        ({"question": "Who?"}, "answerable question has no answer"),
        ({"question": "Who?", "answers": "Ada"}, "'answers' is no list of texts"),
        ({"question": "Who?", "answer": ["Ada"]}, "'answer' is no text"),
        ({"question": "Who?", "answer": "x", "id": ["a"]}, "'id' is missing or no name"),
        ({"question": "Who?", "answer": "x", "source": "s", "start": 1.5, "end": 3}, "'start' is"),
    ],
)
def test_a_broken_line_of_json_is_named(
    tmp_path: Path, row: dict[str, object], complaint: str
) -> None:
    with pytest.raises(UsageError, match=rf"own\.jsonl, line 2: .*{complaint}"):
        read(tmp_path / "own.jsonl", "\n" + json.dumps(row))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_another_encoding_says_to_save_as_utf8(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes("question,answer\nWo?,Köln\n".encode(encoding))
    with pytest.raises(UsageError, match="is not UTF-8") as caught:
        read_own_questions(path)
    assert "CSV UTF-8" in caught.value.advice


def test_files_of_questions_are_known_by_their_ending(tmp_path: Path) -> None:
    for name in ("own.csv", "own.TSV", "own.jsonl", "own.txt"):
        (tmp_path / name).touch()
    known = [path.name for path in sorted(tmp_path.iterdir()) if is_own_questions(path)]
    assert known == ["own.TSV", "own.csv", "own.jsonl"]
    assert not is_own_questions(tmp_path / "gone.csv")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=60) | st.text(alphabet='question,answer;\t"\n\r| x\x00', max_size=60))
def test_whatever_a_file_holds_it_is_read_or_named(tmp_path: Path, content: bytes | str) -> None:
    data = content if isinstance(content, bytes) else f"question,answer\n{content}".encode()
    for name in ("own.csv", "own.jsonl"):
        (tmp_path / name).write_bytes(data)
        try:
            found = read_own_questions(tmp_path / name)
        except UsageError as error:
            assert name in error.what  # noqa: PT017 - either outcome is right
        else:
            assert all(one.question.text.strip() for one in found)
