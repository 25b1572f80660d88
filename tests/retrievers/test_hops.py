"""Search in hops: what a name or a likeness leads to, in bounded work, the same every time."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import pytest
from sqlalchemy import delete, select

from groundwire.core.errors import UsageError
from groundwire.core.schema import Document, Piece
from groundwire.retrievers import (
    FEATURES,
    Hop,
    Library,
    Scope,
    add_documents,
    hop,
    measure_candidates,
)
from groundwire.retrievers.hops import (
    ASKED_FOR,
    FIRST,
    LOOKED_INTO,
    MOST_ASKED_FOR,
    MOST_REACHED,
)
from groundwire.retrievers.tables import collections, places

MINUTES = "In March the board asked Tobiah Wrenfold to lead the dry-dock project."
PERSON = "He trained at the institute in Caldmoor, and joined in 2011."


def document(title: str, text: str) -> Document:
    return Document(
        id=sha256(f"{title}{text}".encode()).hexdigest(),
        source=f"{title}-{len(text)}.txt",
        title=title,
        text=text,
        media_type="txt",
    )


def add(library: Library, *documents: Document, collection: str = "default") -> None:
    filled = [(one, [Piece(start=0, end=len(one.text), context=one.title)]) for one in documents]
    list(add_documents(library, filled, collection=collection))


def fillers(count: int, word: str = "grain") -> list[Document]:
    return [document(f"Filler {number}", f"The {word} number {number}.") for number in range(count)]


def texts(found: Hop) -> list[str]:
    return [one.passage.text for one in found.candidates.values()]


@pytest.fixture
def filled(library: Library) -> Library:
    """Minutes that name a person, of whom another document tells; and much else."""
    add(library, document("Minutes", MINUTES), document("Tobiah Wrenfold", PERSON))
    add(library, *fillers(60, "dry-dock project lead"))
    return library


def test_a_name_leads_to_the_document_that_goes_by_it(filled: Library) -> None:
    found = hop(filled, "Who did the board ask in March?")
    reached = next(one for one, kept in found.candidates.items() if kept.passage.text == PERSON)
    (way,) = found.linked[reached]
    origin = found.candidates[way.origin].passage
    assert origin.text == MINUTES
    assert origin.text[way.mention.start : way.mention.end] == "Tobiah Wrenfold"
    assert reached != way.origin


def test_the_candidates_are_measured_by_how_they_were_reached(filled: Library) -> None:
    found = hop(filled, "Who did the board ask in March?")
    rows = dict(zip(texts(found), measure_candidates(filled, found), strict=True))
    linked = FEATURES.index("linked")
    assert rows[PERSON][linked] == 1.0
    assert rows[MINUTES][linked] == 0.0
    assert rows[MINUTES][FEATURES.index("cover")] > rows[PERSON][FEATURES.index("cover")]
    assert all(len(row) == len(FEATURES) and np.isfinite(row).all() for row in rows.values())


def test_a_name_in_the_question_is_looked_into(filled: Library) -> None:
    found = hop(filled, "What is Tobiah Wrenfold asked?")
    named = next(one for one, kept in found.candidates.items() if kept.passage.text == PERSON)
    assert found.asked_for == {named}
    assert found.origins[0] == named


def test_the_same_question_finds_the_same_twice(filled: Library) -> None:
    first, second = (hop(filled, "Who leads the dry-dock project?") for _ in range(2))
    assert list(first.candidates) == list(second.candidates)
    assert np.array_equal(measure_candidates(filled, first), measure_candidates(filled, second))


def test_what_lies_outside_the_scope_is_not_reached(library: Library) -> None:
    add(library, document("Minutes", MINUTES), *fillers(40))
    add(library, document("Tobiah Wrenfold", PERSON), collection="people")
    asked = "Who did the board ask in March?"
    assert PERSON in texts(hop(library, asked))
    assert PERSON not in texts(hop(library, asked, Scope(collection="default")))
    assert PERSON not in texts(hop(library, asked, Scope(where=(("title", "Minutes"),))))


def test_documents_that_name_themselves_and_each_other_lead_in_no_circle(library: Library) -> None:
    ring = [
        document("Silver Otter", "The Silver Otter tows the Patient Heron."),
        document("Patient Heron", "The Patient Heron is towed by the Silver Otter."),
    ]
    add(library, *ring)
    found = hop(library, "What does the Silver Otter tow?")
    assert sorted(texts(found)) == sorted(one.text for one in ring)
    assert all(
        way.origin != one
        for one, ways in [*found.linked.items(), *found.sharing.items()]
        for way in ways
    )


def most_candidates(origins: Sequence[int]) -> int:
    assert len(origins) <= LOOKED_INTO + 3
    return FIRST + 3 + MOST_REACHED


@pytest.mark.parametrize(
    "crowd",
    [
        [document("Register", " ".join(f"Station Number{n}," for n in range(2000)))]
        + [document(f"Station Number{n}", f"It is far, {n}.") for n in range(400)],
        [document("Register", "See the Station Book.")]
        + [document("Station Book", f"Volume {'i' * (n + 1)}.") for n in range(400)],
    ],
    ids=["a document that mentions thousands", "a title that hundreds go by"],
)
def test_the_work_is_bounded(library: Library, crowd: list[Document]) -> None:
    add(library, *crowd)
    found = hop(library, "register")
    assert len(found.candidates) <= most_candidates(found.origins)
    assert len(measure_candidates(library, found)) == len(found.candidates)


def test_an_empty_library_and_an_empty_question_are_outcomes(library: Library) -> None:
    found = hop(library, "anything")
    assert not found.candidates
    assert measure_candidates(library, found).shape == (0, len(FEATURES))
    with pytest.raises(UsageError):
        hop(library, " ")


def test_a_crowd_outside_the_scope_hides_nothing_within(library: Library) -> None:
    crowd = [document("Tobiah Wrenfold", f"Another one, {number}.") for number in range(40)]
    crowd += [
        document(f"Old {number}", f"Old minutes of BM-0078, {number}.") for number in range(9)
    ]
    add(library, *crowd, collection="archive")
    certificate = "Certificate BM-0078, of the engineer."
    minutes = f"{MINUTES} He holds BM-0078."
    add(library, document("Minutes", minutes), document("Tobiah Wrenfold", PERSON))
    add(library, document("Papers", certificate), *fillers(40, "dry-dock project lead"))
    found = hop(library, "Who did the board ask in March?", Scope(collection="default"))
    assert [texts(found).count(text) for text in (PERSON, certificate)] == [1, 1]
    linked = {found.candidates[one].passage.text for one in found.linked}
    sharing = {found.candidates[one].passage.text for one in found.sharing}
    assert PERSON in linked
    assert certificate in sharing


def test_what_is_being_removed_leaves_room_for_what_stands(library: Library) -> None:
    old = [document(f"Old {number}", f"The ferry harbour, {number}.") for number in range(60)]
    add(library, *old, collection="old")
    add(library, document("New", "The ferry has a harbour of its own, far away, for grain."))
    with library.transaction() as connection:  # as a removal leaves it while the indexes follow
        gone = select(collections.c.id).where(collections.c.name == "old").scalar_subquery()
        connection.execute(delete(places).where(places.c.collection_id == gone))
    assert "The ferry has a harbour of its own, far away, for grain." in texts(
        hop(library, "ferry harbour")
    )


def test_a_question_that_names_many_looks_into_few(library: Library) -> None:
    names = [f"Silver Otter {number}" for number in range(60)]
    add(library, *(document(name, f"{number}.") for number, name in enumerate(names)))
    found = hop(library, "What of " + ", ".join(names) + "?")
    assert len(found.asked_for) == MOST_ASKED_FOR
    assert len(found.origins) <= LOOKED_INTO + ASKED_FOR
    assert len(found.candidates) <= FIRST + MOST_ASKED_FOR + MOST_REACHED


def test_half_of_a_character_is_no_error(filled: Library) -> None:
    found = hop(filled, "Who did the board ask\ud83d in March?")
    assert MINUTES in texts(found)
    assert len(measure_candidates(filled, found)) == len(found.candidates)


def test_a_rare_name_is_not_a_part_of_a_longer_one(library: Library) -> None:
    add(library, document("Order", "The board ordered the pump Model X1 in March."))
    add(library, document("List", "The Model X10 pump is sold."))
    add(library, document("Stock", "The Model X1 stands in the store."), *fillers(40))
    found = hop(library, "What did the board order in March?")
    sharing = {found.candidates[one].passage.text for one in found.sharing}
    assert "The Model X1 stands in the store." in sharing
    assert "The Model X10 pump is sold." not in sharing
