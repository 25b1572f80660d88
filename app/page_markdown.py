"""An answer as Markdown that can be pasted elsewhere, with its sources."""

from __future__ import annotations

import re

from groundwire.app.page_sources import described, numbered, numbers_of
from groundwire.core.schema import Answer, Citation, Sentence, Verdict

# ASCII punctuation may be escaped by a backslash (CommonMark 0.31, "Backslash escapes"); these
# are the ones that mean something inside a line, the rest only where a line begins.
_INLINE = re.compile(r"([\\`*_{}\[\]<>|~$#!&@])")
_LINE_START = re.compile(r"^(\s*)([-+=>:]|\d+(?=[.)]))", re.MULTILINE)
_BARE_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def escape_markdown(text: str) -> str:
    """``text`` so that a Markdown reader shows it as it stands: no markup, no link, no image."""
    escaped = _INLINE.sub(r"\\\1", text)
    escaped = _BARE_LINK.sub(r"\1\\\2", escaped)
    return _LINE_START.sub(_escape_start, escaped)


def as_markdown(answer: Answer) -> str:
    """The question, the sentences with their numbers, and what each number quotes."""
    parts = [f"**{escape_markdown(_one_line(answer.question))}**"]
    if answer.short_answer:
        parts.append(f"**{escape_markdown(_one_line(answer.short_answer))}**")
    if answer.sentences:
        numbers = numbers_of(answer)
        parts.append(" ".join(_sentence(sentence, numbers) for sentence in answer.sentences))
    elif answer.text:
        parts.append(escape_markdown(answer.text))
    if answer.reason:
        parts.append(f"*{escape_markdown(_one_line(answer.reason))}*")
    sources = [_source(number, citation) for number, citation in enumerate(numbered(answer), 1)]
    if sources:
        parts.append("Sources")
        parts.extend(sources)
    return "\n\n".join(parts) + "\n"


def _sentence(sentence: Sentence, numbers: dict[Citation, int]) -> str:
    marks = "".join(f"\\[{numbers[citation]}\\]" for citation in sentence.citations)
    doubt = f" *({sentence.verdict.value})*" if sentence.verdict in _DOUBTFUL else ""
    return f"{escape_markdown(_one_line(sentence.text))} {marks}{doubt}".strip()


def _source(number: int, citation: Citation) -> str:
    quote = escape_markdown(_one_line(citation.quote))
    place = escape_markdown(_one_line(described(citation)))
    source = escape_markdown(_one_line(citation.source))
    return f"\\[{number}\\] {place}  \n{source}\n\n> {quote}"


def _escape_start(match: re.Match[str]) -> str:
    blank, mark = match.groups()
    return f"{blank}{mark}\\" if mark.isdigit() else f"{blank}\\{mark}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


_DOUBTFUL = frozenset({Verdict.UNSUPPORTED, Verdict.CONTRADICTED})
