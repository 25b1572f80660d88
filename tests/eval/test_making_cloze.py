from __future__ import annotations

import pytest

from groundwire.core.schema import Passage
from groundwire.eval.making_cloze import cloze_candidates, gapped_sentences
from groundwire.eval.making_sentences import stands_alone
from groundwire.eval.making_spans import find_spans
from groundwire.eval.making_words import content_words, count_words, is_english, names_in


def passage(text: str) -> Passage:
    return Passage(document_id="d", source="s", title="t", start=0, end=len(text), text=text)


def asked(text: str) -> dict[str, tuple[str, ...]]:
    known = count_words([passage(text)])
    return {
        candidate.question: candidate.answers
        for sentence in gapped_sentences([passage(text)], known)
        for candidate in cloze_candidates(sentence, known)
    }


def spans(sentence: str) -> list[tuple[str, ...]]:
    return [span.answers for span in find_spans(sentence, count_words([passage(sentence)]))]


def test_every_part_of_a_sentence_that_stands_out_is_asked_for() -> None:
    text = "The *Little Wren* was delivered by\nFennimore Boatbuilders on 9 May 2022 for €86,000."
    whole = "The Little Wren was delivered by Fennimore Boatbuilders on 9 May 2022 for €86,000."
    assert asked(text) == {
        f"Which date fills the gap? {whole.replace('9 May 2022', '____')}": ("9 May 2022",),
        f"What amount fills the gap? {whole.replace('€86,000', '____')}": ("€86,000",),
        f"Which name fills the gap? {whole.replace('Little Wren', '____')}": ("Little Wren",),
        f"Which name fills the gap? {whole.replace('Fennimore Boatbuilders', '____')}": (
            "Fennimore Boatbuilders",
        ),
    }


def test_another_language_is_asked_without_english_words() -> None:
    text = "El bono de temporero cuesta 28 euros y permite viajar sin límite entre los muelles."
    assert asked(text) == {text.replace("28", "____"): ("28", "28 euros")}


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It opened in May 1903 and closed in 1961.", [("May 1903",), ("1961",)]),
        ("It opened on May 4, 1903, after ten years.", [("May 4, 1903",)]),
        ("Valid from 2024-05-04 on, they say.", [("2024-05-04",)]),
        ("About 96.2 per cent came within 25 working days.",
         [("96.2", "96.2 per cent"), ("25", "25 working days")]),
        ("It takes 90 kW, 3 kg and 12 % of it.",
         [("90", "90 kW"), ("3",), ("12", "12 %")]),
        ("They lent £1.5 million to it.", [("£1.5 million",)]),
        # Parts of codes, times and names, and numbers of nothing, are not asked for.
        ("By buoy No. 4, § 5 deck and frame BM-0031 at 07:45 on channel 12, we stop.", []),
        ("One of 14 to 19, or 3 each, in about 20.", []),
        # What stands there twice leaves the answer in the question.
        ("The 20 boats are as good as 20 others.", []),
    ],
)  # fmt: skip
def test_dates_and_numbers(sentence: str, found: list[tuple[str, ...]]) -> None:
    assert spans(sentence) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The boat is Ansel Korn's own.", ["Ansel Korn"]),
        ("On Wednesdays the Chamber of River Trades meets.", ["Chamber of River Trades"]),
        ("Tickets were sold by Dr. Ines Vald-Oro.", ["Dr. Ines Vald-Oro"]),
        ("Boats and the boats of Tarnholm are blue.", ["Tarnholm"]),
        ("Some anti-Tarnholm feeling rose.", []),
        ("The Silver Otter sailed, and the Otter came back.", ["Silver Otter"]),
        ("Tickets Ansel Korn sold are as good as other tickets.", ["Ansel Korn"]),
        ("Nobody in May or on Monday was there.", []),
    ],
)
def test_names(sentence: str, found: list[str]) -> None:
    assert [answers[0] for answers in spans(sentence)] == found


def test_a_name_that_many_passages_hold_is_not_asked_for() -> None:
    texts = [f"The keeper of Tarnholm wrote letter {number} to Ansel Korn." for number in range(9)]
    texts[0] = "The keeper of Tarnholm wrote at last to Dorothea Quandt."
    known = count_words([passage(text) for text in texts])
    assert [one.answers for one in find_spans(texts[0], known)] == [("Dorothea Quandt",)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The harbour of Tarnholm opened in 1903 to every boat.",
        "On 30 January 2019 the chain parted in a heavy storm.",
        "Of all boats, 96.2 per cent left within three minutes of the hour!",
    ],
)
def test_a_whole_sentence_stands_alone(sentence: str) -> None:
    assert stands_alone(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It was opened in 1903 to every boat there is.",
        "The harbour opened in 1903.",  # too short to be found by
        "In the year before it had been 104,900 passengers.",
        "Signed in Osterlune on 3 July 2024, in two copies.",
        "After the storm we measured 1.9 metres of water last week.",
        "# The harbour of Tarnholm opened in 1903 to every boat",
        "- The harbour of Tarnholm opened in 1903 to every boat.",
        "2. After every high water, the first boat checks all buoys.",
        "Name: Ansel Korn; Role: builder of the whole harbour of Tarnholm.",
        "Date: the harbour of Tarnholm opened in 1903 to every boat.",
        "| The harbour of Tarnholm | opened in 1903 | to every boat.",
        "The harbour of Tarnholm opened in 1903 to every boat",
        "the harbour of Tarnholm opened in 1903 to every boat.",
        "“The harbour of Tarnholm opened in 1903,” says the keeper.",
        "The meeting decides on the rest. Loans of more need the consent of all.",
        "In 2023 there were 26 of them at the harbour of Tarnholm.",
        "For example, the harbour of Tarnholm opened in 1903 to boats.",
        "Write to harbour@tarnholm.example before the end of May 2024.",
    ],
)
def test_what_leans_on_others_or_is_no_prose_does_not(sentence: str) -> None:
    assert not stands_alone(sentence)


def test_a_sentence_of_common_words_alone_gives_no_question() -> None:
    texts = [f"The boat takes {number} people to the town." for number in range(10, 20)]
    passages = [passage(text) for text in texts]
    known = count_words(passages)
    sentences = gapped_sentences(passages, known)
    assert not [one for each in sentences for one in cloze_candidates(each, known)]


def test_words_are_told_apart() -> None:
    assert is_english("The mill is one of the oldest in the valley.")
    assert not is_english("La panadería abre a las seis de la mañana.")
    assert content_words("The mill at Orrin, in 1874") == {"mill", "orrin", "1874"}
    text = "At the mill The Ansel Korn's wheel"
    assert [text[start:end] for start, end in names_in(text)] == ["Ansel Korn"]
