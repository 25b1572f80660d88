"""Questions that ask for a list or a count: "Which films did Ann Bell direct?", "How many ...?".

Rules for English. In other languages, and where the wording does not tell, a question asks for one
answer as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from groundwire.agents.sub_questions import PERSON
from groundwire.core.schema import Aggregation

# Characters of a question: the forms look back from wherever they fail.
_LONGEST = 200
_PEOPLE = {"people": "person", "men": "man", "women": "woman", "children": "child"}
_NO_NOUN = (
    r"(?:of|by|in|on|at|to|for|with|from|as|and|or|than|is|was|were|are|did|does|do|has|have|had|can|"
    r"could|will|would|who|that|which|where|whose|the|a|an|some|any|used|kind|type|sort|percentage|"
    r"amount|number|group|class|part)\b"
)
_NOUN = (
    rf"(?P<noun>(?:(?!{_NO_NOUN})[\w'\u2019&.-]+\s+){{0,3}}?"
    rf"(?!{_NO_NOUN})(?:[a-z][a-z-]*[a-z]s|{'|'.join(_PEOPLE)}))"
)
# Words that end like a plural and are none, and what no passage is one of: what is asked for then
# is told in one place, or is an amount.
_NO_ITEM = re.compile(
    r"\b(?:\w*(?:ss|us|is)|series|species|news|means|headquarters|always|as|was|has|does|politics|"
    r"mathematics|physics|economics|athletics|lens|gas|christmas|united|others|"
    r"names?|kinds|types|sorts|forms|parts|reasons|causes|effects|results|ways|steps|functions|"
    r"advantages|disadvantages|differences|benefits|consequences|uses|words|terms|initials|colou?rs|"
    r"dates|times|years|weeks|days|hours|minutes|seconds|points|degrees|percents?|"
    r"(?:kilo|centi|milli)?met(?:re|er)s|miles|inches|feet|grams|tons?|tonnes|pounds|litres|liters|"
    r"gallons|dollars|euros|cents|copies|acres|hectares|pages|episodes|seasons|chapters|inhabitants|"
    r"residents|lives|goals|votes|viewers|visitors|passengers)$",
    re.IGNORECASE,
)
# What makes an order, a choice or a rest of the things that are asked for, or asks for their name.
_TURNED = re.compile(
    r"\b(?:not|no|nor|never|neither|without|except|besides|other|others|else|more|less|fewer|most|"
    r"least|first|last|next|best|top|biggest|largest|highest|longest|oldest|only|both|average|total|"
    r"usually|called|considered|named|known|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}(?=\s+[a-z])|per|"
    r"each|every|same|or|if|when|while)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_DONE = (
    r"(?:[a-z]+ed|written|made|won|built|held|sold|born|sung|led|taught|found|grown|kept|run|bought|"
    r"drawn|shot|met|sent)"
)
_PLACED = r"(?:of|in|at|on|from|by|with|for)"
_RELATIVE = r"(?:that|which|who|whose)"
_NOW = (
    r"(?:lie|live|work|belong|deliver|supply|border|contain|begin|come|go|run|need|offer|sell|use|own|"
    r"star|feature|play|make|build)"
)
_VERB = (
    rf"(?:did|do|are|were|have|can|could|will|would|may|must|should|{_DONE}|{_NOW}|"
    r"wrote|took|went|came|began|lay)"
)
_DESCRIBED = rf"(?:\s+(?P<rest>(?:{_DONE}|{_PLACED}|{_RELATIVE})\s.+))?"
_LIST = re.compile(
    r"(?:please\s+)?(?:list|name|enumerate|give\s+(?:me\s+)?(?:a\s+list\s+of\s+)?|list\s+of)\s+"
    rf"(?:(?:me|all|of|the)\s+){{0,3}}{_NOUN}{_DESCRIBED}",
    re.IGNORECASE,
)
_WHO_ARE = re.compile(
    rf"(?P<ask>who|what|which)\s+(?P<be>are|were)\s+(?:all\s+)?(?:of\s+)?the\s+{_NOUN}{_DESCRIBED}",
    re.IGNORECASE,
)
_WHICH = re.compile(
    rf"(?P<lead>(?:{_PLACED}\s+)?(?:which|what))\s+(?:of\s+the\s+)?{_NOUN}\s+"
    rf"(?P<verb>{_VERB})\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    rf"(?P<lead>)how\s+many\s+(?:of\s+the\s+)?{_NOUN}\s+(?P<verb>{_VERB})\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_ONE = {"are": "is", "were": "was", "have": "has", "go": "goes", "supply": "supplies"}
# "did Ann Bell direct": what somebody did is asked for as done, which documents say more often.
_DID = re.compile(r"(?P<who>(?:.*\s)?[A-Z][^\s,]*)\s+(?P<verb>[a-z]+)")
_PARTICIPLES = {
    "write": "written",
    "make": "made",
    "win": "won",
    "build": "built",
    "sell": "sold",
    "sing": "sung",
    "lead": "led",
    "teach": "taught",
    "find": "found",
    "buy": "bought",
    "draw": "drawn",
    "shoot": "shot",
    "design": "designed",
}
# What somebody has, is or does to nothing is not done by them.
_NOT_DONE = re.compile(
    r"(?:have|has|be|go|come|live|like|want|need|play|visit|speak|in|at|on|to|for)$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What ``text`` asks for a list or a count of; ``question`` asks for one of these things.

    ``in_prose`` is whether sentences can be trusted to tell one. Elsewhere only the rows of a table
    are: a person of whom a text says that she lives somewhere is no part of a population.
    """

    text: str
    question: str
    noun: str
    aggregation: Aggregation
    in_prose: bool


def find_listed(question: str) -> Listed | None:
    """The list or count that ``question`` asks for; None if its wording shows none."""
    text = question.strip().rstrip("?.! ")
    if len(text) > _LONGEST or _TURNED.search(text):
        return None
    for form in (_LIST, _WHO_ARE, _WHICH, _HOW_MANY):
        found = form.fullmatch(text)
        if found and not _NO_ITEM.search(found["noun"]):
            counts = form is _HOW_MANY
            return Listed(
                text=text,
                question=_ask_for_one(found),
                noun=found["noun"],
                aggregation=Aggregation.COUNT if counts else Aggregation.LIST,
                in_prose=bool(found["rest"]) and not (counts and _is_amount(found)),
            )
    return None


def one_of(word: str) -> str:
    """``word`` for one of them, if it is a plural: "towns" is "town"."""
    if word.lower() in _PEOPLE:
        return _PEOPLE[word.lower()]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and word != "movies":
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ches", "shes", "sses", "xes", "zes")) else word[:-1]


def _is_amount(found: re.Match[str]) -> bool:
    """Whether a number of them is rather known than counted: people, or what something has."""
    is_had = re.search(r"\b(?:have|has|had|there)\b", f"{found['verb']} {found['rest']}")
    return bool(is_had) or found["noun"].split()[-1].lower() in _PEOPLE


def _ask_for_one(found: re.Match[str]) -> str:
    """The question for one of the things that are asked for."""
    *before, head = found["noun"].split()
    noun, rest = " ".join([*before, one_of(head)]), found["rest"] or ""
    if found.re in (_WHICH, _HOW_MANY):
        return _ask_which(found["lead"] or "Which", noun, found["verb"], rest)
    first, _, others = rest.partition(" ")
    if first in {"that", "which", "who"}:
        verb, _, others = others.partition(" ")
        return f"Which {noun} {_agreed(verb)} {others}?"
    be = _ONE[found["be"].lower()] if found.re is _WHO_ARE else None
    if re.fullmatch(_DONE, first):
        return f"Which {noun} {be or 'was'} {rest}?"
    return f"{_who(found, noun)} {be or 'is'} {_article(noun)} {noun} {rest}".rstrip() + "?"


def _who(found: re.Match[str], noun: str) -> str:
    asks_who = found.re is _WHO_ARE and found["ask"].lower() == "who"
    return "Who" if asks_who or PERSON.search(noun) else "What"


def _article(noun: str) -> str:
    return "an" if noun[0].lower() in "aeio" else "a"


def _agreed(verb: str) -> str:
    """``verb`` as it stands with one thing."""
    return _ONE.get(verb) or (f"{verb}s" if re.fullmatch(_NOW, verb) else verb)


def _ask_which(lead: str, noun: str, verb: str, rest: str) -> str:
    did = _DID.fullmatch(rest) if verb == "did" and lead.lower() in {"which", "what"} else None
    if did and not _NOT_DONE.search(did["verb"]):
        return f"Which {noun} was {_participle(did['verb'])} by {did['who']}?"
    return f"{lead[0].upper()}{lead[1:]} {noun} {_agreed(verb.lower())} {rest}?"


def _participle(verb: str) -> str:
    if verb in _PARTICIPLES:
        return _PARTICIPLES[verb]
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"
