"""What a text claims: its sentences, without markup, each at its place in the file."""

import pytest

from groundwire.agents import Claim, find_claims
from groundwire.core.schema import Document
from groundwire.core.settings import ReadingSettings
from groundwire.retrievers import document_from_bytes

LETTER = """# The mill at *Brackwater*

Hello there! The mill grinds **rye** and barley [1]. It was built in [1874](http://mill.example/a).
Who owns it? Ottoline Farrow does.

```python
answer = "The code says nothing. At all."
```

## Fees

| Boat | Fee a night |
|---|---|
| under 8 metres | 12 euros |
| over 8 metres | 20 euros |

---

> The miller sells flour
> on Saturdays.

- [x] Kestrel Looms was _founded_ in 1952.
- Built in 1874
"""


def read(text: str, name: str = "letter.md") -> Document:
    return document_from_bytes(name, text.encode("utf-8"), ReadingSettings())


def claims(text: str, name: str = "letter.md") -> list[Claim]:
    found = find_claims(read(text, name))
    assert all(one.text == read(text, name).text[one.start : one.end] for one in found)
    return found


def find(text: str, words: str) -> Claim:
    return next(one for one in claims(text) if words in one.words)


@pytest.mark.parametrize("name", ["letter.md", "letter.txt"])
def test_what_is_said_is_told_from_markup_wherever_it_stands(name: str) -> None:
    assert [(one.words, one.checkable) for one in claims(LETTER, name)] == [
        ("Hello there!", False),
        ("The mill grinds rye and barley.", True),
        ("It was built in 1874.", True),
        ("Who owns it?", False),
        ("Ottoline Farrow does.", True),
        ("Boat: under 8 metres; Fee a night: 12 euros", True),
        ("Boat: over 8 metres; Fee a night: 20 euros", True),
        ("The miller sells flour on Saturdays.", True),
        ("Kestrel Looms was founded in 1952.", True),
        ("Built in 1874", True),
    ]


def test_windows_line_ends_change_nothing_but_the_places() -> None:
    with_returns = claims(LETTER.replace("\n", "\r\n"))
    assert [one.words for one in with_returns] == [one.words for one in claims(LETTER)]


def test_a_sentence_keeps_the_markup_inside_it_in_its_place() -> None:
    assert find(LETTER, "It was built").text == "It was built in [1874](http://mill.example/a)."
    assert find(LETTER, "12 euros").text == "| under 8 metres | 12 euros |"


def test_a_sentence_that_leans_takes_headings_and_what_named_its_subject_along() -> None:
    built = find(LETTER, "It was built")
    assert built.context == "The mill at Brackwater The mill grinds rye and barley."
    assert find(LETTER, "Kestrel").context == ""
    assert find(LETTER, "12 euros").context == "The mill at Brackwater Fees"
    assert "Fees" not in find(LETTER, "Ottoline").context


def test_what_named_the_subject_is_kept_over_several_sentences_but_not_sections() -> None:
    text = "# Mills\n\nAda Reed mills rye. She was born in 1950. She died in 2010.\n"
    assert find(text, "died").context == "Mills Ada Reed mills rye."
    assert find(f"{text}\n# Looms\n\nIt burnt down.\n", "burnt").context == "Looms"


@pytest.mark.parametrize(
    "words",
    [
        "Who built the mill of Brackwater?",
        "등대는 언제 세워졌습니까？",  # noqa: RUF001
        "Thank you for your question.",
        "I hope this helps!",
        "Here are the main points about the mill:",
        "Best regards,",
        "Not so.",
        "https://mill.example/a/long/address/of/a/page for more",
        "😀😀😀",
        "12 34 56",
    ],
)
def test_what_claims_nothing_is_not_to_be_checked(words: str) -> None:
    assert [one.checkable for one in claims(words)] == [False]


@pytest.mark.parametrize(
    "words",
    [
        "Thanks to Ottoline Farrow, the mill grinds rye again.",
        "If you have a boat, the fee is 20 euros.",
        "Good flour needs dry rye.",
        "It burnt down.",
        "등대지기는 두 명입니다.",
        "Die Mühle wurde 1874 gebaut.",
    ],
)
def test_what_only_looks_like_a_courtesy_is_checked(words: str) -> None:
    assert [one.checkable for one in claims(words)] == [True]


def test_headings_of_other_formats_are_no_claims_either() -> None:
    page = "<h1>The mill</h1><p>The mill grinds rye.</p><p>It was built in 1874.</p>"
    found = claims(f"<html><body>{page}</body></html>", "mill.html")
    assert [(one.words, one.context) for one in found] == [
        ("The mill grinds rye.", "The mill"),
        ("It was built in 1874.", "The mill The mill grinds rye."),
    ]


def test_a_rule_below_a_sentence_does_not_make_it_a_heading() -> None:
    said = "The mill was built in 1901."
    assert next(one.words for one in claims(f"{said}\n---\nThe mill is old.\n")) == said
    assert [one.words for one in claims(f"Our mill\n---\n{said}\n")] == [said]


@pytest.mark.parametrize("text", ["---\nThe mill burnt.\n---\nIt is gone.\n", "a `b` **c*d** _e f"])
def test_nothing_that_is_said_gets_lost(text: str) -> None:
    said = " ".join(one.words for one in claims(text))
    assert all(word in said for word in ("The mill burnt.", "It is gone.") if word in text)
    assert said


def test_front_matter_and_comments_and_targets_are_left_out() -> None:
    text = (
        "---\ntitle: The mill\n---\n<!-- The mill is haunted. -->\n"
        "The mill[^a] stands ![A picture of it](mill.png) by <b>the river</b>.\n\n"
        "[^a]: The note says more.\n\n[mill]: http://mill.example\n"
    )
    assert [one.words for one in claims(text)] == [
        "The mill stands by the river.",
        "The note says more.",
    ]


def test_angle_brackets_that_are_no_markup_are_said() -> None:
    said = "It holds where x <y and z> w, and <Pell> is a name."
    assert [one.words for one in claims(f"{said}\n")] == [said]


def test_a_long_sentence_is_cut_for_the_model_and_loses_nothing() -> None:
    sentence = "The mill grinds rye, " + "barley and oats, " * 60 + "and it was built in 1874."
    (claim,) = claims(sentence)
    assert claim.text == sentence
    assert len(claim.parts) > 1
    assert " ".join(claim.parts) == sentence
    assert all(len(part) <= 360 for part in claim.parts)
    assert all(part.endswith((",", ".")) for part in claim.parts)


@pytest.mark.parametrize("text", ["a" * 100_000, "한" * 100_000, "😀" * 100_000, "*a" * 50_000])
def test_a_sentence_of_100_000_characters_is_read(text: str) -> None:
    assert sum(len(part) for one in claims(text) for part in one.parts) >= 50_000
