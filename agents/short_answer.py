"""A short answer cut out of a sentence, where the question says what kind of thing it asks for."""

from __future__ import annotations

import re

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
DATE = re.compile(
    rf"\b(?:\d{{1,2}}\s+{MONTH}(?:\s+\d{{4}})?|{MONTH}\s+\d{{1,2}}(?:,\s*\d{{4}})?|"
    rf"{MONTH}\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|(?:1\d|20)\d{{2}}s?)\b"
)
CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm|o'clock)\b|\b\d{1,2}:\d{2}\b", re.IGNORECASE
)
AMOUNT = re.compile(
    r"(?:[$€£¥]\s?\d[\d.,]*\d(?:\s(?:million|billion|thousand))?|[$€£¥]\s?\d|"
    r"\b\d[\d.,]*(?:\s(?:million|billion|thousand))?(?:\s?%|\s[a-z]+)?)"
)
NAME = re.compile(
    r"\b(?:(?:Dr|Mr|Mrs|Ms|Prof)\.\s)?[A-Z][\w'\u2019-]+(?:\s(?:(?:of|the|de|van|von)\s)?[A-Z][\w'\u2019-]+)*"
)
WORD = re.compile(r"\w+")
KINDS: tuple[tuple[re.Pattern[str], tuple[re.Pattern[str], ...]], ...] = (
    (re.compile(r"\b(what time|at what hour)\b", re.IGNORECASE), (CLOCK,)),
    (re.compile(r"\b(when|what (year|date|day)|which (year|day))\b", re.IGNORECASE), (DATE, CLOCK)),
    (
        re.compile(
            r"\b(how (many|much|long|old|far|high|big|large|often)|"
            r"what (percentage|number|amount))\b",
            re.IGNORECASE,
        ),
        (AMOUNT,),
    ),
    (re.compile(r"\b(who|whom|whose|where|which|what)\b", re.IGNORECASE), (NAME,)),
)


def find_short_answer(question: str, sentence: str) -> str | None:
    """The first date, number or name of ``sentence`` that fits ``question`` and is not in it.

    None where the question's kind is not known or nothing fits; it is always a part of the
    sentence, character for character.
    """
    asked = {word.lower() for word in WORD.findall(question)}
    for kind, forms in KINDS:
        if not kind.search(question):
            continue
        for form in forms:
            for match in form.finditer(sentence):
                if not set(WORD.findall(match.group().lower())) <= asked:
                    return match.group()
        return None
    return None
