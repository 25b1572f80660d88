"""Systems: what each built-in one sets, and those that a person adds."""

from pathlib import Path

import pytest

from groundwire.core.errors import SettingsError, UsageError
from groundwire.core.settings import FILE_NAME, Settings, load_settings
from groundwire.eval.systems import BUILT_IN, LEAST_EVIDENCE, find_system, list_systems


def settings(home: Path, text: str = "") -> Settings:
    (home / FILE_NAME).write_text(text, encoding="utf-8")
    return load_settings(home=home, folder=home / "none", environ={})


def test_the_built_in_systems_are_those_of_the_contract(tmp_path: Path) -> None:
    names = [system.name for system in list_systems(settings(tmp_path))]
    assert names == ["bm25", "dense", "hybrid", "first-sentence", "local", "local-one-hop"]
    searching = {system.name for system in BUILT_IN if not system.answers}
    assert searching == {"bm25", "dense", "hybrid"}


@pytest.mark.parametrize(
    ("name", "dense", "lexical"), [("bm25", 0, 1), ("dense", 1, 0), ("hybrid", 1, 1)]
)
def test_the_searching_ones_differ_in_weights(
    tmp_path: Path, name: str, dense: float, lexical: float
) -> None:
    search = find_system(name, settings(tmp_path)).settings(settings(tmp_path)).search
    assert (search.dense_weight, search.lexical_weight) == (dense, lexical)


def test_a_person_adds_a_system_over_settings_of_their_own(tmp_path: Path) -> None:
    own = '[search]\nrrf_k = 7\n[systems.wide]\nsteps = "search"\nsearch.depth = 300\n'
    base = settings(tmp_path, own)
    wide = find_system("wide", base)
    assert not wide.answers
    assert (wide.settings(base).search.depth, wide.settings(base).search.rrf_k) == (300, 7)
    assert find_system("local", base).settings(base).search.depth == 100
    assert "search.depth = 300" in wide.meaning


def test_enough_evidence_is_kept_to_measure(tmp_path: Path) -> None:
    for kept, wanted in ((3, LEAST_EVIDENCE), (50, 50)):
        base = settings(tmp_path, f"[answer]\nevidence = {kept}\n")
        assert find_system("local", base).settings(base).answer.evidence == wanted


def test_an_unknown_system_is_refused_and_the_known_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no system 'bm52'.*first-sentence"):
        find_system("bm52", settings(tmp_path))


def test_a_system_that_needs_a_language_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a language model"):
        find_system("closed-book", settings(tmp_path))


def test_a_name_that_is_built_in_cannot_be_taken(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'dense' is built in"):
        list_systems(settings(tmp_path, "[systems.dense]\nsearch.depth = 3\n"))
