"""Settings: which source weighs more, and what a person is told about a mistake."""

from operator import attrgetter
from pathlib import Path

import pytest

from groundwire.core.errors import SettingsError
from groundwire.core.settings import (
    FILE_NAME,
    Settings,
    load_settings,
    overlay,
    setting_names,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def write(folder: Path, text: str) -> Path:
    path = folder / FILE_NAME
    path.write_text(text, encoding="utf-8")
    return path


def complaint(home: Path, here: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(home=home, folder=here, environ=environ or {})
    return str(caught.value)


def test_without_anything_the_defaults_hold(home: Path, here: Path) -> None:
    assert load_settings(home=home, folder=here, environ={}) == Settings(home=home)


def test_home_file_then_working_directory_then_environment_then_flags(
    home: Path, here: Path
) -> None:
    write(home, "[search]\nk = 1\ndepth = 11\nrrf_k = 21\ndense_weight = 0.1\n")
    write(here, "[search]\nk = 2\ndepth = 12\nrrf_k = 22\n")
    environ = {"GROUNDWIRE_SEARCH__K": "3", "GROUNDWIRE_SEARCH__DEPTH": "13"}
    search = load_settings(home=home, folder=here, environ=environ, flags={"search.k": 4}).search
    assert (search.k, search.depth, search.rrf_k, search.dense_weight) == (4, 13, 22, 0.1)


def test_the_working_directory_is_where_the_process_stands(
    home: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, "[page]\nport = 9000\n")
    monkeypatch.chdir(here)
    assert load_settings(home=home, environ={}).page.port == 9000


def test_the_process_environment_counts_when_none_is_given(
    home: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROUNDWIRE_LIMITS__SECONDS", "2.5")
    assert load_settings(home=home, folder=here).limits.seconds == 2.5


def test_an_unknown_key_in_a_file_names_file_and_nearest_key(home: Path, here: Path) -> None:
    path = write(here, "[search]\ndepht = 5\n")
    told = complaint(home, here)
    assert str(path) in told
    assert "search.depht" in told
    assert "'search.depth'" in told


def test_an_unknown_variable_is_told_as_it_was_written(home: Path, here: Path) -> None:
    told = complaint(home, here, {"GROUNDWIRE_SEARCH_K": "5"})
    assert "GROUNDWIRE_SEARCH_K" in told
    assert "GROUNDWIRE_SEARCH__K" in told


def test_an_unknown_flag_names_the_nearest_key(home: Path) -> None:
    with pytest.raises(SettingsError, match=r"'serch\.k'.*'search\.k'"):
        load_settings(home=home, environ={}, flags={"serch.k": 5})


@pytest.mark.parametrize("text", ["search = 3\n", "depth = 3\n", "[nothing]\nelse = 1\n"])
def test_a_key_outside_its_section_is_unknown(home: Path, here: Path, text: str) -> None:
    write(home, text)
    assert "Did you mean" in complaint(home, here)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('[search]\nk = "many"\n', "search.k"),
        ("[search]\nk = 0\n", "search.k"),
        ("[search]\nk = 2.5\n", "search.k"),
        ("[search.k]\nvalue = 1\n", "search.k"),
        ("[page]\nport = 70000\n", "page.port"),
        ("[answer]\nthreshold = 1.01\n", "answer.threshold"),
        ("[limits]\nseconds = -1\n", "limits.seconds"),
        ("[limits]\nseconds = inf\n", "limits.seconds"),
        ("[limits]\nrounds = 0\n", "limits.rounds"),
        ("[encoder]\nmodel = 5\n", "encoder.model"),
        ("[search]\ndense_weight = 0\nlexical_weight = 0\n", "search"),
    ],
)
def test_a_wrong_type_or_bound_names_the_setting(
    home: Path, here: Path, text: str, name: str
) -> None:
    write(home, text)
    assert complaint(home, here).startswith(f"Setting {name!r} = ")


@pytest.mark.parametrize("content", [b"[search\nk = 1", b"k = = 1", b"\xff\xfe\x00"])
def test_a_file_that_is_not_toml_is_named(home: Path, here: Path, content: bytes) -> None:
    (home / FILE_NAME).write_bytes(content)
    assert f"{home / FILE_NAME} cannot be read" in complaint(home, here)


def test_a_folder_in_place_of_the_file_is_named(home: Path, here: Path) -> None:
    (home / FILE_NAME).mkdir()
    assert f"{home / FILE_NAME} cannot be read" in complaint(home, here)


def test_a_byte_order_mark_is_no_mistake(home: Path, here: Path) -> None:
    (home / FILE_NAME).write_bytes(b"\xef\xbb\xbf[search]\nk = 7\n")
    assert load_settings(home=home, folder=here, environ={}).search.k == 7


def test_home_is_the_argument_else_the_variable_else_the_users_folder(
    tmp_path: Path, here: Path
) -> None:
    environ = {"GROUNDWIRE_HOME": str(tmp_path / "b")}
    given = load_settings(home=tmp_path / "a", folder=here, environ=environ)
    assert given.home == tmp_path / "a"
    assert load_settings(folder=here, environ=environ).home == tmp_path / "b"
    assert load_settings(folder=here, environ={}).home == Settings().home


def test_home_is_made_absolute_and_knows_the_tilde(
    tmp_path: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    assert load_settings(home=Path("lib"), folder=here, environ={}).home == tmp_path / "lib"
    environ = {"GROUNDWIRE_HOME": "~/lib"}
    assert load_settings(folder=here, environ=environ).home == tmp_path / "user" / "lib"


def test_home_cannot_be_set_in_a_file(home: Path, here: Path) -> None:
    write(here, 'home = "/elsewhere"\n')
    told = complaint(home, here)
    assert "no effect" in told
    assert "--home" in told


def test_home_and_data_folders_are_variables_but_no_settings(home: Path, here: Path) -> None:
    environ = {"GROUNDWIRE_HOME": str(home), "GROUNDWIRE_DATA": "data", "OTHER": "x"}
    assert load_settings(folder=here, environ=environ) == Settings(home=home)


def test_every_setting_has_a_name_and_can_be_set_by_it(home: Path, here: Path) -> None:
    settings = load_settings(home=home, folder=here, environ={})
    names = setting_names()
    assert names[0] == "home"
    assert "answer.threshold" in names
    for name in names[1:]:
        value = attrgetter(name)(settings)
        assert load_settings(home=home, folder=here, environ={}, flags={name: value}) == settings


def test_a_system_is_a_table_of_settings_that_differ(home: Path, here: Path) -> None:
    write(home, '[systems.wide]\nsteps = "search"\nsearch.depth = 300\n[systems.plain]\n')
    write(here, "[systems.wide.search]\nrrf_k = 10\n")
    settings = load_settings(home=home, folder=here, environ={})
    wide = {"steps": "search", "search.depth": 300, "search.rrf_k": 10}
    assert settings.systems == {"wide": wide, "plain": {}}
    assert settings.search.depth == 100
    overlaid = overlay(settings, wide, where="the system 'wide'").search
    assert (overlaid.depth, overlaid.rrf_k, overlaid.k) == (300, 10, settings.search.k)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[systems.wide]\nsearch.depht = 300\n", "the system 'wide'. Did you mean 'search.depth'"),
        ("[systems.wide]\nsearch.depth = 0\n", "greater than or equal to 1"),
        ('[systems.wide]\nsteps = "guess"\n', 'It is "ask" or "search"'),
        ('[systems."a b"]\nsearch.depth = 3\n', "Write [systems.NAME]"),
        ("[systems]\nwide = 3\n", "Write [systems.NAME]"),
        ("[systems.wide]\npage.port = 3\n", "changes no answer"),
        ('[systems.wide]\nhome = "x"\n', "no effect"),
    ],
)
def test_a_system_that_cannot_be_meant_is_refused_when_settings_are_read(
    home: Path, here: Path, text: str, told: str
) -> None:
    write(home, text)
    assert told in complaint(home, here)
