"""A recipe as a process: what it writes is seen, and a failure says why."""

from __future__ import annotations

import io

import pytest

from groundwire.app.recipe_process import run_recipe
from groundwire.core.errors import GroundwireError

pytest.importorskip("torch", reason="needs the extra models")


def test_a_recipe_that_fails_is_told_with_its_last_lines_and_what_to_do() -> None:
    terminal = io.StringIO()
    with pytest.raises(
        GroundwireError, match=r"No module named groundwire\.training\.absent"
    ) as told:
        run_recipe("absent", [], advice="Begin anew.", terminal=terminal)
    assert "exit code 1" in told.value.what
    assert told.value.advice == "Begin anew."
    assert "No module named" in terminal.getvalue()


def test_nothing_of_a_recipe_reaches_what_is_kept_for_the_result(
    capfd: pytest.CaptureFixture[str],
) -> None:
    run_recipe("squad_file", [], advice="")
    with pytest.raises(GroundwireError):
        run_recipe("absent", [], advice="")
    assert capfd.readouterr() == ("", "")
