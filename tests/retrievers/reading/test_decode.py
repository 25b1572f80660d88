import pytest

from groundwire.core.errors import DocumentFailed
from groundwire.retrievers.decode import decode_text

JAPANESE = "会議は金曜日に行われます。\r\n担当者：田中さん\r\n"  # noqa: RUF001
KOREAN = "서울은 대한민국의 수도이다. 회의는 금요일에 열린다.\n"
SPANISH = "El niño comió una piña en España. ¿Qué pasó después?\n"
ENGLISH = "Plain words.\r\nOn two lines.\n"


@pytest.mark.parametrize("text", [JAPANESE, KOREAN, SPANISH, ENGLISH])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_with_and_without_mark(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (JAPANESE * 50, "cp932"),
        (KOREAN, "euc_kr"),
        (SPANISH, "cp1252"),
        ("El niño y la piña", "cp1252"),
        ("Wąż łódź żółć gęś. Zażółć gęślą jaźń, proszę.", "cp1250"),
        ("L'été à Paris, ça coûte cher: 20 €.", "cp1252"),
        ("Die Straße ist für Fußgänger geöffnet.", "latin-1"),
        ("Москва является столицей России. Она стоит на реке.", "cp1251"),
    ],
)
def test_encodings_of_before(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text


def test_a_few_damaged_bytes_do_not_change_the_rest() -> None:
    data = (SPANISH * 20).encode() + b"\xff end"
    assert decode_text(data) == SPANISH * 20 + "\ufffd end"


def test_what_is_no_text_is_none() -> None:
    assert decode_text(bytes(range(256)) * 8) is None
    assert decode_text(b"\x01\x00\x02\x00\x03\x00" * 100) is None
    assert decode_text(b"\x00\xd8" * 100) is None
    assert decode_text(b"ab\x01\x02\x03\x04" * 100) is None
    assert decode_text(b"\xef\xbb\xbf" + b"\x01\x02" * 100) is None


def test_a_mark_that_the_bytes_belie_is_an_error_with_advice() -> None:
    with pytest.raises(DocumentFailed, match="byte-order mark says utf-8") as caught:
        decode_text(b"\xef\xbb\xbfabc\xff")
    assert "UTF-8" in caught.value.advice


def test_letters_read_twice_stay_as_they_are() -> None:
    twice = "Norwich \u2013 City".encode().decode("latin-1")
    assert decode_text(twice.encode()) == twice
