"""Rich text: its words, paragraphs and table rows.

After "Rich Text Format (RTF) Specification", version 1.9.1: groups, control words, control
symbols, and the characters between them.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from groundwire.retrievers.reading import Composer, Reading

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
)
# Groups whose text is about the document, not of it.
_UNREAD = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer headerl headerr footerl footerr"
    b" listtable listoverridetable rsidtbl generator xmlnstbl themedata datastore latentstyles"
    b" fldinst bkmkstart bkmkend filetbl revtbl mmathPr".split()
)
_SIGNS = {
    b"par": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"line": "\n",
    b"tab": " ",
    b"emdash": "—",
    b"endash": "–",  # noqa: RUF001
    b"lquote": "‘",  # noqa: RUF001
    b"rquote": "’",  # noqa: RUF001
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"emspace": " ",
    b"enspace": " ",
}
_CODE_PAGES = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850"}
_MOST_NESTED = 10_000


@dataclass
class _State:
    """Where the reader is: groups it is in, and how bytes become letters."""

    encoding: str = "cp1252"
    unread: bool = False
    fallback: int = 1
    to_skip: int = 0
    groups: list[tuple[bool, int]] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    level: int = 0
    words: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def read_rtf(data: bytes, _text: str | None) -> Reading:
    """An .rtf file."""
    composer = Composer()
    state = _State()
    for match in _TOKEN.finditer(data):
        word, number, escaped, symbol, brace, plain = match.groups()
        if escaped is None:
            _decode(state)
        if brace is not None:
            _group(state, brace)
        elif word is not None:
            _control(state, composer, (word, number))
        elif symbol is not None:
            _symbol(state, symbol)
        elif not state.unread:
            _letters(state, bytes.fromhex(escaped.decode()) if escaped else plain or b"")
    _decode(state)
    _end_paragraph(state, composer)
    _end_table(state, composer)
    return composer.finish(metadata={})


def _group(state: _State, brace: bytes) -> None:
    if brace == b"{":
        if len(state.groups) >= _MOST_NESTED:
            raise RecursionError
        state.groups.append((state.unread, state.fallback))
    elif state.groups:
        state.unread, state.fallback = state.groups.pop()
    state.to_skip = 0


def _letters(state: _State, data: bytes) -> None:
    """Bytes of the code page; those that only stand in for a Unicode letter are passed over."""
    skipped = min(state.to_skip, len(data))
    state.to_skip -= skipped
    state.pending += data[skipped:]


def _decode(state: _State) -> None:
    if state.pending:
        state.words.append(state.pending.decode(state.encoding, "replace"))
        state.pending.clear()


def _symbol(state: _State, symbol: bytes) -> None:
    if symbol == b"*":
        state.unread = True
    elif not state.unread:
        signs = {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n"}
        state.words.append(signs.get(symbol, symbol.decode("ascii", "replace")))


def _control(state: _State, composer: Composer, control: tuple[bytes, bytes | None]) -> None:
    word, number = control
    value = int(number) if number else 0
    if word in _UNREAD:
        state.unread = True
    elif word == b"ansicpg":
        state.encoding = _code_page(value)
    elif word in _CODE_PAGES:
        state.encoding = _CODE_PAGES[word]
    elif word == b"uc":
        state.fallback = value
    elif not state.unread:
        _text_control(state, composer, (word, value))


def _text_control(state: _State, composer: Composer, control: tuple[bytes, int]) -> None:
    word, value = control
    if word == b"u":
        state.words.append(chr(value % 0x10000))
        state.to_skip = state.fallback
    elif word == b"outlinelevel":
        state.level = value + 1
    elif word == b"cell":
        state.cells.append(_taken(state))
    elif word == b"row":
        state.rows.append(state.cells)
        state.cells = []
    elif word == b"pard":
        state.level = 0
    elif word in {b"par", b"sect", b"page"} and not state.cells:
        _end_paragraph(state, composer)
    elif word in _SIGNS:
        state.words.append(_SIGNS[word])


def _code_page(number: int) -> str:
    name = {65001: "utf-8", 10000: "mac_roman"}.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _taken(state: _State) -> str:
    text, state.words = "".join(state.words), []
    # Letters beyond the first plane come as two halves.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _end_paragraph(state: _State, composer: Composer) -> None:
    text = _taken(state)
    if text.strip():
        _end_table(state, composer)
        if state.level:
            composer.heading(text, state.level)
        else:
            composer.paragraph(text)


def _end_table(state: _State, composer: Composer) -> None:
    rows, state.rows = state.rows, []
    if rows:
        composer.table(rows, named=False)
