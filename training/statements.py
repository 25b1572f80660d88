"""A question and its answer as one statement, by rule. For English."""

from __future__ import annotations

import random
import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BE = frozenset({"is", "are", "was", "were"})
_DO = frozenset({"did", "does", "do"})
_HAVE = frozenset({"has", "have", "had"})
_MODAL = frozenset({"can", "could", "will", "would", "should", "must", "may", "might"})
_HELPERS = _BE | _DO | _HAVE | _MODAL
_PREPOSITIONS = frozenset({"in", "on", "at", "by", "from", "for", "to", "of", "with", "during"})
_OPENING_NOUN = _words(
    "the a an his her its their our my your he she it they we you this that these those there "
    "most many some all any every each no"
)
# Participles that do not end in -ed; in questions they follow their subject.
_PARTICIPLES = _words(
    "born made built known held found given taken written begun led sent sold bought brought "
    "set put cut lost won taught thought told kept left met paid said seen shown spent spoken "
    "worn drawn grown driven chosen broken become done gone hit run read located"
)
_WHO = re.compile(r"(?:who|whom|what|which)$", re.IGNORECASE)
# Of a hundred statements so many keep the form of question and answer.
AS_DIALOGUE = 40


def as_claim(question: str, answer: str, draw: random.Random) -> str:
    """What somebody says who gives ``answer``: a statement, or question and answer in a row."""
    if draw.random() * 100 < AS_DIALOGUE:
        return f"Q: {question} A: {answer}"
    return as_statement(question, answer) or f"{question} {_close(answer)}"


def as_statement(question: str, answer: str) -> str | None:
    """The statement that ``answer`` makes of ``question``; None where no rule fits."""
    words = question.strip().rstrip("?").split()
    place = _question_word(words)
    if place is None or len(words) < place + 3:
        return None
    before, word, rest = words[:place], words[place].lower(), words[place + 1 :]
    made = (
        _of_identity(word, rest, answer)
        or _of_subject(word, rest, answer)
        or _of_place_or_object(before, word, rest, answer)
    )
    return _close(made[0].upper() + made[1:]) if made else None


def _question_word(words: list[str]) -> int | None:
    """Where the question word stands: first, or behind a preposition."""
    for place, word in enumerate(words[:2]):
        if word.lower() in {"who", "whom", "what", "which", "when", "where", "how"}:
            return place if place == 0 or words[0].lower() in _PREPOSITIONS else None
    return None


def _of_identity(word: str, rest: list[str], answer: str) -> str | None:
    """What was the name of the ship? -> The name of the ship was the Ark."""
    if not _WHO.match(word) or rest[0].lower() not in _BE or not _opens_noun(rest[1]):
        return None
    return None if _participle(rest[1:]) else f"{' '.join(rest[1:])} {rest[0]} {answer}"


def _of_subject(word: str, rest: list[str], answer: str) -> str | None:
    """Who wrote the book? -> Ann wrote the book. How many ships sank? -> Five ships sank."""
    helper = _helper(rest)
    if word == "how":
        counted = rest[0].lower() == "many" and (helper is None or _asks_subject(rest[helper:]))
        return f"{answer} {' '.join(rest[1:])}" if counted else None
    if not _WHO.match(word):
        return None
    if helper is None:
        # Of "what company made it" nothing tells where the noun ends.
        return f"{answer} {' '.join(rest)}" if word == "who" else None
    return f"{answer} {' '.join(rest[helper:])}" if _asks_subject(rest[helper:]) else None


def _of_place_or_object(before: list[str], word: str, rest: list[str], answer: str) -> str | None:
    """In what year did Ann leave? -> Ann leave in 1901. When was it built? -> It was built in ...

    Without a grammar nothing tells where the subject of "did the old school close" ends: the
    helper is left out, not moved.
    """
    helper = _helper(rest)
    if helper is None or helper + 2 > len(rest):
        return None
    after = rest[helper + 1 :]
    if rest[helper].lower() in _DO:
        clause = after
    else:
        split = _participle(after)
        if not split:
            return None
        clause = [*after[:split], rest[helper], *after[split:]]
    counted = f" {' '.join(rest[1:helper])}" if word == "how" and helper > 1 else ""
    asked = rest[helper - 1].lower() if helper else word
    return f"{' '.join(clause)} {_link(before, asked, answer)}{answer}{counted}"


def _helper(rest: list[str]) -> int | None:
    return next((n for n, one in enumerate(rest[:7]) if one.lower() in _HELPERS), None)


def _opens_noun(word: str) -> bool:
    return word.lower() in _OPENING_NOUN or word[:1].isupper() or word.endswith("'s")


def _asks_subject(clause: list[str]) -> bool:
    """Whether nothing stands between helper and verb: "(which ship) was lost", "had a mast"."""
    if len(clause) < 2 or clause[0].lower() in _DO:
        return False
    return clause[0].lower() in _HAVE or not _opens_noun(clause[1])


def _participle(words: list[str]) -> int:
    """Where the subject of a passive question ends; 0 if that cannot be told."""
    for place, word in enumerate(words[1:], start=1):
        if word.lower() in _PARTICIPLES or word.endswith(("ed", "ing")):
            return place
    return 0


def _link(before: list[str], asked: str, answer: str) -> str:
    """The preposition between clause and answer."""
    first = answer.split(maxsplit=1)[0].lower() if answer.split() else ""
    if first in _PREPOSITIONS:
        return ""
    if before:
        return f"{before[0].lower()} "
    return "in " if asked in {"when", "where", "year", "month", "century", "decade"} else ""


def _close(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
