"""Comparisons of numbers by their wording: which question tells the number, and which one wins.

"Which river is longer, A or B?" asks how long each is. Rules for English, and only for wordings
that say nothing else: "longer since the works of 1990" is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from groundwire.agents.amounts import Wanted
from groundwire.agents.short_answer import MONTH
from groundwire.agents.units import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberAsked:
    """A question with ``{}`` for a thing, the number that it asks for, and which one wins."""

    question: str
    wanted: Wanted
    most: bool


# Words for more, words for less, what is asked with "is" or "was" for {be}, and its kinds.
_ADJECTIVES = (
    ("longer longest", "", "How long {be} {{}}?", {Kind.LENGTH, Kind.TIME}),
    # "How high is it?" finds "the 23rd-highest peak" rather than its metres.
    ("taller tallest higher highest", "", "What {be} the height of {{}}?", {Kind.LENGTH}),
    ("deeper deepest", "shallower shallowest", "How deep {be} {{}}?", {Kind.LENGTH}),
    ("wider widest broader", "narrower narrowest", "How wide {be} {{}}?", {Kind.LENGTH}),
    ("heavier heaviest", "lighter lightest", "How much {do} {{}} weigh?", {Kind.MASS}),
    ("faster fastest", "slower slowest", "How fast {be} {{}}?", {Kind.SPEED}),
    (
        "larger_in_area larger_by_area largest_by_area",
        "smaller_in_area smaller_by_area smallest_by_area",
        "What {be} the area of {{}}?",
        {Kind.AREA},
    ),
    (
        "more_populous most_populous larger_by_population larger_in_population",
        "less_populous least_populous smaller_by_population smaller_in_population",
        "What {be} the population of {{}}?",
        {Kind.COUNT},
    ),
    (
        "more_expensive most_expensive dearer pricier costlier",
        "less_expensive least_expensive cheaper cheapest",
        "How much {do} {{}} cost?",
        {Kind.MONEY},
    ),
    ("larger largest bigger biggest", "smaller smallest", "How large {be} {{}}?", {Kind.AREA}),
    (
        "",
        "shorter shortest",
        "What {be} the {extent} of {{}}?",
        {Kind.LENGTH, Kind.TIME},
    ),
)
# Of these size is area: of a town it may be its people, of a company its sales.
_AREAS = re.compile(
    r"\b(?:lakes?|islands?|islets?|parks?|forests?|woods?|gardens?|estates?|farms?|fields?|deserts?|"
    r"reserves?|seas?|oceans?|bays?|peninsulas?|continents?|glaciers?|rooms?|flats?|apartments?|"
    r"plots?|meadows?|vineyards?|orchards?)\b",
    re.IGNORECASE,
)
# What is short is short of height, or of length.
_EXTENTS = {
    "height": re.compile(
        r"\W*who\b|.*\b(?:persons?|people|players?|actors?|actress(?:es)?|singers?|buildings?|"
        r"towers?|skyscrapers?|trees?|statues?|chimneys?|masts?|spires?)\b",
        re.IGNORECASE,
    ),
    "length": re.compile(
        r".*\b(?:rivers?|streams?|canals?|roads?|routes?|streets?|trails?|paths?|tunnels?|bridges?|"
        r"films?|movies?|songs?|operas?|plays?|walks?|tours?|flights?|courses?|coasts?)\b",
        re.IGNORECASE,
    ),
}
# What a thing has, and of which kinds it is.
_ATTRIBUTES: Mapping[str, set[Kind]] = {
    "population|workforce|enrol?lment|membership|circulation|attendance|seating capacity": {
        Kind.COUNT
    },
    "capacity": {Kind.COUNT, Kind.VOLUME, Kind.POWER},
    "(?:surface |land |floor )?area": {Kind.AREA},
    "length|height|depth|width|elevation|altitude|diameter|wingspan": {Kind.LENGTH},
    "weight|mass": {Kind.MASS},
    "volume": {Kind.VOLUME},
    "(?:top |maximum )?speed": {Kind.SPEED},
    "price|cost|budget|salary|revenue|turnover|rent|fee|fare|premium": {Kind.MONEY},
    "(?:boiling |melting |freezing )point|temperature": {Kind.TEMPERATURE},
    "(?:[a-z]+ )?rate": {Kind.PERCENT},
}
_ATTRIBUTE = "|".join(_ATTRIBUTES)
# Its infinitive, its third person, its past and its participle.
_VERBS = tuple(
    tuple(forms.split())
    for forms in (
        "score scores scored scored",
        "win wins won won",
        "sell sells sold sold",
        "make makes made made",
        "write writes wrote written",
        "play plays played played",
        "produce produces produced produced",
        "publish publishes published published",
        "release releases released released",
        "direct directs directed directed",
        "record records recorded recorded",
        "employ employs employed employed",
        "seat seats seated seated",
        "hold holds held held",
        "carry carries carried carried",
        "receive receives received received",
        "own owns owned owned",
        "build builds built built",
        "operate operates operated operated",
        "run runs ran run",
        "take takes took taken",
    )
)
_AMOUNTS = {"cost": Kind.MONEY, "earn": Kind.MONEY, "weigh": Kind.MASS}
_MORE, _LESS = r"(?:more|the most)", r"(?:fewer|less|the fewest|the least)"
_LARGE = "larger|largest|greater|greatest|higher|highest|bigger|biggest"
_SMALL = "smaller|smallest|lower|lowest|lesser"
# What is counted: one word in the plural, since one before it may be an adjective that "more" goes
# with ("more recent albums"), but for names ("more Olympic medals").
_COUNTED = (
    r"(?P<counted>(?:[A-Z][\w'\u2019-]*\s+){0,3}"
    r"(?:[a-z-]*[a-rt-z]s|people|children|men|women|species|staff))"
)


def _any_of(words: Iterator[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_ADJECTIVE = _any_of(
    word.replace("_", " ") for more, less, *_ in _ADJECTIVES for word in f"{more} {less}".split()
)
_VERB = _any_of(form for forms in _VERBS for form in forms)
_BE, _DO = r"(?P<be>is|are|was|were)", r"(?:(?P<do>do|does|did|will|has|have|had)\s+)?"
# What is said of one of two things, behind "is", "does" or "has", and the things themselves.
_SAID_IS = rf"(?P<the>the\s+)?(?P<adjective>{_ADJECTIVE})"
_NUMBER_OF = rf"(?:number\s+of\s+{_COUNTED}|(?P<attribute>{_ATTRIBUTE}))"
_SAID_DOES = (
    rf"(?P<has>has|have|had)\s+(?:(?:the|an?)\s+)?(?P<size>{_LARGE}|{_SMALL})\s+{_NUMBER_OF}",
    rf"(?P<verb>has|have|had|{_VERB})\s+(?P<size>{_MORE}|{_LESS})\s+{_COUNTED}",
    r"(?P<amount>cost|earn|weigh)(?P<past>ed)?s?\s+(?P<size>more|less|the most|the least)",
)
_KIND_OF_THING = (
    r"(?P<thing>(?:\s+(?!(?:has|have|had|that|whose|with|by|not|never)\b)[^\W\d][\w-]*){0,4}?)"
)
_WHICH = rf"(?:who|which|what){_KIND_OF_THING}\s+"
_TAIL = r"(?:\s+(?:one|of\s+the\s+two))?"
# "The longer river", but no "longest running": what a noun is, its ending hardly tells.
_NOUN = r"(?(the)(?:\s+(?P<noun>building|(?!\w+(?:ing|ed)\b)[a-z]+))?)"
# Compiled at the first question that may compare, not at the start.
_STEMS = (
    rf"(?i:{_WHICH}{_BE}\s+{_SAID_IS}{_NOUN}{_TAIL})",
    *(rf"(?i:{_WHICH}{_DO}){said}{_TAIL}" for said in _SAID_DOES),
)
# "Is A or B longer?", "Does A or B have more pupils?"; "Is A longer than B?".
_BOTH = r"(?P<a>\S.*?)\s+or\s+(?P<b>\S.*?)\s+"
_EITHER = (
    rf"(?P<be>Is|Are|Was|Were)\s+{_BOTH}{_SAID_IS}{_TAIL}",
    *(rf"(?P<do>Do|Does|Did|Has|Have|Had)\s+{_BOTH}{said}" for said in _SAID_DOES),
)
_THAN = r"\s+than\s+(?P<b>\S.*)"
_WHETHER = (
    rf"(?P<be>Is|Are|Was|Were)\s+(?P<a>\S.*?)\s+{_SAID_IS}{_THAN}",
    *(rf"(?P<do>Do|Does|Did|Has|Have|Had)\s+(?P<a>\S.*?)\s+{said}{_THAN}" for said in _SAID_DOES),
)
# The second thing is a name, and neither has words that make it more than that: "much", "in 1990".
_NAME = re.compile(r"(?:[Tt]he\s+)?(?:[a-z]+\s+|\d+\s+)?[\"\u201c'(]?[A-Z\u00c0-\u00de].*")
_MORE_THAN_A_NAME = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|when|while|if|because|but|and|or|"
    r"nor|not|never|no|any|by|combined|together|used|ever|all|most|other|every|each|"
    r"without|before|after|since|during|including|excluding|in\s+\d{4})\b|\bof\s+\d{4}\b|"
    r"\b(?:much|far|even|slightly|still|twice|times|[a-z]+ly|an?)$"
)

_NO_THING = re.compile(rf"(?:[\W\d]|{MONTH})*", re.IGNORECASE)
_OF_THEM = re.compile(r"one|of\s+(?:them|the\s+two)", re.IGNORECASE)


def find_number_asked(
    stem: str, options: tuple[str, str], *, is_behind: bool
) -> NumberAsked | None:
    """What a question asks of both ``options``; None if no number decides.

    ``is_behind``: its ``stem`` stands behind them, and must be of one of them and nothing else:
    between Tarn and Moor, there may be a road that is longest.
    """
    said_of_both = stem.strip(" ?,")
    found = next(filter(None, (re.fullmatch(form, said_of_both) for form in _STEMS)), None)
    if not found or any(map(_NO_THING.fullmatch, options)):
        return None
    said = f"{found['thing'] or ''} {found.groupdict().get('noun') or ''}".strip()
    if is_behind and said and not _OF_THEM.fullmatch(said):
        return None
    return _asked(found, " ".join([found.group().split(maxsplit=1)[0], said, *options]))


def find_either(question: str) -> tuple[tuple[str, str], NumberAsked] | None:
    """Two things between which a question chooses by a number: "Is A or B longer?"."""
    return _find_both(_EITHER, question)


def find_whether(question: str) -> tuple[tuple[str, str], NumberAsked] | None:
    """Two things of which a question asks whether the first wins: "Is A longer than B?"."""
    return _find_both(_WHETHER, question)


def _find_both(forms: tuple[str, ...], question: str) -> tuple[tuple[str, str], NumberAsked] | None:
    for form in forms:
        found = re.fullmatch(form, question.strip(" ?"))
        options = (found["a"].strip(" ,"), found["b"].strip(" ,")) if found else ("", "")
        if found and all(map(_is_name, options)):
            asked = _asked(found, " and ".join(options))
            return (options, asked) if asked else None
    return None


def _is_name(option: str) -> bool:
    return bool(_NAME.fullmatch(option)) and not _MORE_THAN_A_NAME.search(option)


def _asked(found: re.Match[str], subject: str) -> NumberAsked | None:
    said = found.groupdict()
    if said.get("adjective"):
        return _by_adjective(said["adjective"].lower(), said["be"].lower(), subject)
    is_more = bool(re.match(rf"{_MORE}$|(?:{_LARGE})$", said["size"]))
    if amount := said.get("amount"):
        does = "did" if said["past"] or _is_past(said) else "does"
        return _number(f"How much {does} {{}} {amount}?", {_AMOUNTS[amount]}, most=is_more)
    if attribute := said.get("attribute"):
        be = "was" if _is_past(said) else "is"
        kinds = next(kind for form, kind in _ATTRIBUTES.items() if re.fullmatch(form, attribute))
        return _number(f"What {be} the {attribute} of {{}}?", kinds, most=is_more)
    counted = said["counted"] or ""
    question = f"How many {counted} {_has(said)}?"
    return _number(question, {Kind.COUNT}, most=is_more, counted=counted.split()[-1])


def _by_adjective(adjective: str, be: str, subject: str) -> NumberAsked | None:
    word = re.sub(r"\s+", "_", adjective)
    for more, less, question, kinds in _ADJECTIVES:
        if word in {*more.split(), *less.split()}:
            extent = next((name for name, form in _EXTENTS.items() if form.match(subject)), None)
            is_unclear = "How large" in question and not _AREAS.search(subject)
            if is_unclear or ("{extent}" in question and not extent):
                return None
            do = "does" if be in {"is", "are"} else "did"
            asked = question.format(be=be, do=do, extent=extent)
            return _number(asked, kinds, most=word in more.split())
    return None


def _has(said: Mapping[str, str | None]) -> str:
    """What a count is asked with: "does {} have", "did {} score", "has {} won"."""
    verb, do = said.get("verb") or said.get("has") or "", (said.get("do") or "").lower()
    forms = next((each for each in _VERBS if verb in each), ("have",))
    if do in {"has", "have", "had"} and verb == forms[-1]:
        return f"has {{}} {verb}"
    if do == "will":
        return f"will {{}} {forms[0]}"
    return f"{'did' if _is_past(said) else 'does'} {{}} {forms[0]}"


def _is_past(said: Mapping[str, str | None]) -> bool:
    verb = said.get("verb") or said.get("has")
    did = (said.get("do") or "").lower() == "did"
    return did or verb == "had" or any(verb == forms[2] for forms in _VERBS)


def _number(question: str, kinds: set[Kind], *, most: bool, counted: str = "") -> NumberAsked:
    counted = "inhabitants" if " the population of " in question else counted
    wanted = Wanted(kinds=frozenset(kinds), counted=counted)
    return NumberAsked(question=question, wanted=wanted, most=most)
