from __future__ import annotations

import pytest

from groundwire.core.schema import Passage
from groundwire.eval.making_written import find_answer

TEXT = "The mill opened in 1903. In 1903 the quay was\nbuilt by Ansel  Korn. He left 190 crowns."
PASSAGE = Passage(document_id="d", source="s", title="t", start=50, end=140, text=TEXT)


@pytest.mark.parametrize(
    ("question", "answer", "quote", "found"),
    [
        ("When did the mill open?", "1903", "The mill opened in 1903.", "1903"),
        ("When was the quay built?", "1903", "In 1903 the quay was\nbuilt", "1903"),
        ("Who built the quay?", " Ansel Korn ", "In 1903 the quay was\nbuilt", "Ansel  Korn"),
        ("How much did he leave?", "190", "He left 190 crowns.", "190"),
    ],
)
def test_an_answer_is_found_as_it_stands(
    question: str, answer: str, quote: str, found: str
) -> None:
    place = find_answer(PASSAGE, question, answer)
    assert place
    assert place[0].quote.startswith(quote)
    assert place[1] == found
    assert found in place[0].quote


@pytest.mark.parametrize("answer", ["", " ", "90", "Ansel", "ansel korn", "1903. In", "[19"])
def test_what_does_not_stand_there_is_not_found(answer: str) -> None:
    found = find_answer(PASSAGE, "What?", answer)
    assert (found is None) is (answer != "Ansel")
