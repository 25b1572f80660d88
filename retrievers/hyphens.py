"""Words that a line's end cuts in two: put together again, with or without their hyphen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# PDFium writes this noncharacter for a hyphen at a line's end, soft or not.
CUT = "\ufffe"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_AT_END = re.compile(r"([^\W\d_]+)[-\u00ad]$")
_CUT = re.compile(rf"(\w*){CUT}(\w*)")


def words_of(line: str) -> list[str]:
    """The words of ``line`` in lower case, those at its cut left out."""
    whole = _CUT.sub(" ", _AT_END.sub("", line))
    return [word.lower() for word in _WORD.findall(whole)]


class Vocabulary:
    """The words of a document, which tell how a cut word was written."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def joined(self, lines: Sequence[str]) -> str:
        """``lines`` as one line of running text."""
        text = lines[0]
        for line in lines[1:]:
            if text.endswith(CUT):
                text += line
            elif _AT_END.search(text) and line[:1].islower():
                text = text[:-1] + CUT + line
            else:
                text = f"{text} {line}"
        return _CUT.sub(lambda match: self._mended(match.group(1), match.group(2)), text)

    def _mended(self, first: str, second: str) -> str:
        whole, hyphened = f"{first}{second}", f"{first}-{second}"
        if not first or not second or whole.lower() in self._words:
            return whole
        if hyphened.lower() in self._words or not second[0].islower():
            return hyphened
        parts = {first.lower(), second.lower()}
        return hyphened if len(min(parts, key=len)) > 2 and parts <= self._words else whole
