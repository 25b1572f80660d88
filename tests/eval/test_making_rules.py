from __future__ import annotations

from collections import Counter

from groundwire.core.schema import Passage
from groundwire.eval.making_rules import choose
from groundwire.eval.proposals import Candidate, Place


def candidate(kind: str, document: str, sentence: int) -> Candidate:
    passage = Passage(
        document_id=document, source=document, title="t", start=0, end=9, text="x" * 9
    )
    place = Place(passage=passage, start=sentence, end=sentence + 1)
    return Candidate(question=f"{kind} {document} {sentence}", kind=kind, place=place)


def test_every_passage_has_a_turn_before_any_has_two() -> None:
    found = [[candidate("name", f"d{number}", place) for place in (0, 1)] for number in range(3)]
    chosen = choose(found, 4)
    assert [one.question for one in chosen] == ["name d0 0", "name d1 0", "name d2 0", "name d0 1"]


def test_a_sentence_is_asked_about_once() -> None:
    found = [[candidate("date", "d", 0), candidate("name", "d", 0), candidate("name", "d", 5)]]
    assert [one.question for one in choose(found, 9)] == ["date d 0", "name d 5"]


def test_kinds_take_turns() -> None:
    kinds = ("date", "name", "number")
    found = [[candidate(kind, f"d{place}", 0) for kind in kinds] for place in range(6)]
    assert Counter(one.kind for one in choose(found, 6)) == {"date": 2, "name": 2, "number": 2}


def test_one_kind_waits_for_the_others_of_its_turn() -> None:
    rows = [[candidate("row", f"r{place}", 0)] for place in range(8)]
    others = [[candidate(kind, kind, 0), candidate(kind, kind, 5)] for kind in "abcdef"]
    chosen = choose([*rows, *others], 8)
    assert Counter(one.kind for one in chosen)["row"] == 2
    assert [one.kind for one in choose(rows, 8)] == ["row"] * 8


def test_nothing_to_choose_from_gives_nothing() -> None:
    assert choose([[], []], 3) == []
