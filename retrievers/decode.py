"""Bytes to text: byte-order marks, UTF-8, UTF-16 and the encodings of before."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from unicodedata import category

import charset_normalizer

from groundwire.core.errors import DocumentFailed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536
# More control characters than this, and it is no text in the encoding tried.
_MOST_CONTROLS = 0.002
# Code pages that charset-normalizer takes short Western European texts for.
_NEIGHBOURS = frozenset({"cp1250", "cp1257", "cp1258", "cp1254", "latin_1", "iso8859_15"})
# Signs where the code pages of Central Europe have letters.
_SIGN_IN_WORD = re.compile(r"[^\W\d_][\u00a1-\u00b6\u00b8-\u00bf][^\W\d_]")
_BLANKS = frozenset("\t\n\r\f\v\x1b")


def decode_text(data: bytes) -> str | None:
    """The text of ``data`` without its byte-order mark, line ends kept; None if it is no text.

    Raises DocumentFailed if it is text in an encoding that cannot be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    if b"\0" in data[:_SAMPLE]:
        return _wide(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data)
    return text if is_text(text) else None


def is_text(text: str) -> bool:
    """Whether ``text`` looks like something a person wrote, judged by its control characters."""
    sample = text[:_SAMPLE]
    strange = sum(_is_strange(letter) for letter in sample)
    return strange <= len(sample) * _MOST_CONTROLS


def _is_strange(letter: str) -> bool:
    """A control character, or one of no script: private, unassigned, a noncharacter."""
    if letter < " ":
        return letter not in _BLANKS
    return letter == "\x7f" or (letter >= "\ue000" and category(letter) in {"Co", "Cn"})


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentFailed(
            f"its byte-order mark says {encoding}, but byte {error.start} is not",
            "Save it again as UTF-8.",
        ) from error
    return text if is_text(text) else None


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark. The high bytes of a text repeat themselves, the low ones vary."""
    low_first = _evenness(data[1:_SAMPLE:2]) >= _evenness(data[:_SAMPLE:2])
    try:
        text = data.decode("utf-16-le" if low_first else "utf-16-be")
    except UnicodeDecodeError:
        return None
    return text if is_text(text) and "\0" not in text else None


def _evenness(data: bytes) -> int:
    """How much ``data`` repeats itself: the sum of the squares of its bytes' counts."""
    return sum(count * count for count in Counter(data).values())


def _legacy(data: bytes) -> str | None:
    mended = _mended(data)
    if mended is not None:
        return mended
    best = charset_normalizer.from_bytes(data).best()
    if best is None:
        return None
    # On short texts of Western Europe its neighbours in Central Europe fit as well, and so do
    # pairs of bytes in East Asian ones; the Western code page is by far the more common.
    unsure = best.encoding in _NEIGHBOURS or (best.multi_byte_usage > 0 and _is_latin(data))
    western = _western(data) if unsure else None
    text = western or data.decode(best.encoding, errors="replace")
    return text if is_text(text) else None


def _is_latin(data: bytes) -> bool:
    """Whether nearly all of ``data`` are letters of Latin script, accents apart."""
    sample = data[:_SAMPLE]
    high = sum(byte > 127 for byte in sample)
    return high * 4 < sum(map(str.isalpha, sample.decode("ascii", errors="ignore")))


def _western(data: bytes) -> str | None:
    """``data`` in the Western code page, None if it does not read as words there."""
    text = data.decode("cp1252", errors="replace")
    return None if "\ufffd" in text or _SIGN_IN_WORD.search(text) else text


def _mended(data: bytes) -> str | None:
    """Text in UTF-8 with a few damaged bytes, which become U+FFFD; None if it is not that."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    beyond_ascii = len(data) - len(text)
    return text if damaged * 10 < beyond_ascii and is_text(text) else None
