"""Names: a mention of a title or heading leads to the passage that goes by it."""

import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise

import pytest
from sqlalchemy import delete, func, select, text, update

from groundwire.core.schema import Document, Heading, Piece
from groundwire.core.settings import Settings
from groundwire.models import HashEncoder
from groundwire.retrievers import (
    Library,
    add_documents,
    check_library,
    open_library,
    remove_documents,
)
from groundwire.retrievers.names import find_mentions, passages_named
from groundwire.retrievers.store import put_property
from groundwire.retrievers.tables import names, passages


def document(
    title: str, text: str = "Some text.", headings: Sequence[tuple[int, str]] = ()
) -> Document:
    return Document(
        id=sha256(f"{title}{text}".encode()).hexdigest(),
        source=f"{title} {text}.txt",
        title=title,
        text=text,
        media_type="txt",
        headings=tuple(Heading(start=start, level=1, title=name) for start, name in headings),
    )


def add(library: Library, *documents: Document, cuts: Sequence[int] = ()) -> None:
    """Every document cut into passages at ``cuts``."""

    def pieces(one: Document) -> list[Piece]:
        bounds = [0, *cuts, len(one.text)]
        return [Piece(start=start, end=end) for start, end in pairwise(bounds)]

    list(add_documents(library, [(one, pieces(one)) for one in documents]))


def follow(library: Library, said: str) -> list[str]:
    """The texts of the passages whose names ``text`` mentions, in its order."""
    with library.engine.connect() as connection:
        (mentions,) = find_mentions(connection, [said])
        named = passages_named(connection, {each.name for each in mentions})
        ids = list(dict.fromkeys(one for each in mentions for one in named[each.name]))
        found = dict(connection.execute(select(passages.c.id, passages.c.text)).all())
    for mention in mentions:
        part, words = said[mention.start : mention.end].casefold(), mention.name.casefold().split()
        part = unicodedata.normalize("NFC", part)
        assert part.startswith(words[0])
        assert part.endswith(words[-1])
    return [found[one] for one in ids]


@pytest.mark.parametrize(
    ("title", "mention", "led"),
    [
        ("Patient Heron", "The boat is the patient heron, built in 1961.", True),
        ("Patient Heron (boat)", "The Patient Heron sank.", True),
        ("Patient Heron (boat)", "The Patient Heron (boat) sank.", True),
        ("Patient Heron", "The patient watched a heron.", False),
        ("Time", "It was in Time, the weekly.", True),
        ("Time", "It took some time.", False),
        ("Zürich", "Sie wohnt in Zürich.", True),
        ("Zu\u0308rich", "Sie wohnt in Zürich.", True),
        ("Zürich", "Sie wohnt in Zu\u0308rich.", True),
        ("हिन्दी", "यह हिन्दी है", True),
        ("हिन्दी", "यह हिन्दु है", False),
        ("राष्ट्रीय स्वयंसेवक संघ", "देखें राष्ट्रीय स्वयंसेवक संघ", True),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8 철도", "한국 철도", True),
        ("東京都", "彼は東京都に住んでいる。", True),
        ("京", "彼は東京都に住んでいる。", False),
        ("X", "Plan X was given up.", False),
        ("1961", "It was built in 1961.", False),
        ("...", "And then ...", False),
        ("", "Nothing is called nothing.", False),
        ("a b c d e f g h i", "The row a b c d e f g h i is too long.", False),
    ],
)
def test_a_title_is_mentioned_where_its_words_stand_in_a_row(
    library: Library, title: str, mention: str, *, led: bool
) -> None:
    add(library, document(title, "This is it."))
    assert follow(library, mention) == (["This is it."] if led else [])


def test_a_heading_leads_to_the_passage_below_it(library: Library) -> None:
    text = "About us. # Lost property Ask Mara. # Fares Six marks."
    add(library, document("Handbook", text, [(10, "Lost property"), (36, "Fares")]), cuts=(10, 36))
    assert follow(library, "See under lost property.") == ["# Lost property Ask Mara. "]
    assert follow(library, "See the Handbook, then Fares.") == ["About us. ", "# Fares Six marks."]


def test_of_names_within_names_each_is_followed(library: Library) -> None:
    add(library, document("New York", "The state."), document("New York City", "The city."))
    assert follow(library, "He moved to New York City.") == ["The city.", "The state."]


def test_of_a_name_that_a_thousand_go_by_the_same_few_are_read(library: Library) -> None:
    add(library, *(document("Minutes of May", f"Meeting {number}.") for number in range(1000)))
    found = follow(library, "It says so in the minutes of May.")
    assert len(found) == 32
    assert found == follow(library, "It says so in the minutes of May.")


def test_of_ten_thousand_mentions_the_first_are_looked_up(library: Library) -> None:
    titles = [f"Station Number{number}" for number in range(200)]
    add(library, *(document(title, f"{title} is far.") for title in titles))
    found = follow(library, " ".join(titles * 50))
    assert len(found) == 64
    assert found[0] == "Station Number0 is far."


def test_a_name_said_over_and_over_is_one(library: Library) -> None:
    add(library, document("Station One", "The first."), document("Patient Heron", "A boat."))
    assert follow(library, "Station One. " * 80 + "The Patient Heron.") == ["The first.", "A boat."]


def test_headings_that_are_damaged_are_told_by_the_check(library: Library) -> None:
    add(library, document("Handbook", "One. Two.", [(5, "Lost property")]), cuts=(5,))
    for damaged in ("{", "null", '[{"start": 0}]'):
        with library.transaction() as connection:
            connection.execute(text("UPDATE documents SET headings = :it"), {"it": damaged})
        report = check_library(library)
        assert [problem.kind for problem in report.problems] == ["text"]
        assert "'Handbook'" in report.problems[0].detail


def test_a_removed_document_goes_by_no_name(library: Library) -> None:
    add(library, document("Patient Heron", "Old."), document("Silver Otter", "Other."))
    remove_documents(library, "Patient Heron Old..txt")
    assert follow(library, "The Patient Heron and the Silver Otter.") == ["Other."]
    with library.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(names)) == 1


def test_a_name_that_comes_later_is_found_in_earlier_texts(library: Library) -> None:
    add(library, document("Log", "The Patient Heron left."))
    assert follow(library, "The Patient Heron left.") == []
    add(library, document("Patient Heron", "A boat."))
    assert follow(library, "The Patient Heron left.") == ["A boat."]


def test_a_library_of_the_first_format_is_given_its_names(settings: Settings) -> None:
    with open_library(settings, encoder=HashEncoder()) as library:
        add(library, document("Handbook", "One. Two.", [(5, "Lost property")]), cuts=(5,))
        with library.transaction() as connection:
            names.drop(connection)
            put_property(connection, "format_version", "1")
    with open_library(settings, encoder=HashEncoder()) as library:
        assert follow(library, "Lost property, see Handbook.") == ["Two.", "One. "]
    assert (settings.home / "library.sqlite.format-1").exists()


def test_a_check_finds_names_that_differ_and_mends_them(library: Library) -> None:
    add(library, document("Handbook", "One. Two.", [(5, "Lost property")]), cuts=(5,))
    assert check_library(library).whole
    for change in (
        delete(names).where(names.c.name == "Handbook"),
        update(names).where(names.c.name == "Handbook").values(words=7),
        update(names).where(names.c.name == "Handbook").values(opens_with="other"),
        text("DROP TABLE names"),
        update(names).where(names.c.name == "Handbook").values(name="Handbuch"),
    ):
        with library.transaction() as connection:
            connection.execute(change)
        (problem,) = check_library(library).problems
        assert problem.kind == "names"
        assert check_library(library, repair=True).whole
        assert follow(library, "See the Handbook.") == ["One. "]
