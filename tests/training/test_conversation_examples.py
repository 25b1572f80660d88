"""What the term classifier learns from: rewritten questions, and conversations made by rule."""

import json
import random
from pathlib import Path

import pytest

from groundwire.training.conversation_examples import (
    TermExample,
    find_wanted,
    read_rewrites,
    split_dialogues,
    vary,
)
from groundwire.training.conversation_scores import (
    Counts,
    Picked,
    choose_threshold,
    count_terms,
    score_terms,
)
from groundwire.training.made_dialogues import make_dialogues, shorten

HISTORY = ["Kestrel Looms", "History", "Who founded the yard?", "Ottoline Farrow did in 1952."]


def example(*history: str, wanted: str = "", dialogue: str = "talk") -> TermExample:
    return TermExample(
        dialogue=dialogue,
        question="When was it founded?",
        history=history,
        wanted=frozenset(wanted.split()),
    )


def test_wanted_are_words_of_the_rewrite_that_the_question_lacks_and_the_history_has() -> None:
    rewrite = "When was the yard of Kestrel Looms in Tarnholm founded by Ottoline's?"
    wanted = find_wanted("When was the looms founded?", HISTORY, rewrite)
    assert wanted == {"kestrel", "yard", "ottoline"}


def test_rewrites_are_read_with_their_dialogue_and_first_turns_are_left_out(
    tmp_path: Path,
) -> None:
    rows = [
        {"id": "cast19-31_1", "history": [], "question": "What is X?", "rewrite": "What is X?"},
        {
            "id": "C_a_0#2",
            "history": HISTORY,
            "question": "When was it founded?",
            "rewrite": "When was Kestrel Looms founded?",
        },
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (read,) = read_rewrites(path)
    assert read.dialogue == "C_a_0"
    assert read.wanted == {"kestrel", "loom"}


def test_a_dialogue_is_held_back_as_a_whole() -> None:
    rows = [example("a", dialogue=f"d{number % 50}") for number in range(200)]
    trained, held = split_dialogues(rows)
    assert len(trained) + len(held) == 200
    assert trained
    assert held
    assert not {one.dialogue for one in trained} & {one.dialogue for one in held}


def test_varied_examples_lose_old_texts_and_what_was_wanted_of_them() -> None:
    whole = example(*HISTORY, wanted="kestrel ottoline")
    first, *others = vary([whole], rounds=40, seed=1)
    assert first == whole
    assert len(others) == 39
    assert {len(one.history) for one in others} == {2, 3, 4}
    for one in others:
        assert one.history[-2:] == whole.history[-2:]
        assert ("kestrel" in one.wanted) == ("Kestrel Looms" in one.history)
        assert "ottoline" in one.wanted
    assert list(vary([whole], rounds=40, seed=1))[1:] == others


def test_a_history_of_headings_alone_is_never_emptied() -> None:
    assert all(one.history for one in vary([example("A", "B")], rounds=30, seed=1))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Who lived in Tarnholm before 1921?", {"tarnholm"}),
        ("How long was the old ferry in service?", {"old", "ferry"}),
        ("What is Tarnholm's population?", {"tarnholm"}),
        ("What is Pellin Isle's population?", None),
        ("Why?", None),
    ],
)
def test_a_phrase_that_was_said_is_left_out(question: str, wanted: set[str] | None) -> None:
    said = frozenset({"tarnholm", "old", "ferry"})
    shortened = shorten(question, said, random.Random(1))
    if wanted is None:
        assert shortened is None
    else:
        assert shortened is not None
        assert shortened[1] == wanted
        assert not {word for word in wanted if word in shortened[0].lower()}
        assert shortened[0].endswith("?")


def squad(articles: int) -> dict[str, object]:
    context = "The old ferry of Tarnholm ran in 1921. It carried wool. "
    rows = [
        ("In which year did Tarnholm open a ferry?", "1921"),
        ("What did the boats of Tarnholm carry?", "wool"),
        ("Which ferry sailed from Tarnholm?", "The old ferry"),
    ]
    questions = [
        {"question": asked, "answers": [{"text": said, "answer_start": context.index(said)}]}
        for asked, said in rows
    ]
    paragraph = {"context": context, "qas": questions}
    return {"data": [{"title": f"A{n}", "paragraphs": [paragraph]} for n in range(articles)]}


def test_conversations_are_made_from_questions_on_one_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(squad(40)), encoding="utf-8")
    made = make_dialogues(path, most=20, seed=1)
    assert len(made) == 20
    assert made == make_dialogues(path, most=20, seed=1)
    for one in made:
        assert one.wanted
        said = " ".join(one.history).lower()
        assert all(word in said for word in one.wanted)
        assert len(one.history) % 2 == 0


def test_scores_are_counted_over_all_words() -> None:
    one = Picked(example=example("x", wanted="a b"), logits={"a": 1.0, "c": 0.5, "b": -1.0})
    assert count_terms(one, 0.0) == Counts(picked=2, wanted=2, right=1)
    rates = score_terms([one], 0.0, seed=1)
    assert rates["f1"] == {"value": 0.5, "low": 0.5, "high": 0.5}
    assert choose_threshold([one]) == pytest.approx(-4.0)


def test_nothing_wanted_and_nothing_picked_is_no_error() -> None:
    rates = score_terms([Picked(example=example("x"), logits={})], 0.0, seed=1)
    assert rates["precision"]["value"] == 0.0
