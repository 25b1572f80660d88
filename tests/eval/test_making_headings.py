from __future__ import annotations

import pytest

from groundwire.core.schema import Passage
from groundwire.eval.making_headings import first_cells, heading_candidates, row_candidates


def passage(text: str, heading: str = "Handbook") -> Passage:
    return Passage(
        document_id="d",
        source="s",
        title="Crew handbook",
        start=0,
        end=len(text),
        text=text,
        heading=heading,
    )


def headed(heading: str, body: str) -> list[tuple[str, tuple[str, ...], str]]:
    text = f"## {heading}\n\n{body}\n"
    found = heading_candidates(passage(text, f"Handbook > {heading}"))
    return [(one.question, one.answers, one.place.quote) for one in found if one.place]


def test_a_question_as_heading_is_asked_as_it_stands() -> None:
    body = "By card or in cash on board. Vouchers are sold at the desk."
    first = "By card or in cash on board"
    assert headed("How do I pay?", body) == [("How do I pay?", (first,), f"{first}.")]


def test_yes_and_no_are_right_by_themselves() -> None:
    ((_, answers, quote),) = headed("Can I bring my bicycle?", "Yes, as long as there is room.")
    assert answers == ("Yes", "Yes, as long as there is room")
    assert quote == "Yes, as long as there is room."


def test_one_word_is_shown_with_what_explains_it() -> None:
    ((_, answers, quote),) = headed("May dogs come on board?", "Never!\n\nThey bark at the bell.")
    assert answers[0].startswith("Never!")
    assert quote.endswith("They bark at the bell.")


@pytest.mark.parametrize("heading", ["And my dog?", "Why?", "Where is it now, then?"])
def test_a_heading_that_leans_on_others_is_not_asked(heading: str) -> None:
    assert not headed(heading, "It sleeps under the bench on the deck.")


def test_a_section_is_asked_for_where_one_sentence_takes_up_its_heading() -> None:
    overtime = "Overtime is agreed beforehand and paid at twice the hourly rate"
    question = "What does “Crew handbook” say about “Overtime”?"
    assert headed("Overtime", f"{overtime}. Ask the senior skipper.") == [
        (question, (overtime,), f"{overtime}.")
    ]
    assert [one[0] for one in headed("2.1 Overtime", f"{overtime}.")] == [question]


@pytest.mark.parametrize(
    "body",
    [
        "Income came to €351,900 and costs to €343,150 in the whole year.",
        "Overtime is agreed beforehand and paid well. Later overtime is not paid by anybody here.",
        "Overtime is paid at twice the hourly rate. One. Two of it. Three of all. Four more.",
        "It is overtime that is agreed beforehand and paid twice.",
        "",
    ],
)
def test_a_section_of_other_or_many_things_is_not_asked_for(body: str) -> None:
    assert not headed("Overtime", body)


def test_a_passage_that_goes_on_with_a_section_has_no_heading() -> None:
    text = "Overtime is agreed beforehand and paid at twice the hourly rate.\n"
    assert not list(heading_candidates(passage(text, "Handbook > Overtime")))


TABLE = "Boat: Heron; Berths: 4; Fee: 20.00\nBoat: Otter; Berths: 12; Fee: -\n"


def test_rows_are_asked_for_by_their_first_cell() -> None:
    one = passage(TABLE)
    found = list(row_candidates(one, first_cells([one])))
    assert [(each.question, each.answers) for each in found] == [
        ("What does “Crew handbook” give as “Berths” for “Heron”?", ("4",)),
        ("What does “Crew handbook” give as “Fee” for “Heron”?", ("20.00",)),
        ("What does “Crew handbook” give as “Berths” for “Otter”?", ("12",)),
    ]
    assert found[0].place
    assert found[0].place.quote == "Boat: Heron; Berths: 4; Fee: 20.00"


def test_a_row_that_begins_like_another_of_its_document_is_not_asked_for() -> None:
    first, second = passage(TABLE), passage("Boat: Heron; Length: 14 metres\n")
    found = row_candidates(first, first_cells([first, second]))
    assert {each.question.rpartition("for ")[2] for each in found} == {"“Otter”?"}


def test_prose_is_no_row() -> None:
    one = passage("The boats: Heron and Otter; they are blue.\n")
    assert not list(row_candidates(one, first_cells([one])))
