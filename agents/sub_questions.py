"""Sub-questions that the wording of a question shows: what it describes, and what it compares.

"Where was the director of Moonstone born?" asks who that is first; "Which is older, A or B?" asks
when each began. Rules for English over definite descriptions and comparisons; in other languages,
and where the wording shows nothing, a question is left whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# A word that may open a name, and small ones inside: "The Bank of Tarn", "Ludwig van Beethoven".
_ASKING = r"(?:who|what|which|where|when|why|how|whose|whom)"
_OPENING = r"(?:Who|What|Which|Where|When|Why|How|Whose|Whom|Is|Are|Was|Were|Do|Does|Did)"
_CAPITAL = r"(?:[\"\u201c'(]?[A-Z\d\u00c0-\u00de\u0100-\u024f\u0400-\u042f][^\s?,]*|&)"
_SMALL = (
    r"(?:of|the|de|la|le|du|von|van|der|den|and|in|for|to|a|an|at|on|with|from|by|vs\.?|el|al|und|"
    r"des|no|y|e|i|my|your|our)"
)
_PROPER = rf"(?!{_OPENING}\b){_CAPITAL}"
_NAME = rf"(?:{_PROPER}(?:,?\s+(?:{_SMALL}\s+){{0,2}}{_PROPER})*)"
# What stands before a name to say what it is: "the film Moonstone".
_KIND = (
    r"(?:(?:film|movie|song|album|book|novel|play|band|company|magazine|series|show|single|opera|"
    r"poem|city|town|game|group|university|school|team|television series|tv series|tv show)\s+)"
)
_NO_NOUN = (
    r"(?:of|by|in|on|at|to|for|with|from|as|and|or|than|is|was|were|are|did|does|do|has|have|had|"
    r"who|that|which|where|whose)"
)
_WORD = rf"(?:(?!{_NO_NOUN}\b)[a-z][\w-]*)"
# "the director of Moonstone", "Moonstone's director", "the city where Ann Bell was born".
_OF = re.compile(
    rf"\b[Tt]he\s+(?P<relation>(?:{_WORD}\s+){{0,2}}{_WORD})\s+of\s+"
    rf"(?P<name>(?:the\s+)?{_KIND}?(?:the\s+)?{_NAME})"
)
_OWN = re.compile(
    rf"(?P<name>(?:[Tt]he\s+)?{_KIND}?{_NAME})['\u2019]s\s+(?P<relation>(?:(?:paternal|maternal|"
    rf"older|younger|elder|first|second|former|current)\s+)?{_WORD})\b"
)
_CLAUSE = re.compile(
    rf"\b[Tt]he\s+(?P<noun>(?:{_WORD}\s+){{0,3}}?{_WORD}),?\s+"
    r"(?P<joined>who|that|which|where|in which|for which|on which|of which|at which)\s+"
    r"(?P<rest>[^?,]+)"
)
# Behind a description the sentence ends or goes on with a verb, of any form after an auxiliary.
_AUXILIARY = re.compile(r"\b(?:do|does|did|can|could|will|would|shall|should|may|might|must)\s+$")
_GOES_ON = re.compile(
    r"\s*(?:$|[?.,;:)]|(?:is|was|were|are|did|do|does|has|have|had|can|will|born|die[sd]?|live[sd]?|"
    r"works?|from|in|at|on|to|for|by|who|that|which|and|won|get|got|go|come|came|make|made|play|be|"
    r"been|marry|\w+ed|\w+s)\b)"
)
_PERSON = re.compile(
    r"\b(?:director|composer|performer|author|producer|founder|creator|writer|singer|artist|"
    r"husband|wife|spouse|father|mother|brother|sister|sibling|son|daughter|child|king|queen|"
    r"president|leader|owner|actor|actress|star|player|inventor|editor|publisher|uncle|aunt|coach|"
    r"ceo|mayor|governor|host|presenter|partner|girlfriend|boyfriend|screenwriter|painter|"
    r"sculptor|architect|designer|winner|captain|manager|drummer|guitarist|bassist|vocalist|rapper|"
    r"lyricist|developer|head|chairman|chair|successor|predecessor|grandfather|grandmother|"
    r"secretary|treasurer|chief|boss|colleague|assistant|deputy|engineer|doctor|teacher)s?$"
)
# Kin of kin: documents name the nearer ones.
_KIN = {
    "paternal grandfather": ("father", "father"),
    "paternal grandmother": ("mother", "father"),
    "maternal grandfather": ("father", "mother"),
    "maternal grandmother": ("mother", "mother"),
    "mother-in-law": ("mother", "spouse"),
    "father-in-law": ("father", "spouse"),
    "stepmother": ("wife", "father"),
    "stepfather": ("husband", "mother"),
}
# With these a description is itself a name, or says nothing that could be asked for.
_NO_RELATION = re.compile(
    r"\b(?:city|town|state|village|county|province|kingdom|republic|district|region|isle|island|gulf|"
    r"bay|year|month|night|day|battle|siege|treaty|university|bank|house|duchy|principality|west|east|"
    r"north|south|end|middle|rest|name|kind|type|sort|part|use|lack|case|number|role|top|bottom)$"
)
# "Who is the director of Moonstone?" asks for nothing beyond the description itself.
_BARE = re.compile(
    r"\W*(?:who|what|which|where|when)\s+(?:\w+\s+)?(?:is|was|are|were)\s*", re.IGNORECASE
)
_ASKED = re.compile(rf"\b{_ASKING}\b", re.IGNORECASE)

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
_LONGEST_OPTION, _LONGEST_COMPARED, _LONGEST_DESCRIBED = 14, 250, 400
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


class Choice(StrEnum):
    """What decides between two things by what is found of each."""

    FIRST = "first"
    LAST = "last"
    LONGEST = "longest"
    SAME_COUNTRY = "same country"


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """What stands at ``start`` and ``end`` of a question for something that ``question`` asks for.

    ``names`` are the names in it.
    """

    question: str
    names: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Two things, and the questions about each, with ``{}`` for it, that decide.

    ``relation``: they are asked about what stands so to it, such as its director.
    """

    options: tuple[str, str]
    relation: str | None
    questions: tuple[str, ...]
    choice: Choice


def find_described(question: str) -> Described | None:
    """The description that is to be resolved first; None if the question holds none, or is one."""
    if len(question) > _LONGEST_DESCRIBED:
        return None
    found = [*_of_names(question), *_owned(question), *_clauses(question)]
    inner = [one for one in found if not any(_holds(one, other) for other in found)]
    for one in sorted(inner, key=lambda each: -each.start):
        before, behind = question[: one.start], question[one.end :]
        is_bare = _BARE.fullmatch(before) and not behind.strip(" ?.")
        if not is_bare and _ASKED.search(f"{before} {behind}"):
            return one
    return None


def resolve(question: str, described: Described, answer: str) -> str:
    """The question with what was found in place of its description."""
    return question[: described.start] + answer + question[described.end :]


def nearer_kin(question: str) -> str:
    """The question with kin of kin as what they are: a mother-in-law is the spouse's mother."""
    for word, (nearer, between) in _KIN.items() if len(question) <= _LONGEST_DESCRIBED else ():
        for form in (
            rf"\bthe\s+{word}\s+of\s+(?P<name>{_NAME})",
            rf"(?P<name>{_NAME})['\u2019]s\s+{word}\b",
        ):
            found = re.search(form, question)
            if found:
                said = f"the {nearer} of the {between} of {found['name']}"
                return question[: found.start()] + said + question[found.end() :]
    return question


def find_compared(question: str) -> Compared | None:
    """The comparison that a question asks for; None if it asks for none that can be computed."""
    if len(question) > _LONGEST_COMPARED:
        return None
    return _find_same(question) or _find_choice(question)


def bare_name(option: str) -> str:
    """``option`` without the word that says what it is."""
    return re.sub(rf"(?:[Tt]he\s+)?{_KIND}", "", option, count=1)


def ask_for(relation: str, name: str) -> str:
    """The question for what stands in a relation to a name."""
    return f"{_who(relation)} is the {relation} of {name}?"


def _of_names(question: str) -> Iterator[Described]:
    for found in _OF.finditer(question):
        name = found["name"].rstrip(".,'\u2019")
        end = found.start("name") + len(name)
        owns = name.endswith(("'s", "\u2019s")) or re.match(r"['\u2019]s\b", question[end:])
        is_name = _NO_RELATION.search(found["relation"])
        if not owns and not is_name and _is_whole(question, found.start(), end):
            yield Described(
                question=ask_for(found["relation"], name),
                names=(bare_name(name),),
                start=found.start(),
                end=end,
            )


def _owned(question: str) -> Iterator[Described]:
    for found in _OWN.finditer(question):
        if _is_whole(question, found.start(), found.end()):
            relation, name = found["relation"], found["name"]
            yield Described(
                question=f"{_who(relation)} is {name}'s {relation}?",
                names=(bare_name(name),),
                start=found.start(),
                end=found.end(),
            )


def _clauses(question: str) -> Iterator[Described]:
    """Descriptions by a relative clause; where it ends shows only at the end of the question."""
    for article in re.finditer(r"\b[Tt]he\b", question):
        found = _CLAUSE.match(question, article.start())
        if not found:
            continue
        rest = found["rest"].strip()
        # Another clause inside is resolved first, and then this one is found.
        if not _ASKED.search(rest) and not question[found.end() :].strip(" ?."):
            yield Described(
                question=_as_question(found["noun"], found["joined"], rest),
                names=tuple(re.findall(_NAME, rest)),
                start=found.start(),
                end=found.start("rest") + len(rest),
            )


def _is_whole(question: str, start: int, end: int) -> bool:
    """Whether a description ends there: another noun behind it would belong to it."""
    return bool(_GOES_ON.match(question[end:]) or _AUXILIARY.search(question[:start]))


def _as_question(noun: str, joined: str, rest: str) -> str:
    if joined in {"who", "where"}:
        return f"{joined.capitalize()} {rest}?"
    if joined in {"that", "which"}:
        return f"Which {noun} {rest}?"
    return f"{joined.split(maxsplit=1)[0].capitalize()} which {noun} {rest}?"


def _holds(one: Described, other: Described) -> bool:
    return other != one and one.start <= other.start and other.end <= one.end


def _who(relation: str) -> str:
    return "Who" if _PERSON.search(relation) else "What"


def _find_choice(question: str) -> Compared | None:
    for place, form in enumerate(_OPTIONS):
        found = form.fullmatch(question.strip())
        if not found:
            continue
        stem, options = found["stem"], (found["a"].strip(" ,"), found["b"].strip(" ,"))
        asked = _choice(stem) if place == 1 or _ASKED.search(stem) else None
        if asked and max(len(one.split()) for one in options) <= _LONGEST_OPTION:
            questions, choice = asked
            return Compared(
                options=options, relation=_relation(stem), questions=questions, choice=choice
            )
    return None


def _choice(stem: str) -> tuple[tuple[str, ...], Choice] | None:
    """Which questions decide, and how; None if the wording does not tell."""
    stem = stem.rstrip("? ")
    if _TURNED.search(stem) or (_DIED.search(stem) and _AGE.search(stem)):
        return None
    if _LIVED.search(stem):
        return ("When was {} born?", "When did {} die?"), Choice.LONGEST
    asked = _question_of_time(stem)
    if asked is None or not (_EARLY.search(stem) or _LATE.search(stem)):
        return None
    return (asked,), Choice.FIRST if _EARLY.search(stem) else Choice.LAST


def _question_of_time(stem: str) -> str | None:
    if _DIED.search(stem):
        return "When did {} die?"
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
    return found["relation"] if found and _PERSON.search(found["relation"]) else None


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
