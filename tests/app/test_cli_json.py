"""What ``--json`` prints is one object that every parser takes."""

import json
import math

import pytest

from groundwire.app.cli_json import failed, print_json
from groundwire.core.errors import GroundwireError


def printed(data: dict[str, object], capsys: pytest.CaptureFixture[str]) -> str:
    print_json(data)
    return capsys.readouterr().out


def test_text_of_every_script_is_written_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert '"title": "강 건너기"' in printed({"title": "강 건너기"}, capsys)


def test_numbers_that_json_does_not_have_are_null(capsys: pytest.CaptureFixture[str]) -> None:
    data: dict[str, object] = {"score": math.nan, "all": [1.5, math.inf], "in": {"a": -math.inf}}
    assert json.loads(printed(data, capsys)) == {
        "score": None,
        "all": [1.5, None],
        "in": {"a": None},
    }


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b2J", "\x7f", "\u202etxt.exe", "\u2028"])
def test_controls_are_escaped_and_come_back(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    written = printed({"text": text}, capsys)
    assert text[0] not in written
    assert json.loads(written) == {"text": text}


def test_a_file_name_that_is_not_utf8_comes_back(capsys: pytest.CaptureFixture[str]) -> None:
    written = printed({"path": "caf\udce9.txt"}, capsys)
    assert json.loads(written) == {"path": "caf\udce9.txt"}


def test_a_failure_says_what_happened_and_what_to_do() -> None:
    assert failed(GroundwireError("It broke.", "Mend it.")) == {
        "status": "failed",
        "error": {"what": "It broke.", "advice": "Mend it."},
    }
