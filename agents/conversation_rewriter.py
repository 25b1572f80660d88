"""The local rewriter: a question that leans on the conversation gets the words it leans on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from groundwire.core.schema import Query, QueryKind, Turn

# Words that point back to something said before, and openings that continue a question.
POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|"
    r"one|ones|same|former|latter|both|another|else)\b",
    re.IGNORECASE,
)
CONTINUING = re.compile(r"^\W*(and|or|but|so|also|then|what about|how about|why)\b", re.IGNORECASE)
# A run of capitalised words, also with small ones inside ("Bank of Tarn") or numbers at its end.
NAME = re.compile(
    r"\b[A-Z][\w'-]*(?:\s+(?:(?:of|the|de|du|la|and|for)\s+)?[A-Z][\w'-]*)*(?:\s+\d+)?"
)
WORD = re.compile(r"\w+")
ASKING = frozenset(
    [
        "a",
        "an",
        "the",
        "what",
        "which",
        "who",
        "whom",
        "whose",
        "when",
        "where",
        "why",
        "how",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "do",
        "does",
        "did",
        "can",
        "could",
        "will",
        "would",
        "should",
        "shall",
        "may",
        "might",
        "has",
        "have",
        "had",
        "of",
        "in",
        "on",
        "at",
        "by",
        "to",
        "from",
        "for",
        "with",
        "and",
        "or",
        "about",
        "as",
        "into",
        "over",
        "under",
        "many",
        "much",
        "long",
        "old",
        "often",
        "tell",
        "me",
        "us",
        "please",
    ]
)
# Fewer words of its own than this cannot name what is asked about.
FEWEST_WORDS = 3
# A pronoun may point some turns back, seldom further.
TURNS = 3


class ConversationRewriter:
    """Resolves a follow-up question by rule: names first, other content words if there are none."""

    def rewrite(self, question: str, history: Sequence[Turn]) -> list[Query]:
        """The question itself; after a conversation it leans on, with that topic put before it."""
        topic = _topic(history) if history and leans_on_history(question) else ""
        if not topic:
            return [Query(text=question)]
        resolved = Query(text=f"{topic}: {question}", kind=QueryKind.REWRITE)
        return [resolved, Query(text=question)]


def leans_on_history(question: str) -> bool:
    """Whether the question points back, continues another one, or names nothing itself."""
    own = [word for word in WORD.findall(question) if word.lower() not in ASKING]
    return bool(POINTING.search(question) or CONTINUING.search(question) or len(own) < FEWEST_WORDS)


def _topic(history: Sequence[Turn]) -> str:
    """What the latest turns were about: the names of the last question that has any."""
    for turn in reversed(history[-TURNS:]):
        words = _names(turn.question) or _content(turn.question)
        if words and not leans_on_history(turn.question):
            return " ".join([*words, *_names_of_answer(turn, words)])
    return " ".join(_content(history[-1].question))


def _names(question: str) -> list[str]:
    found = []
    for match in NAME.finditer(question):
        # The first word of a question is capitalised whatever it is.
        words = match.group().split()
        while words and words[0].lower() in ASKING:
            words = words[1:]
        if words and not (match.start() == 0 and len(words) == 1 == len(match.group().split())):
            found.append(" ".join(words))
    return list(dict.fromkeys(found))


def _names_of_answer(turn: Turn, known: Sequence[str]) -> list[str]:
    """A name that was the short answer may be what "he" or "there" means."""
    short = turn.answer.short_answer if turn.answer else None
    if not short or not NAME.fullmatch(short) or short in known:
        return []
    return [short]


def _content(question: str) -> list[str]:
    return [word for word in WORD.findall(question) if word.lower() not in ASKING]
