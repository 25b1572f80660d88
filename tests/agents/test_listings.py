"""Lists and counts: which wordings ask for one, and what is asked of each passage alone."""

import pytest

from groundwire.agents.listings import find_listed, one_of
from groundwire.core.schema import Aggregation


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("List all films directed by Ann Bell.", "Which film was directed by Ann Bell?"),
        ("list the films that were directed by Ann Bell", "Which film was directed by Ann Bell?"),
        ("Name the towns that lie on the Velm.", "Which town lies on the Velm?"),
        ("Which films did Ann Bell direct?", "Which film was directed by Ann Bell?"),
        ("What books did Ann Bell write?", "Which book was written by Ann Bell?"),
        ("Which goods did Oak Ltd supply?", "Which good was supplied by Oak Ltd?"),
        ("Which countries did Ann Bell visit?", "Which country did Ann Bell visit?"),
        ("Which suppliers are in Tarn?", "Which supplier is in Tarn?"),
        ("In which towns did Ann Bell live?", "In which town did Ann Bell live?"),
        ("Who are the members of the board?", "Who is a member of the board?"),
        ("What are the products that Oak has made?", "Which product Oak has made?"),
        ("Who are the deckhands?", "Who is a deckhand?"),
        ("Which people trained at Tarn College?", "Which person trained at Tarn College?"),
    ],
)
def test_a_wording_for_several_things_asks_each_passage_for_one(question: str, asked: str) -> None:
    found = find_listed(question)
    assert found is not None
    assert (found.question, found.aggregation) == (asked, Aggregation.LIST)


@pytest.mark.parametrize(
    ("question", "asked", "in_prose"),
    [
        ("How many films did Ann Bell direct?", "Which film was directed by Ann Bell?", True),
        ("How many of the suppliers are in Tarn?", "Which supplier is in Tarn?", True),
        ("How many people live in Tarn?", "Which person lives in Tarn?", False),
        ("How many pupils does the school have?", None, False),
        ("How many pupils are there in the school?", "Which pupil is there in the school?", False),
    ],
)
def test_a_number_that_is_known_rather_than_counted_is_counted_in_tables_alone(
    question: str, asked: str | None, *, in_prose: bool
) -> None:
    found = find_listed(question)
    if asked is None:
        assert found is None
    else:
        assert found is not None
        assert (found.question, found.aggregation) == (asked, Aggregation.COUNT)
        assert found.in_prose is in_prose


@pytest.mark.parametrize(
    "question",
    [
        "Which film did Ann Bell direct?",
        "Which countries' border is the longest?",
        "How long is the Velm?",
        "How many times did Ann Bell win?",
        "How many hours are the boats late?",
        "How many metres are left?",
        "What is the name of the boat?",
        "What are the names of the boats?",
        "What are the boats called in Tarn?",
        "What are the effects of rain?",
        "What are clades?",
        "Name the director of Moonstone.",
        "Name two towns that lie on the Velm.",
        "List 3 films directed by Ann Bell.",
        "What are the three layers of the hull?",
        "Which films did Ann Bell not direct?",
        "Which other films did Ann Bell direct?",
        "Which towns are larger than Tarn or Ostel?",
        "What was the first of the films directed by Ann Bell?",
        "Which films had the most visitors?",
        "What happens on the Velm?",
        "What does Ann Bell direct?",
        "What do boats run on?",
        "What kind of boats are on the Velm?",
        "What percentage of people died?",
        "Which bus did Ann Bell take?",
        "What process did Ann Bell use?",
        "Which species are found in Tarn?",
        "What news did Ann Bell bring?",
        "Who directed Moonstone?",
        "Who was the director of Moonstone?",
        "Are the films directed by Ann Bell old?",
        "Welche Filme hat Ann Bell gedreht?",
        "¿Qué películas dirigió Ann Bell?",
        "Quels films ont été réalisés par Ann Bell ?",
        "films directed by Ann Bell",
        "",
        "List",
        "how many",
        "Which films did " + "Ann Bell and " * 5_000 + "Tom Day direct?",
        "which " * 60 + "films did Ann Bell direct?",
    ],
)
def test_what_merely_looks_alike_asks_for_one_answer(question: str) -> None:
    assert find_listed(question) is None


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("towns", "town"),
        ("countries", "country"),
        ("movies", "movie"),
        ("churches", "church"),
        ("boxes", "box"),
        ("people", "person"),
        ("houses", "house"),
        ("bus", "bus"),
        ("glass", "glass"),
        ("gas", "gas"),
    ],
)
def test_a_plural_is_made_one(many: str, one: str) -> None:
    assert one_of(many) == one
