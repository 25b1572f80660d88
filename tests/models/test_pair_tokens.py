from __future__ import annotations

import pytest

from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_tokens import MOST_FIRST, Pair, TokenizedText, encode_texts, windows
from groundwire.models.tokenizer_file import read_tokenizer


def text_of(count: int) -> TokenizedText:
    return TokenizedText(
        ids=list(range(1000, 1000 + count)), offsets=[(n, n + 1) for n in range(count)]
    )


def read(pairs: list[Pair]) -> list[int]:
    return sorted({token for pair in pairs for token in pair.ids[pair.second : -1]})


@pytest.mark.parametrize("length", [0, 1, 170, 189, 190, 1000])
@pytest.mark.parametrize("asked", [0, 20, MOST_FIRST, 500])
def test_windows_hold_the_whole_second_text(length: int, asked: int) -> None:
    first, second = text_of(asked), text_of(length)
    pairs = list(windows(first, second, most=256))
    assert read(pairs) == second.ids
    assert all(len(pair.ids) <= 256 for pair in pairs)
    assert all(len(pair.spans) == len(pair.ids) - pair.second - 1 for pair in pairs)
    assert all(pair.second == min(asked, MOST_FIRST) + 2 for pair in pairs)


@pytest.mark.parametrize("most", [5, 8, 40])
def test_a_small_model_reads_all_in_many_windows(most: int) -> None:
    pairs = list(windows(text_of(1), text_of(50), most=most))
    assert read(pairs) == text_of(50).ids


def test_more_of_the_first_text_is_read_where_a_model_wants_it() -> None:
    (pair,) = windows(text_of(90), text_of(10), most=256, most_first=96)
    assert pair.second == 92


def test_offsets_are_those_of_the_text_as_it_was_given() -> None:
    text = "\ud800 Čapek saw 🙂 日本"
    (encoded,) = encode_texts(read_tokenizer(bundled_folder("all-MiniLM-L6-v2")), [text])
    words = [text[start:end] for start, end in encoded.offsets]
    assert "".join(words) == text.replace(" ", "")
    assert words[-4:] == ["saw", "🙂", "日", "本"]
