"""Comparisons that a question asks for: of what, and which questions decide.

"Which is older, A or B?" asks when each began, "Which is longer, A or B?" how long each is. Rules
for English; in other languages, and where the wording does not tell, a question is left whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from groundwire.agents.amounts import Wanted
from groundwire.agents.number_comparisons import (
    NumberAsked,
    find_either,
    find_number_asked,
    find_whether,
)
from groundwire.agents.sub_questions import ASKED, PERSON

# Two things to choose from: behind the question, before it, or in its middle.
_OPTIONS = (
    re.compile(
        r"(?:out of|between|of|from)\s+(?:the\s+two\s+\w+\s+)?(?P<a>.+?)\s+(?:and|or)\s+(?P<b>.+?),"
        r"\s*(?P<stem>(?:who|which|what)\b[^?]+)\??\s*",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:Was|Is|Did|Were|Has)\s+(?P<a>.+?)\s+or\s+(?P<b>.+?)\s+(?P<stem>(?:born|die|died|"
        r"released|founded|come|the|live|older|younger|published|formed|established|opened|built)\b"
        r"[^?]*)\??\s*"
    ),
    re.compile(
        r"(?P<stem>[^,:;]+)[,:;]\s*(?:is it\s+|either\s+|between\s+)?"
        r"(?P<a>[^?]+?),?\s+(?:or|and)\s+(?P<b>[^?]+)\??\s*"
    ),
    re.compile(
        r"(?P<stem>(?:who|which|what)\b.+?)\s+(?:out of|between|among|of)\s+(?P<a>.+?)\s+"
        r"(?:and|or)\s+(?P<b>[^?]+)\??\s*",
        re.IGNORECASE,
    ),
)
# Words of one of them; and characters of a question: the forms look back from wherever they fail.
_LONGEST_OPTION, _LONGEST_COMPARED = 14, 250
# "First" and "last" before anything but a verb say something else: the first week, the last day.
_VERBS = r"(?:to|born|released|published|founded|established|opened|built|formed|launched|created)"
_EARLY = re.compile(
    rf"\b(?:earlier|earliest|older|oldest|elder|sooner|first(?=\W*$|\s+{_VERBS}\b))", re.IGNORECASE
)
_LATE = re.compile(
    r"\b(?:later|latest|younger|youngest|more recently|most recently|newer|newest|"
    rf"last(?=\W*$|\s+{_VERBS}\b))",
    re.IGNORECASE,
)
# What turns a comparison round, or makes it one of something else: an age at an event, a year.
_TURNED = re.compile(
    r"\b(?:not|never|less|least|nor|neither|without|when|while)\b|n['\u2019]t\b|\d", re.IGNORECASE
)
_LIVED = re.compile(
    r"\blived? (?:an? )?(?:longer|older)|\b(?:longer life|older age)\b", re.IGNORECASE
)
_WHOSE = re.compile(r"\b(?:whose|(?:has|have|with) (?:the|an?))\s+(?P<relation>[a-z][\w-]*)\b")
_DIED = re.compile(r"\b(?:die|died|death|passed away)\b", re.IGNORECASE)
_BORN = re.compile(r"\b(?:born|birth)\b", re.IGNORECASE)
_BEGAN = re.compile(
    r"\b(?P<verb>released|published|founded|established|opened|built|formed|launched|premiered|"
    r"created|started|completed|introduced|written|constructed|made|aired|produced|incorporated|"
    r"discovered|invented|signed|issued)\b",
    re.IGNORECASE,
)
_CAME_OUT = re.compile(r"\b(?:came|come|comes) out\b", re.IGNORECASE)
_AGE = re.compile(r"\b(?:older|younger|elder|oldest|youngest)\b", re.IGNORECASE)
_A_PERSON = re.compile(
    r"\W*who\b|.*\b(?:person|actor|actress|director|player|singer|author|composer)\b", re.IGNORECASE
)
_SAME = re.compile(
    r"(?:Are|Were|Is|Was|Do|Did|Does|Have|Has)\s+(?:both\s+)?(?:the\s+)?"
    r"(?P<whose>directors?\s+of\s+(?:both\s+)?)?(?:both\s+)?(?:the\s+)?"
    r"(?:(?:films?|movies?|bands?|businesses|companies|songs|magazines|people|directors|persons|"
    r"airports|mountains|villages|schools|universities|organizations|rivers|lakes|stadiums)\b[,:]?"
    r"\s+)?(?P<a>[^,]+?(?:,[^,]+?)?),?\s+and\s+(?P<b>.+?),?\s+"
    r"(?P<rest>(?:not|films?|movies|both|share|have|has|from|of|in|born|located|originate|come|based|"
    r"that)\b.*)"
)
_SAME_COUNTRY = re.compile(r"\b(?:same|share)\b.*\b(?:country|nationality|nation)$")


DIED = "When did {} die?"


class Choice(StrEnum):
    """What decides between two things by what is found of each."""

    FIRST = "first"
    LAST = "last"
    LONGEST = "longest"
    MOST = "most"
    LEAST = "least"
    IS_MORE = "is more"
    IS_LESS = "is less"
    SAME_COUNTRY = "same country"


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Two things, and the questions about each, with ``{}`` for it, that decide.

    ``relation``: they are asked about what stands so to it, such as its director. ``wanted``:
    which numbers the answers are, None where they are none.
    """

    options: tuple[str, str]
    relation: str | None
    questions: tuple[str, ...]
    choice: Choice
    wanted: Wanted | None = None


def find_compared(question: str) -> Compared | None:
    """The comparison that a question asks for; None if it asks for none that can be computed."""
    if len(question) > _LONGEST_COMPARED:
        return None
    return _find_same(question) or _find_choice(question) or _find_number(question)


def _find_choice(question: str) -> Compared | None:
    for place, stem, options in _split(question):
        asked = _choice(stem) if place == 1 or ASKED.search(stem) else None
        if asked and _are_short(options):
            questions, choice = asked
            return Compared(
                options=options, relation=_relation(stem), questions=questions, choice=choice
            )
    return None


def _split(question: str) -> Iterator[tuple[int, str, tuple[str, str]]]:
    """The readings of a question as one that chooses: which form, what it asks, and of what."""
    for place, form in enumerate(_OPTIONS):
        if found := form.fullmatch(question.strip()):
            yield place, found["stem"], (found["a"].strip(" ,"), found["b"].strip(" ,"))


def _are_short(options: tuple[str, str]) -> bool:
    return max(len(one.split()) for one in options) <= _LONGEST_OPTION


def _find_number(question: str) -> Compared | None:
    for place, stem, options in _split(question):
        # "The longest river between A and B" is neither of them, nor is "more cats and dogs" two.
        if place == 3 or (place == 2 and " or " not in question):
            continue
        if asked := find_number_asked(stem, options, is_behind=place == 0):
            return _of_number(options, asked, (Choice.MOST, Choice.LEAST))
    if found := find_either(question):
        return _of_number(*found, (Choice.MOST, Choice.LEAST))
    found = find_whether(question)
    return _of_number(*found, (Choice.IS_MORE, Choice.IS_LESS)) if found else None


def _of_number(
    options: tuple[str, str], asked: NumberAsked, choices: tuple[Choice, Choice]
) -> Compared | None:
    if not _are_short(options):
        return None
    return Compared(
        options=options,
        relation=None,
        questions=(asked.question,),
        choice=choices[0] if asked.most else choices[1],
        wanted=asked.wanted,
    )


def _choice(stem: str) -> tuple[tuple[str, ...], Choice] | None:
    """Which questions decide, and how; None if the wording does not tell."""
    stem = stem.rstrip("? ")
    if _TURNED.search(stem) or (_DIED.search(stem) and _AGE.search(stem)):
        return None
    if _LIVED.search(stem):
        return ("When was {} born?", DIED), Choice.LONGEST
    asked = _question_of_time(stem)
    if asked is None or not (_EARLY.search(stem) or _LATE.search(stem)):
        return None
    return (asked,), Choice.FIRST if _EARLY.search(stem) else Choice.LAST


def _question_of_time(stem: str) -> str | None:
    if _DIED.search(stem):
        return DIED
    if _BORN.search(stem):
        return "When was {} born?"
    if began := _BEGAN.search(stem):
        return f"When was {{}} {began['verb'].lower()}?"
    if _CAME_OUT.search(stem):
        return "When was {} released?"
    if not _AGE.search(stem):
        return None
    is_person = _relation(stem) or _A_PERSON.match(stem)
    return "When was {} born?" if is_person else "When was {} founded or released?"


def _relation(stem: str) -> str | None:
    found = _WHOSE.search(stem)
    return found["relation"] if found and PERSON.search(found["relation"]) else None


def _find_same(question: str) -> Compared | None:
    found = _SAME.fullmatch(question.strip().rstrip("? "))
    if not found or not _SAME_COUNTRY.search(found["rest"]) or _TURNED.search(found["rest"]):
        return None
    if "," in found["a"]:  # three things
        return None
    is_of_directors = found["whose"] or "director" in found["rest"]
    is_place = re.search(r"\blocated\b", found["rest"])
    return Compared(
        options=(found["a"].strip(" ,"), found["b"].strip(" ,")),
        relation="director" if is_of_directors else None,
        questions=("In which country is {} located?" if is_place else "Which country is {} from?",),
        choice=Choice.SAME_COUNTRY,
    )
