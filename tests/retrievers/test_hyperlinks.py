"""Hyperlinks of Markdown and HTML lead search on, and `links` shows them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from groundwire.core.schema import Passage
from groundwire.core.settings import Settings
from groundwire.models import HashEncoder
from groundwire.retrievers import (
    FEATURES,
    Hop,
    Library,
    Scope,
    add_paths,
    find_links,
    hop,
    measure_candidates,
    open_library,
    remove_documents,
)
from groundwire.retrievers.store import put_property
from groundwire.retrievers.tables import hyperlinks

# Only the manual shares words with it.
ASKED = "Who looks after the ferry moorings?"
MANUAL = "# Harbour\n\nFor the ferry moorings see [who is on duty](people/rota.md#night-watch).\n"
ROTA = (
    "# Staff\n\nOf days it is Orla.\n\n"
    + "Nothing is said here of anything else. " * 60
    + "\n\n## Night watch\n\nFrom dusk on it is Brannoc.\n"
)

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files by their relative paths below one folder, and gives the folder."""

    def written(texts: Mapping[str, str]) -> Path:
        folder = tmp_path / "files"
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return written


def fill(library: Library, folder: Path, *, collection: str = "default") -> None:
    fillers = folder / "fillers"
    fillers.mkdir(exist_ok=True)
    for number in range(40):
        text = f"Number {number} is painted grey."
        (fillers / f"{number}.txt").write_text(text)
    list(add_paths(library, [str(folder)], collection=collection))


def reached(library: Library, question: str = ASKED, scope: Scope | None = None) -> list[Passage]:
    """What hyperlinks and names lead to."""
    found = hop(library, question, scope)
    return [found.candidates[one].passage for one in found.linked]


def ways(found: Hop) -> list[tuple[int, str]]:
    """What is led to, and over which words."""
    passages = {one: kept.passage for one, kept in found.candidates.items()}
    return [
        (target, origin.text[way.mention.start : way.mention.end])
        for target, leading in found.linked.items()
        for way in leading
        for origin in [passages[way.origin]]
    ]


def test_a_link_leads_to_the_passage_under_the_heading_that_it_names(
    library: Library, write: Write
) -> None:
    fill(library, write({"manual.md": MANUAL, "people/rota.md": ROTA}))
    found = hop(library, ASKED)
    (target,) = [one for one, said in ways(found) if said == "who is on duty"]
    assert "it is Brannoc" in found.candidates[target].passage.text
    rows = dict(zip(found.candidates, measure_candidates(library, found), strict=True))
    assert rows[target][FEATURES.index("linked")] == 1.0


@pytest.mark.parametrize(
    "line",
    [
        "For the ferry moorings see [the rota](people/rota.md).",
        'For the ferry moorings see [the rota](<people/rota.md> "Who is on duty").',
        "For the ferry moorings see [the rota][who].\n\n[who]: people/rota.md",
        "For the ferry moorings see [the rota][].\n\n[the rota]: people/rota.md",
        "For the ferry moorings see [the rota](people/../people/rota.md#no-such-heading).",
    ],
)
def test_the_ways_to_write_a_link_in_markdown(library: Library, write: Write, line: str) -> None:
    fill(library, write({"manual.md": line, "people/rota.md": ROTA}))
    (target,) = reached(library)
    assert target.text.startswith("# Staff")


@pytest.mark.parametrize(
    "line",
    [
        "For the ferry moorings see ![the rota](people/rota.md).",
        "For the ferry moorings see [the rota](https://example.org/people/rota.md).",
        "For the ferry moorings see [the rota](people/gone.md).",
        "For the ferry moorings see [the rota](http://[half).",
        "For the ferry moorings write to [them](mailto:people/rota.md).",
        "```\nFor the ferry moorings see [the rota](people/rota.md).\n```",
        "For the ferry moorings see [](people/rota.md).",
    ],
    ids=["picture", "web", "no such file", "no address", "mail", "code", "no words"],
)
def test_what_is_no_link_to_a_document_leads_nowhere(
    library: Library, write: Write, line: str
) -> None:
    fill(library, write({"manual.md": line, "people/rota.md": ROTA}))
    assert reached(library) == []


def test_links_of_a_page_lead_on_from_text_lists_and_tables(library: Library, write: Write) -> None:
    page = (
        "<p>For the ferry\n moorings: <a href='people/day1.md'>by <b>day</b></a>.</p>"
        "<ul><li><a href='people/dusk1.md'>ferry moorings at dusk</a></li></ul>"
        "<table><tr><th>Ferry moorings</th></tr>"
        "<tr><td><a href='people/night1.md'>by night</a></td></tr></table>"
    )
    people = {f"people/{when}1.md": f"It is {when}." for when in ("day", "dusk", "night")}
    fill(library, write({"page.html": page, **people}))
    found = hop(library, ASKED)
    said = {
        words: Path(found.candidates[target].passage.source).name for target, words in ways(found)
    }
    assert said == {
        "by day": "day1.md",
        "ferry moorings at dusk": "dusk1.md",
        "by night": "night1.md",
    }


def test_a_document_that_comes_later_is_found_and_one_that_went_is_not(
    library: Library, write: Write
) -> None:
    fill(library, write({"manual.md": MANUAL}))
    assert reached(library) == []
    folder = write({"people/rota.md": ROTA})
    list(add_paths(library, [str(folder)]))
    assert len(reached(library)) == 1
    list(remove_documents(library, str(folder / "people/rota.md")))
    assert reached(library) == []
    list(remove_documents(library, str(folder / "manual.md")))
    list(add_paths(library, [str(folder)]))
    assert len(reached(library)) == 1


def test_a_link_does_not_leave_the_scope(library: Library, write: Write) -> None:
    folder = write({"manual.md": MANUAL, "people/rota.md": ROTA})
    fill(library, folder)
    manual, rota = str(folder / "manual.md"), str(folder / "people/rota.md")
    assert len(reached(library, ASKED, Scope(collection="default"))) == 1
    assert reached(library, ASKED, Scope(where=(("source", manual),))) == []
    list(remove_documents(library, rota))
    list(add_paths(library, [rota], collection="people"))
    assert len(reached(library)) == 1
    assert reached(library, ASKED, Scope(collection="default")) == []


def test_a_library_of_the_second_format_learns_links(settings: Settings, write: Write) -> None:
    with open_library(settings, encoder=HashEncoder()) as library:
        fill(library, write({"old.txt": "Old."}))
        with library.transaction() as connection:
            hyperlinks.drop(connection)
            put_property(connection, "format_version", "2")
    with open_library(settings, encoder=HashEncoder()) as library:
        fill(library, write({"manual.md": MANUAL, "people/rota.md": ROTA}))
        assert len(reached(library)) == 1
    assert (settings.home / "library.sqlite.format-2").exists()


def test_links_says_that_a_passage_is_linked_to(library: Library, write: Write) -> None:
    fill(library, write({"manual.md": MANUAL, "people/rota.md": ROTA}))
    ties = find_links(library, "Harbour").ties
    (tie,) = [one for one in ties if one.why == "is linked to"]
    assert tie.via == "who is on duty"
    assert "it is Brannoc" in tie.target.text


def test_a_page_of_a_thousand_links_leads_to_a_few(library: Library, write: Write) -> None:
    line = "For the ferry moorings: " + " ".join(f"[n{n}](d{n}.txt)" for n in range(1000))
    fill(library, write({"all.md": line, **{f"d{n}.txt": f"Dossier {n}." for n in range(100)}}))
    assert 0 < len(reached(library)) <= 90


def test_the_passages_beside_the_best_are_candidates(library: Library, write: Write) -> None:
    parts = [f"Part {n} tells of matter {n}. " * 60 for n in range(5)]
    parts[2] = "The ferry moorings are looked after by whoever is named next. " * 20
    fill(library, write({"long.txt": "\n\n".join(parts)}))
    found = hop(library, "ferry moorings looked after named")
    passages = {one: kept.passage for one, kept in found.candidates.items()}
    first = found.origins[0]
    beside = [passages[one] for one, origin in found.neighbours.items() if origin == first]
    assert {one.document_id for one in beside} == {passages[first].document_id}
    assert any(
        one.end <= passages[first].start or one.start >= passages[first].end for one in beside
    )
