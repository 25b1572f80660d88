"""Comparisons of numbers: by their wording, and computed from what documents say."""

import re
from collections.abc import Iterator

import pytest

from groundwire.agents.amounts import Wanted
from groundwire.agents.comparing import decide
from groundwire.agents.comparisons import Choice, find_compared
from groundwire.agents.step_reader import Stepped, StepReader
from groundwire.agents.units import Kind
from groundwire.core.findings import AnswerSpan, Reading
from groundwire.core.settings import EncoderSettings, Settings
from groundwire.models import HashEncoder, ScriptedPassageReader
from groundwire.retrievers import Library, Scope, add_paths, open_library

TWO = ("Tarn", "Moor")


@pytest.mark.parametrize(
    ("question", "asked", "choice"),
    [
        ("Which river is longer, Tarn or Moor?", "How long is {}?", Choice.MOST),
        ("Which of the two rivers is longer, Tarn or Moor?", "How long is {}?", Choice.MOST),
        ("Which is the longest river, Tarn or Moor?", "How long is {}?", Choice.MOST),
        ("Which film was longer, Tarn or Moor?", "How long was {}?", Choice.MOST),
        ("Which river is shorter, Tarn or Moor?", "What is the length of {}?", Choice.LEAST),
        ("Who is shorter, Tarn or Moor?", "What is the height of {}?", Choice.LEAST),
        ("Which building is taller: Tarn or Moor?", "What is the height of {}?", Choice.MOST),
        ("Which is the taller building, Tarn or Moor", "What is the height of {}?", Choice.MOST),
        ("Which lake is deeper, Tarn or Moor?", "How deep is {}?", Choice.MOST),
        ("Which road is narrower, Tarn or Moor?", "How wide is {}?", Choice.LEAST),
        ("Which is heavier, Tarn or Moor?", "How much does {} weigh?", Choice.MOST),
        ("Which lake is larger, Tarn or Moor?", "How large is {}?", Choice.MOST),
        ("Which town is larger in area, Tarn or Moor?", "What is the area of {}?", Choice.MOST),
        ("Which ticket is cheaper, Tarn or Moor?", "How much does {} cost?", Choice.LEAST),
        ("Which is less expensive, Tarn or Moor?", "How much does {} cost?", Choice.LEAST),
        ("Which costs more, Tarn or Moor?", "How much does {} cost?", Choice.MOST),
        (
            "Which has more inhabitants, Tarn or Moor?",
            "How many inhabitants does {} have?",
            Choice.MOST,
        ),
        ("Which has fewer pupils, Tarn or Moor?", "How many pupils does {} have?", Choice.LEAST),
        (
            "Which company employs more people, Tarn or Moor?",
            "How many people does {} employ?",
            Choice.MOST,
        ),
        ("Who scored more goals, Tarn or Moor?", "How many goals did {} score?", Choice.MOST),
        (
            "Who has won more Olympic medals, Tarn or Moor?",
            "How many Olympic medals has {} won?",
            Choice.MOST,
        ),
        (
            "Which town has the larger population, Tarn or Moor?",
            "What is the population of {}?",
            Choice.MOST,
        ),
        (
            "Which has the smaller number of rooms, Tarn or Moor?",
            "How many rooms does {} have?",
            Choice.LEAST,
        ),
        (
            "Which will have more floors, Tarn or Moor?",
            "How many floors will {} have?",
            Choice.MOST,
        ),
        ("Between Tarn and Moor, which is longer?", "How long is {}?", Choice.MOST),
        ("Is Tarn or Moor taller?", "What is the height of {}?", Choice.MOST),
        ("Does Tarn or Moor have more pupils?", "How many pupils does {} have?", Choice.MOST),
        ("Is Tarn taller than Moor?", "What is the height of {}?", Choice.IS_MORE),
        ("Does Tarn have more pupils than Moor?", "How many pupils does {} have?", Choice.IS_MORE),
        ("Did Tarn score fewer goals than Moor?", "How many goals did {} score?", Choice.IS_LESS),
        ("Was Tarn cheaper than Moor?", "How much did {} cost?", Choice.IS_LESS),
    ],
)
def test_a_comparison_of_numbers_asks_both_for_theirs(
    question: str, asked: str, choice: Choice
) -> None:
    found = find_compared(question)
    assert found is not None
    assert (found.options, found.questions, found.choice) == (TWO, (asked,), choice)
    assert found.wanted is not None


@pytest.mark.parametrize("question", ["Is {} larger than {}?", "Which is larger, {} or {}?"])
def test_what_is_large_is_told_by_a_name(question: str) -> None:
    found = find_compared(question.format("Lake Tarn", "Lake Moor"))
    assert found is not None
    assert found.questions == ("How large is {}?",)
    assert find_compared(question.format("Tarn", "Moor")) is None


@pytest.mark.parametrize(
    "question",
    [
        "Which town is larger, Tarn or Moor?",  # by its people, or by its area
        "Which is shorter, Tarn or Moor?",
        "Which school is better, Tarn or Moor?",
        "Which river is not longer, Tarn or Moor?",
        "Which river is longer than 300 km, Tarn or Moor?",
        "Which river was longer when it was measured, Tarn or Moor?",
        "Which mill was in use for longer, Tarn or Moor?",
        "Which show is the longest running, Tarn or Moor?",
        "Which town had more inhabitants in 1990, Tarn or Moor?",
        "Which film has more recent reviews, Tarn or Moor?",
        "Which has more success, Tarn or Moor?",
        "Who had more influence, Tarn or Moor?",
        "Which band's film is longer, Tarn or Moor?",
        "Which is the longest river between Tarn and Moor?",
        "Between Tarn and Moor, which road is longer?",
        "What is the largest lake of Tarn and Moor?",
        "Between 1992 and 2013, who scored more goals?",
        "Between May and June, which sold more books?",
        "Which school has more pupils, cats and dogs?",
        "Is Tarn longer than 300 km?",
        "Is Tarn not longer than Moor?",
        "Is Tarn much longer than Moor?",
        "Is Tarn any longer than Moor?",
        "Isn't Tarn longer than Moor?",
        "Is Tarn as long as Moor?",
        "Is Tarn taller than it was?",
        "Is Tarn taller than Moor was in 1990?",
        "Is Tarn taller than Moor and Fell?",
        "Is Tarn taller than the average?",
        "Is Tarn taller than every other Tower?",
        "Is Tarn the tallest building?",
        "Does Tarn have more pupils than teachers?",
        "Does Tarn have more than 300 pupils?",
        "Is it longer or shorter?",
        "How much longer is Tarn than Moor?",
        "What is longer?",
        "Welcher Fluss ist länger, Tarn oder Moor?",
        f"Is {'Tarn ' * 20}longer than Moor?",  # too long for a name
        "Which river is longer, " + "Tarn or Moor, " * 100,
    ],
)
def test_what_asks_for_something_else_is_no_comparison_of_numbers(question: str) -> None:
    assert find_compared(question) is None


@pytest.mark.parametrize("question", ["Who is older, {} or {}?", "Who lived longer, {} or {}?"])
def test_ages_and_lives_are_compared_by_dates(question: str) -> None:
    found = find_compared(question.format(*TWO))
    assert found is not None
    assert found.wanted is None


@pytest.mark.parametrize(
    ("choice", "first", "second", "decided"),
    [
        (Choice.MOST, "300 pupils", "280", 0),
        (Choice.MOST, "280", "300 pupils", 1),
        (Choice.LEAST, "300", "280", 1),
        (Choice.IS_MORE, "300", "280", True),
        (Choice.IS_MORE, "280", "300", False),
        (Choice.IS_LESS, "280", "300", True),
        (Choice.IS_LESS, "300", "280", False),
        (Choice.MOST, "300", "300", None),
        (Choice.IS_MORE, "300", "many", None),
        (Choice.IS_MORE, "over 300", "280", None),
    ],
)
def test_two_numbers_decide_or_leave_it_open(
    choice: Choice, first: str, second: str, decided: object
) -> None:
    wanted = Wanted(kinds=frozenset({Kind.COUNT}), counted="pupils")
    assert decide(choice, [[first], [second]], wanted) is decided


FILES = {
    "tarn.md": "# Tarn\n\nThe river rises at Caldmoor. It is 190 kilometres long.",
    "moor.md": "# Moor\n\nFrom its spring the river runs for 155 miles to the sea.",
    "beck.md": "# Beck\n\nIt is over 300 km long.",
    "fell.md": "# Fell\n\nOf a length of 190 km, it freezes in winter.",
    "oak.csv": "School,Head,Pupils\nOak School,Ann Bell,412\nElm School,Tom Day,388\n",
    "ash.md": "# Ash School\n\nThree hundred and five pupils and twenty teachers go there.",
    "lime.md": "# Lime School\n\nIt has 1,120 pupils.",
}
# What the scripted model finds under a title, of what is longer in the text around it.
FINDS = ("190 kilometres", "155", "300 km", "190 km", "412", "388", "hundred and five", "1,120")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, encoder=EncoderSettings(model="hash"))
    with open_library(settings, encoder=HashEncoder()) as opened:
        list(add_paths(opened, [str(folder)]))
        yield opened


def script(question: str, text: str) -> Reading:
    name = re.sub(r".*(?: is| does| of) | have|\?", "", question)
    start = text.find(name)
    found = next((one for one in FINDS if start >= 0 and one in text[start:]), None)
    if not found:
        return Reading(relevance=0.1, answers=0.1)
    start = text.index(found, start)
    span = AnswerSpan(start=start, end=start + len(found), score=5.0)
    return Reading(relevance=0.9, answers=0.9, spans=(span,))


def read(library: Library, question: str) -> Stepped | None:
    return StepReader(library, ScriptedPassageReader(script)).read(question, [], scope=Scope())


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        # 155 miles are 249 km; the unit stands behind what the model points at.
        ("Which river is longer, Tarn or Moor?", "Moor", ["190 kilometres", "155"]),
        ("Which river is shorter, Tarn or Moor?", "Tarn", ["190 kilometres", "155"]),
        ("Is Tarn longer than Moor?", "No", ["190 kilometres", "155"]),
        ("Is Moor longer than Tarn?", "Yes", ["155", "190 kilometres"]),
        ("Which has more pupils, Lime School or Oak School?", "Lime School", ["1,120", "412"]),
        ("Does Oak School have fewer pupils than Lime School?", "Yes", ["412", "1,120"]),
    ],
)
def test_two_documents_decide_by_their_numbers_whatever_the_units(
    library: Library, question: str, answer: str, said: list[str]
) -> None:
    found = read(library, question)
    assert found is not None
    assert found.answer == answer
    assert [step.answer for step in found.steps] == said
    for step in found.steps:
        assert step.answer in step.citation.quote


@pytest.mark.parametrize(
    "question",
    [
        "Which river is longer, Tarn or Beck?",  # "over" stands before what the model points at
        "Is Beck longer than Tarn?",
        "Which river is longer, Tarn or Fell?",  # alike
        "Which has more pupils, Ash School or Oak School?",  # more than the model points at
        "Which has more teachers, Lime School or Oak School?",  # those are its pupils
        "Which has more pupils, Lime School or Moor?",  # 155 miles
    ],
)
def test_numbers_that_do_not_tell_leave_the_question_whole(library: Library, question: str) -> None:
    assert read(library, question) is None
