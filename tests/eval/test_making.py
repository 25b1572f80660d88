from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from groundwire.core.errors import ModelError, UsageError
from groundwire.core.findings import Message
from groundwire.core.settings import EncoderSettings, Settings
from groundwire.eval.making import propose_questions
from groundwire.eval.making_unanswerable import NOTE
from groundwire.eval.proposals import Proposal, write_proposals
from groundwire.models import HashEncoder, ScriptedLanguageModel
from groundwire.retrievers import (
    Library,
    add_paths,
    list_documents,
    open_library,
    read_span,
    remove_documents,
)

TOWNS = {
    "harbour": """# Harbour of Tarnholm

## Opening hours

The opening hours of the harbour office begin at dawn and end at dusk.

## Building

The stone quay of Tarnholm was finished on 4 May 1903 by the builder Ansel Korn.
The lighthouse above the quay is 31 metres high and shines over eleven miles.
""",
    "mill": """# Mill at Brackwater

## Flour sales

Flour sales at the mill bring in €8,750 each winter from bakers of the valley.

## Machines

The great wheel at Brackwater was replaced on 12 June 1961 by a turbine from Orrin Foundry.
It broke twice.
""",
    "school": """# School rules

## Can I leave during lunch?

No. Pupils stay in the yard until the second bell.

## Fire drills

Fire drills are held by the caretaker Dorothea Quandt in every month with good weather.
The yard holds 340 pupils when the gates to the meadow are closed.
""",
    "ledger": "Boat,Berths,Fee\nHeron,4,+20\nOtter,12,+35\nWren,2,+10\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The documents of a small town; nothing is added to their collection."""
    folder = tmp_path_factory.mktemp("town")
    for name, text in TOWNS.items():
        suffix = "csv" if name == "ledger" else "md"
        (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    settings = Settings(home=tmp_path_factory.mktemp("home"), encoder=EncoderSettings(model="hash"))
    with open_library(settings, encoder=HashEncoder()) as opened:
        list(add_paths(opened, [str(folder)]))
        yield opened


def at_source(library: Library, one: Proposal) -> str | None:
    (document,) = (doc for doc in list_documents(library) if doc.source.endswith(one.source))
    assert one.start is not None
    assert one.end is not None
    return read_span(library, document.document_id, one.start, one.end)


def test_answers_stand_at_the_place_that_is_named(library: Library) -> None:
    made = propose_questions(library, "default", count=20)
    answered = [one for one in made.questions if one.answerable]
    assert {one.kind for one in answered} == {
        *("cloze-date", "cloze-number", "cloze-name", "heading", "table-row")
    }
    for one in answered:
        assert at_source(library, one) == one.quote
        assert all(answer in one.quote for answer in one.answers)


def test_a_sentence_is_asked_about_once(library: Library) -> None:
    made = propose_questions(library, "default", count=60)
    quotes = Counter(one.quote for one in made.questions if one.answerable)
    assert set(quotes.values()) == {1}
    # "+20" could run as a formula in the spreadsheet.
    assert not [one for one in made.questions if any("+" in answer for answer in one.answers)]


def test_no_passage_is_asked_twice_while_another_is_left(library: Library) -> None:
    made = propose_questions(library, "default", count=8)
    assert len({one.source for one in made.questions if one.answerable}) == len(TOWNS)


def test_one_in_five_has_no_answer_and_says_so(library: Library) -> None:
    made = propose_questions(library, "default", count=10)
    open_ones = [one for one in made.questions if not one.answerable]
    assert Counter(one.kind for one in open_ones) == {"unanswerable": 2}
    for one in open_ones:
        assert (one.answers, one.source, one.start, one.quote) == ((), "", None, "")
        assert one.note == NOTE


def test_both_ways_to_ask_for_what_is_not_there_are_taken(library: Library) -> None:
    made = propose_questions(library, "default", count=60)
    asked = [one.question for one in made.questions if not one.answerable]
    assert any(question.startswith("What does “") for question in asked)
    assert any("____" in question for question in asked)
    texts = [" ".join(text.split()) for text in TOWNS.values()]
    for question in asked:
        parts = [part for part in question.partition("? ")[2].split("____") if part]
        assert not any(parts and all(part in text for part in parts) for text in texts)


def test_the_same_seed_gives_the_same_file(library: Library, tmp_path: Path) -> None:
    files = []
    for number, seed in enumerate((3, 3, 4)):
        path = tmp_path / f"{number}.csv"
        write_proposals(path, propose_questions(library, "default", count=9, seed=seed).questions)
        files.append(path.read_bytes())
    assert files[0] == files[1]
    assert files[0] != files[2]


def test_it_says_how_they_were_made_and_that_there_are_fewer(library: Library) -> None:
    made = propose_questions(library, "default", count=200)
    assert "without a language model" in made.notices[0]
    assert f"{len(made.questions)} of 200 questions" in made.notices[-1]
    assert len(propose_questions(library, "default", count=5).notices) == 1


def test_what_cannot_be_done_is_told(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'boats'"):
        propose_questions(library, "boats")
    with pytest.raises(UsageError, match="one or more"):
        propose_questions(library, "default", count=0)
    (tmp_path / "poor.txt").write_text("Nothing here. At all.", encoding="utf-8")
    list(add_paths(library, [str(tmp_path / "poor.txt")], collection="poor"))
    with pytest.raises(UsageError, match="No question could be made"):
        propose_questions(library, "poor")


def test_an_empty_collection_is_told(library: Library, tmp_path: Path) -> None:
    (tmp_path / "bare.txt").write_text("The mill grinds rye for bread.", encoding="utf-8")
    list(add_paths(library, [str(tmp_path / "bare.txt")], collection="bare"))
    remove_documents(library, "bare.txt")
    with pytest.raises(UsageError, match="'bare' is empty"):
        propose_questions(library, "bare")


# --- with a language model -------------------------------------------------------------------

Answer = Callable[[str], str]


def writer(*, written: Answer, answered: Answer, invented: Answer) -> ScriptedLanguageModel:
    """A model that replies by what it is asked for."""

    def reply(messages: Sequence[Message]) -> str:
        text = messages[0].text
        if text.startswith("You answer"):
            return answered(text)
        return invented(text) if "does not know" in text else written(text)

    return ScriptedLanguageModel(reply)


def by_name(text: str) -> str:
    """Asks for the last capitalised name of the passage."""
    passage = text.partition("The passage:")[2].partition("</passage")[0]
    name = re.findall(r"[A-Z]\w+ [A-Z]\w+", passage)
    question = f"Which name goes with {len(passage)} things?" if name else ""
    return json.dumps({"question": question, "answer": name[-1] if name else ""})


def found_again(text: str) -> str:
    block = re.findall(r"[A-Z]\w+ [A-Z]\w+", text.partition("<passage ")[2].partition("If the")[0])
    known = "____" not in text and "weather on Mars" not in text and bool(block)
    return json.dumps({"answerable": known, "answer": f"the {block[-1]}." if known else ""})


def nowhere(text: str) -> str:
    return json.dumps({"question": f"How is the weather on Mars by {len(text)} o'clock?"})


def test_a_model_writes_and_answers_its_own_questions(library: Library) -> None:
    model = writer(written=by_name, answered=found_again, invented=nowhere)
    made = propose_questions(library, "default", count=4, model=model)
    kinds = Counter(one.kind for one in made.questions)
    assert kinds == {"written": 3, "unanswerable": 1}
    for one in made.questions:
        if one.answerable:
            assert at_source(library, one) == one.quote
            assert one.answers[0] in one.quote
    assert not any("without a language model" in notice for notice in made.notices)
    assert made.usage.llm_calls == len(model.asked)


def test_what_the_model_does_not_find_again_is_replaced(library: Library) -> None:
    def once_wrong(text: str) -> str:
        wrong = "Ansel Korn" in text.partition("<passage ")[2]
        return json.dumps({"answerable": True, "answer": "Pip"}) if wrong else found_again(text)

    model = writer(written=by_name, answered=once_wrong, invented=nowhere)
    made = propose_questions(library, "default", count=2, model=model)
    assert all("Ansel Korn" not in one.answers for one in made.questions)
    assert made.questions


@pytest.mark.parametrize(
    "reply",
    [
        {"question": "Who is named in the passage?", "answer": "Ansel Korn"},
        {"question": "Who built the stone quay?", "answer": "Somebody Else"},
        {"question": "=HYPERLINK(1) is what?", "answer": "Ansel Korn"},
        {"question": "", "answer": ""},
        {"question": "Who built the stone quay?"},
    ],
)
def test_a_poor_question_is_left_out_and_counted(library: Library, reply: dict[str, str]) -> None:
    model = writer(written=lambda _: json.dumps(reply), answered=found_again, invented=nowhere)
    made = propose_questions(library, "default", count=5, model=model)
    assert [one.kind for one in made.questions] == ["unanswerable"]
    assert any("left out" in notice for notice in made.notices)
    assert "1 of 5 questions" in made.notices[-1]


def test_what_a_search_answers_is_not_unanswerable(library: Library) -> None:
    model = writer(
        written=by_name,
        answered=found_again,
        invented=lambda _: json.dumps({"question": "Who built the stone quay of Tarnholm?"}),
    )
    made = propose_questions(library, "default", count=5, model=model)
    assert all(one.answerable for one in made.questions)


def test_tries_are_bounded(library: Library) -> None:
    model = ScriptedLanguageModel(lambda _: "I would rather not.")
    with pytest.raises(UsageError, match="wrong form"):
        propose_questions(library, "default", count=1, model=model)
    assert len(model.asked) <= 6  # three passages, each asked about and asked again


def test_a_model_that_is_away_is_named(library: Library) -> None:
    model = ScriptedLanguageModel(iter(lambda: ModelError("The server is away."), None))
    with pytest.raises(UsageError, match="The server is away"):
        propose_questions(library, "default", count=1, model=model)
