from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.retrievers.sentences import WINDOW, sentence_spans

PARTS = st.one_of(
    st.sampled_from(["Dr. Smith left. ", "He ran", "?! ", "# Head", "。", "東京は", "x" * 50]),
    st.sampled_from(["\n", "\r\n", "\n\n", " ", "\t", "- item ", "1. "]),
    st.sampled_from(["| a | b |", "Key: value", "A: b; C: d. e"]),
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Lee met J. Doe v. U.S. Steel. They won!", 2),
        ("It opened in 1999.\nIt\nclosed later.", 2),
        ("東京は首都です。京都も！「はい。」大阪は？", 4),  # noqa: RUF001
        ("¿Qué pasó? Nada. ¡Bien!", 3),
        ("서울은 수도이다. 회의는 금요일이다.", 2),
        ("- one\n- two\n  and more\n* three", 3),
        ("1. First step\n2. Second step", 2),
        ("Title\n\nBody without a stop\n\nMore", 3),
        ("# Head\nBody goes on.", 2),
        ("| Oak. Fine | 12 |\n| Pine | 9 |", 2),
        ("Item: Oak. Fine; Price: 12\nItem: Pine; Price: 9", 2),
        ("Sales; 2022: 5; 2023: 7\nCosts; 2022: 3; 2023: 4\nProfit; 2023: 3", 3),
        ("Oak Plc. Ltd. Inc | 12\nPine Plc. Ltd | 10\n | 9", 3),
        ("We saw two; the rest is long gone. It rained. So: we left.", 3),
        ("Name: Ada\nBorn: 1815\nDied: 1852", 3),
        ("Opening hours\nWe open at nine and close at five on every day of the week but one.", 2),
        ("", 0),
        (" \n\t ", 0),
    ],
)
def test_where_sentences_end(text: str, expected: int) -> None:
    assert len(sentences(text)) == expected


def test_a_wrapped_sentence_is_one() -> None:
    text = "The mill was built on the river bank by the two\nbrothers, who came from Ghent and\n"
    assert len(sentences(text + "stayed for the rest of their lives.")) == 1


def test_a_list_mark_is_not_parted_from_its_item() -> None:
    assert sentences("Do this. 1. Open it. 2. Close it.") == [
        "Do this.",
        "1. Open it.",
        "2. Close it.",
    ]


def test_long_rows_are_not_kept_whole() -> None:
    row = "Note: " + "It rained all day. " * 100 + "; Other: x; More: y"
    assert len(sentences(row)) > 50


@given(st.lists(PARTS, max_size=40).map("".join))
def test_all_that_is_not_blank_is_in_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert [end for _, end in spans] == sorted(end for _, end in spans)
    said = "".join(text[start:end] for start, end in spans)
    assert "".join(said.split()) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("part", ["word " * 7, "One sentence. ", "x", "line\n", "パン"])
def test_texts_longer_than_a_window(part: str) -> None:
    text = part * (WINDOW * 2 // len(part) + 7)
    said = "".join(sentences(text))
    assert "".join(said.split()) == "".join(text.split())
