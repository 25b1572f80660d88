"""Rare names: what a passage names that few others name too leads to those."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import pytest

from groundwire.core.schema import Document, Piece
from groundwire.retrievers import Library, add_documents
from groundwire.retrievers.hops import hop
from groundwire.retrievers.rare_names import (
    FOLLOWED,
    MOST_PASSAGES,
    OF_ONE_NAME,
    RareName,
    find_rare,
    names_within,
)
from groundwire.retrievers.scope import Limits
from groundwire.retrievers.searching import analysers_in_use

EVERYWHERE = Limits(collection=None, documents=None)
MINUTES = "In March the board asked Tobiah Wrenfold to lead the dry-dock project."
STAFF = "Name: Tobiah Wrenfold. Trained at: Caldmoor Institute."


def add(library: Library, texts: Sequence[str]) -> None:
    documents = [
        Document(
            id=sha256(text.encode()).hexdigest(),
            source=f"{number}.txt",
            title=f"File {number}",
            text=text,
            media_type="txt",
        )
        for number, text in enumerate(texts)
    ]
    filled = [(one, [Piece(start=0, end=len(one.text))]) for one in documents]
    list(add_documents(library, filled))


def rare(library: Library, text: str) -> Mapping[str, RareName]:
    analysers = analysers_in_use(library)
    with library.reading_words() as lexical:
        return find_rare(lexical, [names_within(text)], EVERYWHERE, analysers)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (MINUTES, ["In March", "Tobiah Wrenfold"]),
        ("certificate BM-0078, of 2024", ["BM-0078"]),
        ("the Anne O'Hara-Quist plan; the Anne O'Hara-Quist plan", ["Anne O'Hara-Quist"]),
        ("from Zürich, Genève", ["Zürich", "Genève"]),
        ("A B C", []),
        ("nothing at all 19", []),
        ("One Two Three Four Five Six", ["One Two Three Four Five", "Six"]),
    ],
)
def test_a_name_is_a_row_of_words_with_capital_letters_or_digits(
    text: str, names: list[str]
) -> None:
    found = names_within(text)
    assert [one.name for one in found] == names
    assert all(text[one.start : one.end] == one.name for one in found)


def test_a_rare_name_leads_from_one_passage_to_another_that_holds_it(library: Library) -> None:
    crowd = [f"The {word} of number {number} in March." for number, word in enumerate("ab" * 40)]
    add(library, [MINUTES, STAFF, "Wrenfold Tobiah is written otherwise.", *crowd])
    found = hop(library, "Whom did the board ask to lead the dry-dock project?")
    texts = {one: kept.passage.text for one, kept in found.candidates.items()}
    origin, reached = (one for text in (MINUTES, STAFF) for one in texts if texts[one] == text)
    (way,) = found.sharing[reached]
    assert way.origin == origin
    assert MINUTES[way.mention.start : way.mention.end] == way.mention.name == "Tobiah Wrenfold"
    assert "Wrenfold Tobiah" not in {texts[one][:15] for one in found.sharing}


def test_what_many_passages_name_leads_nowhere(library: Library) -> None:
    add(library, [MINUTES, *(f"{number}. {STAFF}" for number in range(MOST_PASSAGES))])
    assert rare(library, MINUTES) == {}


def test_what_no_other_passage_names_leads_nowhere(library: Library) -> None:
    add(library, [MINUTES, "Nobody else."])
    assert rare(library, MINUTES) == {}


def test_of_ten_thousand_names_the_rarest_few_are_followed(library: Library) -> None:
    register = " ".join(f"and Station{number}" for number in range(10_000))
    holding = [f"See Station{number}." for number in range(60) for _ in range(1 + number % 2)]
    add(library, [register, *(f"{text} {place}" for place, text in enumerate(holding))])
    found = rare(library, register)
    assert len(found) == FOLLOWED
    assert {one.count for one in found.values()} == {2}
    assert all(len(one.passages) <= OF_ONE_NAME for one in found.values())
    assert found == rare(library, register)
