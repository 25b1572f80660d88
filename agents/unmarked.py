"""Markdown without its markup, of which every character knows its place in the file."""

from __future__ import annotations

import re

from groundwire.core.schema import Heading

# In all patterns ``kept`` is what stays of a match. Repetitions are bounded or possessive, so that
# time is linear in the length whatever the text.
_BARE_RETURN = re.compile(r"\r(?!\n)")
_RETURN = re.compile(r"\r(?P<kept>\n)")
_FENCED = re.compile(
    r"^ {0,3}(?P<fence>`{3,}+|~{3,}+)[^`\n]*$"
    r"(?:.*?^ {0,3}(?P=fence)[`~]*[ \t]*$|.*\Z)(?P<kept>\n?)",
    re.MULTILINE | re.DOTALL,
)
# Of a comment that is not closed nothing is shown either (HTML standard, "eof-in-comment").
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)(?P<kept>)", re.DOTALL)
# Only where its first line is a field: a file may also begin with a rule.
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n[\w -]{1,80}:[^\n]*\n(?:(?:[\w -]{1,80}:|[ \t#]|- )[^\n]*\n)*+"
    r"(?:---|\.\.\.)[ \t]*(?P<kept>\n|\Z)"
)
_QUOTATION = re.compile(r"^(?:[ \t]*>)++[ \t]?(?P<kept>)", re.MULTILINE)
_CHECKBOX = re.compile(r"^(?P<kept>[ \t]*[-*+][ \t]+)\[[ xX]\][ \t]+", re.MULTILINE)
_LINK_TARGET = re.compile(
    r"^ {0,3}\[[^\[\]\n]{1,200}\]:[ \t]*\S++(?:[ \t]+[\"'(][^\n]*)?[ \t]*(?P<kept>\n|\Z)",
    re.MULTILINE,
)
_NOTE_LABEL = re.compile(r"^ {0,3}\[\^[^\[\]\n]{1,200}\]:[ \t]*(?P<kept>)", re.MULTILINE)
_HEADING = re.compile(
    r"^ {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<title>[^\n]*))?(?P<kept>\n|\Z)", re.MULTILINE
)
# A line that ends like a sentence is one, although Markdown makes it a heading: people write a
# rule below a paragraph without an empty line between.
_UNDERLINED = re.compile(
    r"(?:\A|(?<=\n\n))(?! {0,3}(?:[-*+>|]|\d+[.)])[ \t])(?P<title>[^\n]*[^\s.!?:;,])[ \t]*\n"
    r" {0,3}(?P<marks>=+|-+)[ \t]*(?P<kept>\n|\Z)"
)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}+(?P<kept>\n|\Z)", re.MULTILINE)
# Of angle brackets only those of HTML are markup: "x <y and z>" says something.
_TAGS = (
    "a abbr article aside audio b big blockquote body button caption center cite code col colgroup "
    "dd del details dfn div dl dt em embed fieldset figcaption figure font footer form h[1-6] head "
    "header hr html i iframe img input ins kbd label legend li link main map mark meta nav ol "
    "option p picture pre q s samp script section select small source span strike strong style sub "
    "summary sup svg table tbody td template textarea tfoot th thead time title tr tt u ul "
    "var video"
).replace(" ", "|")
_INLINE = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"(?<!`)(`{1,3})(?!`)(?P<kept>[^`\n]+)\1(?!`)",
        r"!\[[^\[\]\n]*\](?:\([^()\n]*\)|\[[^\[\]\n]*\])(?P<kept>)",
        r"(?<!!)\[(?P<kept>[^\[\]\n]*)\](?:\((?:[^()\n]|\([^()\n]*\))*\)|\[[^\[\]\n]*\])",
        r"[ \t]?\[(?:\^[^\[\]\s]{1,40}|\d{1,3}(?:[,\s\u2013-]{1,3}\d{1,3})*)\](?P<kept>)",
        r"<(?:https?|mailto|ftp):[^<>\s]*>(?P<kept>)",
        rf"</?(?i:{_TAGS})\b[^<>\n]{{0,300}}>(?P<kept>)",
        r"~~(?P<kept>[^~\n]+)~~",
    )
)
_EMPHASIS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![*\w\\])(\*{1,3})(?=[^\s*])(?P<kept>[^*]{1,2000})(?<=[^\s\\])\1(?!\*)",
        r"(?<![\w\\])(_{1,3})(?=[^\s_])(?P<kept>[^_]{1,2000})(?<=[^\s\\])\1(?!\w)",
    )
)
# Not the bar: in the row of a table it is part of a cell.
_ESCAPED = re.compile(r"\\(?P<kept>[!-/:-@\[-`{}~])")
# Emphasis within emphasis within emphasis; no one goes deeper.
DEEPEST = 3


class Unmarked:
    """``text`` is what is left of a source; places in it lead back to places in the source."""

    def __init__(self, source: str) -> None:
        self.text = source
        self._starts = list(range(len(source)))
        self._ends = list(range(1, len(source) + 1))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the source, with the markup around it."""
        return self._starts[start], self._ends[end - 1]

    def keep(self, pattern: re.Pattern[str]) -> None:
        """Of each match leave only the group ``kept``, which then stands for all of the match."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            for first, stop in ((last, match.start()), match.span("kept")):
                pieces.append(self.text[first:stop])
                starts += self._starts[first:stop]
                ends += self._ends[first:stop]
            if match["kept"]:
                starts[-len(match["kept"])] = self._starts[match.start()]
                ends[-1] = self._ends[match.end() - 1]
            last = match.end()
        if last:
            self.text = "".join([*pieces, self.text[last:]])
            self._starts = starts + self._starts[last:]
            self._ends = ends + self._ends[last:]


def unmark(source: str) -> tuple[Unmarked, list[Heading]]:
    """What ``source`` says as Markdown, and its headings, which are no part of that.

    Code, comments, front matter, rules, pictures and the targets of links are left out; tables
    stay as they are. Headings start in the source, in their order.
    """
    unmarked = Unmarked(_BARE_RETURN.sub("\n", source))
    for pattern in (_RETURN, _FRONT_MATTER, _FENCED, _COMMENT, _QUOTATION, _CHECKBOX):
        unmarked.keep(pattern)
    unmarked.keep(_LINK_TARGET)
    unmarked.keep(_NOTE_LABEL)
    headings = [one for pattern in (_HEADING, _UNDERLINED) for one in _take(unmarked, pattern)]
    unmarked.keep(_RULE)
    _unmark_inline(unmarked)
    return unmarked, sorted(headings, key=lambda heading: heading.start)


def _take(unmarked: Unmarked, pattern: re.Pattern[str]) -> list[Heading]:
    """The headings that ``pattern`` finds, which are then gone from the text."""
    found = [
        Heading(
            start=unmarked.place(match.start(), match.start() + 1)[0],
            level={"=": 1, "-": 2}.get(match["marks"][0], len(match["marks"])),
            title=_plain_title(match["title"] or ""),
        )
        for match in pattern.finditer(unmarked.text)
    ]
    unmarked.keep(pattern)
    return found


def _plain_title(title: str) -> str:
    """A heading's words, without closing marks and markup."""
    plain = Unmarked(title.strip().rstrip("#").strip())
    _unmark_inline(plain)
    return plain.text.strip()


def _unmark_inline(unmarked: Unmarked) -> None:
    for pattern in _INLINE:
        unmarked.keep(pattern)
    for _ in range(DEEPEST):
        for pattern in _EMPHASIS:
            unmarked.keep(pattern)
    unmarked.keep(_ESCAPED)
