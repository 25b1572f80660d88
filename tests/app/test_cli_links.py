"""`groundwire links`: what a name is tied to, and why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Groundwire = Callable[..., Any]
MINUTES = "# Minutes\n\nIn March the board asked Tobiah Wrenfold to lead the dry-dock project.\n"
STAFF = "# Staff\n\nTobiah Wrenfold trained at the Caldmoor Institute.\n"
CALDMOOR = "# Caldmoor Institute\n\nA school for engineers, named in the Minutes of Harrowmead.\n"


@pytest.fixture
def added(groundwire: Groundwire, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in (("minutes", MINUTES), ("staff", STAFF), ("school", CALDMOOR)):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    assert groundwire("add", str(folder)).code == 0
    return folder


@pytest.mark.usefixtures("added")
def test_a_title_is_gone_by_mentioned_and_leads_on(groundwire: Groundwire) -> None:
    assert groundwire("links", "staff").code == 2  # a single word is a name only as it is written
    found = groundwire("links", "Staff", "--json").json
    assert [one["title"] for one in found["named"]] == ["Staff"]
    ties = {(tie["via"], tie["why"], tie["target"]["title"]) for tie in found["ties"]}
    assert ("Caldmoor Institute", "goes by this name", "Caldmoor Institute") in ties
    assert ("Tobiah Wrenfold", "holds this rare name", "Minutes") in ties
    for tie in found["ties"]:
        start = tie["start"] - tie["origin"]["start"]
        assert tie["origin"]["text"][start : start + len(tie["via"])] == tie["via"]


@pytest.mark.usefixtures("added")
def test_a_name_without_a_document_shows_what_mentions_it(groundwire: Groundwire) -> None:
    done = groundwire("links", "tobiah wrenfold")
    assert done.code == 0
    assert "Mentions tobiah wrenfold" in done.out
    assert "Goes by" not in done.out
    assert "Minutes" in done.out
    assert "Staff" in done.out


def test_a_file_shows_what_its_document_leads_to(groundwire: Groundwire, added: Path) -> None:
    for name in ("minutes.md", str(added / "minutes.md")):
        found = groundwire("links", name, "--json").json
        assert [one["title"] for one in found["named"]] == ["Minutes"]
        assert {(tie["via"], tie["target"]["title"]) for tie in found["ties"]} == {
            ("Tobiah Wrenfold", "Staff"),
            ("Minutes", "Caldmoor Institute"),
        }


@pytest.mark.usefixtures("added")
@pytest.mark.parametrize("name", ["Nobody Here", " ", "X", "🙂", "a\udcff", "~nobody-of-that-name"])
def test_what_nothing_goes_by_is_told(groundwire: Groundwire, name: str) -> None:
    done = groundwire("links", name)
    assert done.code == 2
    assert "Nothing goes by" in done.err
