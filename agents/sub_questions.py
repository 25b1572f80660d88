"""Sub-questions that the wording of a question shows: what it describes.

"Where was the director of Moonstone born?" asks who that is first. Rules for English over definite
descriptions; in other languages, and where the wording shows none, a question is left whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
PERSON = re.compile(
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
# Characters of a question: the forms look back from wherever they fail.
_LONGEST_DESCRIBED = 400
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
ASKED = re.compile(rf"\b{_ASKING}\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """What stands at ``start`` and ``end`` of a question for something that ``question`` asks for.

    ``names`` are the names in it.
    """

    question: str
    names: tuple[str, ...]
    start: int
    end: int


def find_described(question: str) -> Described | None:
    """The description that is to be resolved first; None if the question holds none, or is one."""
    if len(question) > _LONGEST_DESCRIBED:
        return None
    found = [*_of_names(question), *_owned(question), *_clauses(question)]
    inner = [one for one in found if not any(_holds(one, other) for other in found)]
    for one in sorted(inner, key=lambda each: -each.start):
        before, behind = question[: one.start], question[one.end :]
        is_bare = _BARE.fullmatch(before) and not behind.strip(" ?.")
        if not is_bare and ASKED.search(f"{before} {behind}"):
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
        if not ASKED.search(rest) and not question[found.end() :].strip(" ?."):
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
    return "Who" if PERSON.search(relation) else "What"
