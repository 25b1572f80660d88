"""Settings are shown with where they differ and what they do, and secrets are not."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from groundwire.app.cli import main
from groundwire.app.cli_settings import HIDDEN, is_secret, setting_rows, shown_value
from groundwire.core.settings import load_settings, setting_names


def test_every_setting_is_shown_with_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings"]) == 0
    shown = capsys.readouterr().out
    assert all(f"{name} = " in shown for name in setting_names())
    assert "The constant of reciprocal rank fusion." in shown
    assert "answer.threshold = unset" in shown
    rows = setting_rows(load_settings())
    assert all(row.meaning for row in rows if row.name != "home")


def test_what_differs_from_the_default_is_marked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_PAGE__PORT", "9000")
    main(["settings"])
    shown = capsys.readouterr().out
    assert "page.port = 9000  (default 8501)" in shown
    assert "search.k = 10\n" in shown


def test_json_holds_dotted_names(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--home", str(tmp_path), "settings", "--json"]) == 0
    settings = json.loads(capsys.readouterr().out)["settings"]
    assert list(settings) == setting_names()
    assert settings["home"] == str(tmp_path)
    assert settings["search.k"] == 10
    assert settings["answer.threshold"] is None


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("api_key", "abc", True),
        ("token", "abc", True),
        ("client_SECRET", "abc", True),
        ("anything", SecretStr("abc"), True),
        ("passage_tokens", 180, False),
        ("keyboard", "abc", False),
    ],
)
def test_secrets_are_known_by_type_or_name(name: str, value: object, secret: object) -> None:
    assert is_secret(name, value) is secret
    assert shown_value(name, value) == (HIDDEN if secret else value)


def test_a_secret_that_is_not_set_is_not_hidden() -> None:
    assert shown_value("api_key", None) is None


def test_a_key_is_shown_as_set_and_no_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_LLM__CHAT__API_KEY", "sk-very-secret")
    assert main(["settings"]) == 0
    shown = capsys.readouterr().out
    assert f"llm.chat.api_key = {HIDDEN}" in shown
    assert "llm.judge.api_key = unset" in shown
    assert "sk-very-secret" not in shown
