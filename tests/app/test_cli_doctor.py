"""`groundwire doctor`: which models answer, and what each of them can do."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

KEY = "sk-very-secret"
Groundwire = Callable[..., Any]


@pytest.fixture
def configured(llm_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server that is named as the chat model, and replies as a guided one would."""
    llm_server.text = '{"name": "pear"}'
    for name, value in llm_server.variables().items():
        monkeypatch.setenv(name, value)
    return llm_server


def features(model: dict[str, Any]) -> dict[str, bool]:
    return {one["name"]: one["works"] for one in model["features"]}


def test_without_a_model_it_says_how_to_configure_one(groundwire: Groundwire) -> None:
    done = groundwire("doctor")
    assert done.code == 0
    assert "GROUNDWIRE_LLM__CHAT__MODEL" in done.out
    assert groundwire("doctor", "--json").json == {"models": [], "notices": []}


def test_a_server_without_a_model_is_pointed_out_and_not_reached(
    groundwire: Groundwire, configured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GROUNDWIRE_LLM__CHAT__MODEL")
    done = groundwire("doctor")
    assert done.code == 0
    assert "llm.chat.base_url is set and llm.chat.model is not" in done.err
    assert (configured.asked, configured.listed) == ([], 0)


def test_a_model_that_does_everything_is_told_so(groundwire: Groundwire, configured: Any) -> None:
    done = groundwire("doctor", "--json")
    assert done.code == 0
    (model,) = done.json["models"]
    assert model["roles"] == ["chat", "small", "judge"]
    assert model["answers"] is True
    assert features(model) == {"guided output": True, "streaming": True, "logprobs": True}
    assert (model["context"], model["context_served"]) == (8192, 2048)
    assert KEY not in done.out
    assert configured.listed == 1


def test_a_person_reads_what_works_and_what_to_change(
    groundwire: Groundwire, configured: Any
) -> None:
    shown = groundwire("doctor").out
    assert f"chat, small, judge: tiny at {configured.url}" in shown
    assert "a reply: yes" in shown
    assert "guided output: yes" in shown
    assert "llm.chat.context is 8,192, more than the 2,048 tokens that the server reads" in shown


@pytest.mark.parametrize(
    ("behaviour", "feature", "told"),
    [
        ("no guidance", "guided output", "asked for again more often"),
        ("no streaming", "streaming", "shown when it is whole"),
        ("no logprobs", "logprobs", "cannot be ranked by the model"),
    ],
)
def test_what_is_missing_is_told_with_what_it_turns_off(
    groundwire: Groundwire, configured: Any, *, behaviour: str, feature: str, told: str
) -> None:
    configured.play(behaviour)
    done = groundwire("doctor", "--json")
    assert done.code == 0
    (model,) = done.json["models"]
    assert {name for name, works in features(model).items() if not works} == {feature}
    assert f"{feature}: no; " in (shown := groundwire("doctor").out)
    assert told in shown


def test_a_schema_that_is_ignored_is_no_guidance(groundwire: Groundwire, configured: Any) -> None:
    configured.text = '{"name": "otter"}'
    (model,) = groundwire("doctor", "--json").json["models"]
    assert not features(model)["guided output"]


def test_a_model_that_does_not_answer_fails(
    groundwire: Groundwire, configured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_LLM__JUDGE__MODEL", "huge")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    monkeypatch.setenv("GROUNDWIRE_LLM__JUDGE__BASE_URL", url)
    done = groundwire("doctor")
    assert done.code == 1
    assert "chat, small: tiny" in done.out
    assert f"no reply: The server {url} cannot be reached. Start it, or correct" in done.out
    assert KEY not in done.out
    configured.play("404")
    (chat, _judge) = groundwire("doctor", "--json").json["models"]
    assert (chat["answers"], chat["features"]) == (False, [])


def test_a_wrong_name_is_told_with_those_that_are_served(
    groundwire: Groundwire, configured: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_LLM__CHAT__MODEL", "tiger")
    configured.play("404")
    assert "Served there: tiny." in groundwire("doctor").out
