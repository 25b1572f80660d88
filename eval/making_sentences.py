"""Sentences that can be asked about by themselves, and how they read in a question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundwire.core.schema import Passage
from groundwire.eval.making_words import is_english, listed, words
from groundwire.eval.proposals import Place
from groundwire.retrievers import sentence_spans

# Shorter sentences say too little to be found by, longer ones too much to be read with a gap.
FEWEST_WORDS, MOST_WORDS = 7, 34
# A sentence that begins so speaks of what stands before it, or is none: "Signed on 3 July."
LEANING = frozenset(
    listed("""
    another both either neither each some others many most all several none no yes and but or
    nor so yet then thus hence therefore however moreover besides instead otherwise afterwards
    later earlier meanwhile because also too first second third finally if when while until unless
    see please there here such same above below following what who how why where between valid
    edit obviously consider till last written made sent built held taken given paid""")
)
POINTING = frozenset(listed("it its he his she her they their them this these that those"))
# How far into a sentence a pronoun is taken for something outside of it.
EARLY = 6
# Who is speaking is not in the sentence.
SPEAKERS = frozenset(listed("i me my mine we us our ours you your yours myself ourselves"))
# It begins like prose, holds nothing of a table, a record, an address or speech, and ends.
PROSE = re.compile(r"[^\W_][^|;{}<>@=\\_~“”„«»\"\[\]]*[.!]\Z|[^\W_][^|;{}<>@=\\_~]*。\Z")
NUMBERED = re.compile(r"(?:\d{1,3}|[A-Za-z])[.)]\s")
RECORD = re.compile(r"\d{4}-\d{2}-\d{2}\s|[^:]{1,40}:\s")
# Two sentences that were not told apart, what is counted elsewhere, and examples of something.
BROKEN = re.compile(r"\w{3,}[.!?] [^\W\d_a-z]|\.\.|\b[Ff]or example\b|\bof (?:them|these|those)\b")
EMPHASIS = re.compile(r"[*`]+")


def lone_sentences(passage: Passage) -> Iterator[Place]:
    """The sentences of ``passage`` that can be understood without what stands around them."""
    for start, end in sentence_spans(passage.text):
        if stands_alone(passage.text[start:end]):
            yield Place(passage=passage, start=start, end=end)


def stands_alone(text: str) -> bool:
    """Whether a sentence is whole, is prose, and names what it speaks of.

    What it leans on is known by English words; of other languages only the form is looked at.
    """
    plain = flatten(text)
    if not PROSE.match(plain) or plain[0].islower():
        return False
    if any(form.match(plain) for form in (NUMBERED, RECORD)) or BROKEN.search(plain):
        return False
    found = words(plain)
    if not FEWEST_WORDS <= len(found) <= MOST_WORDS:
        return False
    return not is_english(plain) or _names_its_subject(found)


def flatten(text: str) -> str:
    """``text`` on one line, without marks of emphasis."""
    return " ".join(EMPHASIS.sub("", text).split())


def _names_its_subject(found: list[str]) -> bool:
    if found[0] in LEANING or found[0].endswith("ed") or SPEAKERS.intersection(found):
        return False
    return not POINTING.intersection(found[:EARLY])
