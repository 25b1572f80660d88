"""Whether a sentence or question leans on what was said before it. For English.

Rules of thumb, not grammar. Text in other languages counts as standing alone.
"""

from __future__ import annotations

import re

WORD = re.compile(r"\w(?:[\w'’-]*\w)?")  # noqa: RUF001
_CAPITAL = r"[A-Z\u00c0-\u00de\u0391-\u03a9\u0410-\u042f]"
# A run of capitalised words, also with small ones inside ("Bank of Tarn") or a number at its end.
_NAME = re.compile(
    rf"\b{_CAPITAL}[\w'’-]*(?:\s+(?:(?:of|the|de|du|la|van)\s+)?{_CAPITAL}[\w'’-]*)*(?:\s+\d+)?"  # noqa: RUF001
)
# Written like names, but seldom what a question is about.
_DATE = re.compile(
    r"(?:(?:sun|mon|tues|wednes|thurs|fri|satur)days?|january|february|march|april|may|june|july|"
    r"august|september|october|november|december)\b",
    re.IGNORECASE,
)
_CONTINUING = re.compile(r"\W*(?:and|or|but|so|then|also)\b", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\W*(?:(?:and|but|so)\W+)?(?:what|how) about\b|.*\belse\W*$", re.IGNORECASE)
# Behind one of these a pronoun may mean something that the question itself named before it.
_CLAUSE = re.compile(r",|\b(?:and|but|when|where|while|if|because)\b", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BE = _words("is are was were be been has have had will")
_VERBS = _BE | _words("do does did can could would shall should may might must")
_FUNCTION = _VERBS | _words(
    "a an the what which who whom whose when where why how of in on at by to from for with and or "
    "but so also then about as into over under than any many much long old often there one ones "
    "i we you me us my our your tell give please if not no yes ok okay thanks what's who's "
    "where's when's how's that's it's there's"
)
_PRONOUNS = _words("it its it's they them their theirs he him his she her hers these")
_POINTING = _PRONOUNS | _words("that this those same latter others else")
# Words before "that" which make it point back; after a noun or "say" it opens a clause.
_BEFORE_THAT = _words(
    "is was are does did do can of in on at for by to with from after before about than like why "
    "how and or but"
)
_PERIODS = _words("year month week season spring summer autumn winter morning afternoon evening")
_RESTRICTING = _words("who that which of with in on at")
_CHOOSING = _words("which the this that other first second third last next")
# A question of more words says itself what it is about.
LONGEST = 60
# "Does it cost much to ...": here the pronoun stands for what comes after it.
_ANTICIPATING = _words(
    "take takes took cost costs possible allowed permitted forbidden legal necessary safe true"
)


def leans(text: str) -> bool:
    """Whether ``text`` points back at something, or says only what is different."""
    words = [word.lower() for word in WORD.findall(text)]
    if len(words) > LONGEST:
        return False
    if _ELLIPSIS.match(text) or _points_back(text):
        return True
    if _CONTINUING.match(text) and not (find_names(text) and _asks(words[1:])):
        return True
    return _too_short(words)


def find_names(text: str) -> list[str]:
    """The names in ``text``, each once, in their order; a word that merely opens it is none."""
    return list(dict.fromkeys(name for match in _NAME.finditer(text) if (name := _name(match))))


def _name(match: re.Match[str]) -> str:
    words = match.group().split()
    # The first word of a question is capitalised whatever it is.
    while words and words[0].lower() in _FUNCTION:
        words = words[1:]
    alone = match.start() == 0 and len(match.group().split()) == 1
    return "" if alone or (words and _DATE.match(words[0])) else " ".join(words)


def _points_back(question: str) -> bool:
    spans = list(WORD.finditer(question))
    words = [span.group().lower() for span in spans]
    return any(
        _points(words[place - 1] if place else "", word, words[place + 1 :])
        and not _named_before(question[: spans[place].start()])
        for place, word in enumerate(words)
    )


def _points(before: str, word: str, rest: list[str]) -> bool:
    """Whether ``word``, with what stands around it, means something said earlier."""
    after = rest[0] if rest else ""
    special = {
        "it": not (after in _ANTICIPATING and ("to" in rest or "that" in rest)),
        "that": not rest or before in _BEFORE_THAT or not before,
        "this": after not in _PERIODS,
        "those": after not in _RESTRICTING,
        "there": before not in _BE and after not in _BE,
        "one": before in _CHOOSING,
        "ones": before in _CHOOSING,
        "same": before == "the" and "as" not in rest,
        "latter": before == "the",
        "others": before == "the",
    }
    return special.get(word, word in _PRONOUNS)


def _named_before(start: str) -> bool:
    """Whether the question holds, before a pronoun, what that may mean."""
    articles = {"the", "a", "an", "every"}.intersection(start.lower().split())
    if articles and len(_content(start)) > 2:
        return True
    clauses = list(_CLAUSE.finditer(start))
    return bool(clauses) and len(_content(start[: clauses[-1].start()])) > 1


def _asks(words: list[str]) -> bool:
    return bool(_VERBS.intersection(words)) or words[0] in {"who", "what", "which", "how", "why"}


def _content(text: str) -> set[str]:
    """The words of ``text`` that mean something by themselves."""
    skipped = _FUNCTION | _POINTING
    return {word for word in WORD.findall(text) if word.lower() not in skipped}


def _too_short(words: list[str]) -> bool:
    """A question of hardly a word of its own: "Why?", "How many pupils?", "Who is the owner?"."""
    own = [word for word in words if word not in _FUNCTION]
    if not words or len(own) > 1:
        return False
    if own and _VERBS.intersection(words):
        return "the" in words
    is_keyword = own == words and not own[0].isdigit()
    return not is_keyword
