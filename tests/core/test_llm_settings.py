"""Settings of language models: by which names they are set, and that a key stays secret."""

from pathlib import Path

import pytest

from groundwire.core.errors import SettingsError
from groundwire.core.llm_settings import Role
from groundwire.core.settings import FILE_NAME, Settings, load_settings

KEY = "sk-very-secret"


def load(tmp_path: Path, text: str = "", **environ: str) -> Settings:
    (tmp_path / FILE_NAME).write_text(text, encoding="utf-8")
    return load_settings(home=tmp_path, folder=tmp_path, environ=environ)


def test_the_variables_of_a_role_name_it(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        GROUNDWIRE_LLM__CHAT__MODEL=" Qwen/Qwen3-8B ",
        GROUNDWIRE_LLM__CHAT__BASE_URL="http://127.0.0.1:8000/v1/",
        GROUNDWIRE_LLM__CHAT__API_KEY=f"{KEY}\n",
        GROUNDWIRE_LIMITS__LLM_CALLS="5",
    )
    chat = settings.llm.chat
    assert (chat.model, chat.base_urls) == ("Qwen/Qwen3-8B", ["http://127.0.0.1:8000/v1"])
    assert chat.api_key.get_secret_value() == KEY
    assert settings.limits.llm_calls == 5


def test_a_table_of_the_file_does_as_well_and_may_be_empty(tmp_path: Path) -> None:
    served = 'base_url = ["http://a/v1", "http://b:1/v1"]'
    llm = load(tmp_path, f"[llm]\ncache = false\n[llm.chat]\n[llm.judge]\n{served}\n").llm
    assert not llm.cache
    assert llm.judge.base_urls == ["http://a/v1", "http://b:1/v1"]


@pytest.mark.parametrize(
    ("text", "role", "holder"),
    [
        ("", "chat", None),
        ("", "judge", None),
        ('[llm.chat]\nmodel = "a"\n', "small", "chat"),
        ('[llm.chat]\nmodel = "a"\n[llm.small]\nmodel = "b"\n', "small", "small"),
        ('[llm.small]\nmodel = "b"\n', "chat", None),
        ('[llm.small]\nmodel = "b"\n', "judge", None),
    ],
)
def test_small_and_judge_fall_back_to_chat(
    tmp_path: Path, text: str, role: Role, holder: Role | None
) -> None:
    assert load(tmp_path, text).llm.holder(role) == holder


@pytest.mark.parametrize("end", [f"?key={KEY}", f"/v1?key={KEY}", f"/v1#{KEY}"])
def test_an_address_that_may_hold_a_key_is_refused(tmp_path: Path, end: str) -> None:
    with pytest.raises(SettingsError, match=r"llm\.chat\.base_url") as refused:
        load(tmp_path, GROUNDWIRE_LLM__CHAT__BASE_URL=f"http://127.0.0.1:8000{end}")
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("key", [f"{KEY}ü", f"{KEY} b"])
def test_a_wrong_key_is_refused_without_showing_it(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match=r"llm\.chat\.api_key") as refused:
        load(tmp_path, GROUNDWIRE_LLM__CHAT__API_KEY=key)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("url", [f"http://me:{KEY}@host/v1", "host:8000", "ftp://host", "http://"])
def test_an_address_is_checked_and_holds_no_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="http://host:port/v1") as refused:
        load(tmp_path, GROUNDWIRE_LLM__CHAT__BASE_URL=url)
    assert KEY not in str(refused.value)


def test_a_system_holds_no_key(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="would be shown") as refused:
        load(tmp_path, f'[systems.big.llm.chat]\napi_key = "{KEY}"\n')
    assert KEY not in str(refused.value)


def test_a_key_is_neither_printed_nor_dumped(tmp_path: Path) -> None:
    settings = load(tmp_path, GROUNDWIRE_LLM__CHAT__API_KEY=KEY)
    assert KEY not in repr(settings)
    assert KEY not in str(settings.model_dump(mode="json"))
