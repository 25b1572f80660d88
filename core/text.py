"""Text of strangers, made fit to be written and shown."""

from __future__ import annotations

# Control characters: the HTML standard allows none but blanks, not even as references. The last
# two are no characters at all, and XML allows neither.
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF)
_UNSEEN = {code: "\ufffd" for code in _CONTROLS if code not in (9, 10, 13)}


def presentable(text: str) -> str:
    """``text`` with what no page can show, control characters and lone surrogates, replaced."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.translate(_UNSEEN)


def without_halves(text: str) -> str:
    """``text`` with halves of characters, which no file and no index can hold, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
