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
NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety|half)"
)
# The word after a number is its unit, unless it joins sentences.
UNIT = r"(?:per cent|(?!(?:we|and|or|of|to|in|on|at|is|was|were|for|with|by|from|the)\b)[a-z]+)"
# A number of four digits that reads as a year is none of the amounts.
AMOUNT = re.compile(
    r"(?:[$€£¥]\s?\d(?:[\d.,]*\d)?(?:\s(?:million|billion|thousand))?|"
    r"\b(?!(?:19|20)\d\d\b)\d(?:[\d.,]*\d)?(?:\s(?:million|billion|thousand|hundred))?"
    rf"(?:\s?%|\s{UNIT})?|\b{NUMBER_WORD}\s{UNIT})"
)
NAME = re.compile(
    r"\b(?:(?:Dr|Mr|Mrs|Ms|Prof)\.\s)?[A-Z][\w'\u2019-]+"
    r"(?:\s(?:(?:of|the|de|van|von)\s)?[A-Z][\w'\u2019-]+)*"
)
WORD = re.compile(r"\w+")
# A row of a table, as it is written in a document's canonical text: "Item: Oak; Price: 12.50".
FIELD = re.compile(r"(?:^|; )([^:;]{1,60}): ([^;]+)")
_BE_OR_DO = r"(?:is|are|was|were|am|does|did|has|had)"
_MODAL = r"(?:do|have|can|could|will|would|should|may|must|might)"
# "Can you tell me when ..." is put as a question for yes or no and is none, nor is what holds
# another question: "Will Smith was born where?".
_YES_NO = re.compile(
    rf"\W*(?:{_BE_OR_DO}\b|{_MODAL}\s+(?!you\b|anyone\b|anybody\b|someone\b|somebody\b)"
    r"(?!.*\b(?:who|what|which|when|where|why|how)\b))",
    re.IGNORECASE | re.DOTALL,
)
YES_NO = ("Yes", "No")
_MARKS = ("**", "__", "*", "_", "`")
KINDS: tuple[tuple[re.Pattern[str], tuple[re.Pattern[str], ...]], ...] = (
    (re.compile(r"\b(what time|at what hour)\b", re.IGNORECASE), (CLOCK,)),
    (re.compile(r"\b(when|(what|which) (year|date|day))\b", re.IGNORECASE), (DATE, CLOCK)),
    (
        re.compile(
            r"\b(how (many|much|long|old|far|high|wide|deep|fast|big|large|often)|"
            r"what (percentage|percent|share|number|amount))\b",
            re.IGNORECASE,
        ),
        (AMOUNT,),
    ),
    (re.compile(r"\b(who|whom|whose|where)\b", re.IGNORECASE), (NAME,)),
)


def find_short_answer(question: str, sentence: str) -> str:
    """The part of ``sentence`` that answers ``question``, character for character.

    In a row of a table it is the field that the question names; elsewhere the first date, number
    or name that fits the kind of question and is not in it. Where no part stands out, it is the
    whole sentence without its final stop.
    """
    fields = FIELD.findall(sentence)
    if len(fields) > 1:
        return _named_field(question, fields)
    return first_of_kind(question, sentence) or sentence.rstrip(" .。")


def kind_of(question: str) -> tuple[re.Pattern[str], ...]:
    """The forms that an answer to ``question`` may take; none if it does not say."""
    return next((forms for kind, forms in KINDS if kind.search(question)), ())


def first_of_kind(question: str, sentence: str) -> str | None:
    """The first span of the kind that is asked for and is not in the question itself."""
    asked = {word.lower() for word in WORD.findall(question)}
    for form in kind_of(question):
        for match in form.finditer(sentence):
            words = WORD.findall(match.group().lower())
            # One capitalised word that opens a sentence is mostly no name.
            opening = form is NAME and match.start() == 0 and len(words) == 1
            if not opening and not set(words) <= asked:
                return match.group()
    return None


def _named_field(question: str, fields: list[tuple[str, str]]) -> str:
    """The value whose label the question names most, or else first, and that is not in it."""
    asked = [word.lower() for word in WORD.findall(question)]

    def fit(field: tuple[str, str]) -> tuple[int, int]:
        named = [asked.index(word) for word in WORD.findall(field[0].lower()) if word in asked]
        return len(set(named)), -min(named, default=0)

    new = [field for field in fields if not set(WORD.findall(field[1].lower())) <= set(asked)]
    return max(new or fields, key=fit)[1].strip()


def asks_yes_no(question: str) -> bool:
    """Whether ``question`` asks for yes or no; what a conversation put before a colon aside."""
    asked = question.rsplit(": ", 1)[-1]
    return bool(_YES_NO.match(asked)) and " or " not in asked


def without_marks(span: str) -> str:
    """``span`` without blanks and commas around it and the pairs of marks that Markdown sets.

    A full stop at its end goes, unless it belongs to an abbreviation: "Washington, D.C.".
    """
    text = span.strip().rstrip(",;:").strip()
    if text.count(".") == 1:
        text = text.removesuffix(".")
    for mark in _MARKS:
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            text = text[len(mark) : -len(mark)]
    return text.strip() or span.strip()
