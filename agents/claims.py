"""What a text claims: its sentences, each with the words that it leans on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from groundwire.agents.leaning import find_names, leans
from groundwire.agents.sentence_reader import BEFORE_WORDS, WORD
from groundwire.agents.unmarked import Unmarked, unmark
from groundwire.core.schema import Document, Heading
from groundwire.retrievers import UNSPACED, sentence_spans

# Formats in which people write Markdown, whatever they call it.
MARKED = frozenset({"md", "txt", "log"})
# A scrap claims nothing; words of some scripts are not told apart by blanks.
FEWEST_WORDS, SHORTEST_UNSPACED = 3, 6
# In bytes of UTF-8, what an entailment model takes in of a sentence, for English and for any other
# language: 96 tokens of a vocabulary that has few words of others.
LONGEST_PART, LONGEST_OTHER = 360, 288
# What opens and closes letters and the replies of assistants.
_POLITE = re.compile(
    r"(?:(?:hello|hi|hey|dear|cheers|welcome|thanks|thank you)(?:,?\s+\w+){0,3}|sincerely|sure|"
    r"of course|certainly|good (?:morning|afternoon|evening|day)|many thanks|"
    r"(?:best|kind|warm) (?:regards|wishes))\s*[!,.]*\Z|"
    r"(?:thanks|thank you) for (?:asking|your \w+|the question)\b|you(?:'|\u2019)re welcome\b|"
    r"i hope (?:this|that|it) helps\b|(?:please )?(?:let me know|feel free)\b|"
    r"if you (?:have|need|want|would like)\b[^.,]{0,60}\b(?:questions?|help|details?)\b|"
    r"(?:(?:here|below) (?:is|are)|the following)\b.*:\Z",
    re.IGNORECASE,
)
_OPENERS = frozenset({"the", "there", "such", "both"})
# A header, the rule below it, and rows.
_TABLE = re.compile(
    r"^(?=[^\n|]*\|)(?P<header>[^\n]*)(?P<kept>\n)"
    r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*+\|?[ \t]*(?:\n|\Z)"
    r"(?P<rows>(?:(?=[^\n|]*\|)[^\n]*(?:\n|\Z))*+)",
    re.MULTILINE,
)
_ROW = re.compile(r"[^\n]*\S")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A sentence of a document: ``text`` is the document's ``text[start:end]``.

    ``words`` is what it says, without markup. ``context`` holds what it leans on, headings and the
    sentence before it; empty if it stands alone. ``checkable``: whether it claims anything.
    """

    text: str
    start: int
    end: int
    words: str
    context: str = ""
    checkable: bool = True

    @property
    def parts(self) -> list[str]:
        """``words``, cut where they are longer than a model takes in at once."""
        return list(_cut(self.words))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """Words at their place in the source."""

    start: int
    end: int
    words: str
    is_item: bool = False
    is_row: bool = False

    @property
    def leans(self) -> bool:
        """Whether the words mean something that was named before them. For English."""
        if self.is_row or leans(self.words):
            return True
        opener = self.words.split(None, 1)[0].lower()
        return (self.is_item or opener in _OPENERS) and not find_names(self.words)


def find_claims(document: Document) -> list[Claim]:
    """The sentences and rows of tables of ``document``, in their order.

    Headings are no claims, nor are code, comments, pictures and the targets of links in Markdown.
    """
    if document.media_type in MARKED:
        unmarked, headings = unmark(document.text)
        found = [*_find_rows(unmarked), *_find_sentences(unmarked)]
        found.sort(key=lambda one: one.start)
    else:
        headings = list(document.headings)
        titles = {heading.start for heading in headings}
        tops = {table.header for table in document.tables}
        sentences = _find_sentences(Unmarked(document.text))
        found = [one for one in sentences if one.start not in titles and one.words not in tops]
    return list(_with_context(document.text, found, headings))


def _find_rows(unmarked: Unmarked) -> list[_Found]:
    """The rows of pipe tables, their cells named by the header; tables are gone after that."""
    found = []
    for table in _TABLE.finditer(unmarked.text):
        header = _cells(table["header"])
        for row in _ROW.finditer(unmarked.text, *table.span("rows")):
            start, end = unmarked.place(*row.span())
            found.append(_Found(start=start, end=end, words=_name(header, row[0]), is_row=True))
    unmarked.keep(_TABLE)
    return found


def _cells(row: str) -> list[str]:
    return [" ".join(cell.split()) for cell in _BAR.split(row.strip().strip("|"))]


def _name(header: Sequence[str], row: str) -> str:
    pairs = zip_longest(header, _cells(row), fillvalue="")
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def _find_sentences(unmarked: Unmarked) -> Iterator[_Found]:
    for begin, stop in sentence_spans(unmarked.text):
        lead = BEFORE_WORDS.match(unmarked.text, begin, stop)
        first = lead.end() if lead else begin
        if words := " ".join(unmarked.text[first:stop].split()):
            start, end = unmarked.place(first, stop)
            yield _Found(start=start, end=end, words=words, is_item=first > begin)


def _with_context(
    text: str, found: Iterable[_Found], headings: Sequence[Heading]
) -> Iterator[Claim]:
    """Claims, told what they lean on: headings, and the sentence that named the subject."""
    path: list[Heading] = []
    named, passed = "", 0
    for one in found:
        while passed < len(headings) and headings[passed].start < one.start:
            path = [above for above in path if above.level < headings[passed].level]
            path.append(headings[passed])
            passed += 1
            named = ""
        context = " ".join([*(heading.title for heading in path), named]).strip()
        yield Claim(
            text=text[one.start : one.end],
            start=one.start,
            end=one.end,
            words=one.words,
            context=context if one.leans else "",
            checkable=_claims_something(one.words),
        )
        if _names_subject(one, named):
            named = next(_cut(one.words), "")


def _names_subject(one: _Found, named: str) -> bool:
    """Whether what follows may lean on it; ``named`` is what it leans on itself."""
    polite = _POLITE.match(one.words) is not None
    return not one.is_row and not polite and (not one.leans or not named)


def _claims_something(words: str) -> bool:
    """Whether there is anything to check: no question, courtesy, address or scrap."""
    if words.endswith(("?", "\uff1f")) or _POLITE.match(words):
        return False
    if 3 * sum(len(word) for word in words.split() if "://" in word) > len(words):
        return False
    if UNSPACED.search(words):
        return len(words) >= SHORTEST_UNSPACED
    return len(WORD.findall(words)) >= FEWEST_WORDS and any(map(str.isalpha, words))


def _cut(words: str) -> Iterator[str]:
    """``words`` in parts: at a clause's end where there is one, else at a word's, else anywhere."""
    most = LONGEST_PART if words.isascii() else LONGEST_OTHER
    rest = words
    while len(raw := rest.encode("utf-8", "replace")) > most:
        head = rest[: len(raw[:most].decode("utf-8", "ignore"))]
        ends = (head.rfind(mark) + len(mark) for mark in ("; ", ", ", " "))
        stop = next((end for end in ends if end > len(head) // 2), len(head))
        yield rest[:stop].strip()
        rest = rest[stop:].strip()
    if rest:
        yield rest
