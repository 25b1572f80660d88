"""The local rewriter: a question that leans on the conversation gets the words it leans on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from groundwire.agents.follow_ups import WORD, Missing, find_content, find_missing, find_names
from groundwire.core.protocols import TermPicker
from groundwire.core.schema import Query, QueryKind, Turn

# A word of at least this probability is taken; the picker is calibrated to it.
NEEDED = 0.5


class ConversationRewriter:
    """Resolves a follow-up question with the words that ``picker`` takes from the conversation.

    Without a picker it goes by rule, from the latest question that stood alone.
    """

    def __init__(self, picker: TermPicker | None = None) -> None:
        self._picker = picker

    def rewrite(self, question: str, history: Sequence[Turn]) -> list[Query]:
        """The question itself; after a conversation it leans on, first the one that stands alone.

        That one has the words it needs behind it if they were picked, before it if by rule.
        """
        resolved = self._resolve(question, history) if history else question
        if resolved == question:
            return [Query(text=question)]
        return [Query(text=resolved, kind=QueryKind.REWRITE), Query(text=question)]

    def _resolve(self, question: str, history: Sequence[Turn]) -> str:
        if self._picker is None:
            topic = " ".join(_topic(question, find_missing(question), history))
            return f"{topic}: {question}" if topic else question
        picked = self._picker.pick(question, list(_said(history)))
        return " ".join([question, *(word for word, needed in picked if needed >= NEEDED)])


def _said(history: Sequence[Turn]) -> Iterator[str]:
    """What was asked and answered, the oldest first."""
    for turn in history:
        yield turn.question
        if turn.answer and turn.answer.text:
            yield turn.answer.text


def _topic(question: str, missing: Missing | None, history: Sequence[Turn]) -> list[str]:
    """What the conversation is about, as far as ``question`` does not say it itself."""
    if missing is None:
        return []
    turns = _since_last_topic(history)
    words = _subject(turns) if missing is Missing.SUBJECT else _predicate(question, turns)
    return _unsaid(words, question)


def _since_last_topic(history: Sequence[Turn]) -> Sequence[Turn]:
    for place in range(len(history) - 1, -1, -1):
        if find_missing(history[place].question) is None:
            return history[place:]
    return history


def _subject(turns: Sequence[Turn]) -> Iterator[str]:
    """Names, or other words if there are none; then the names that were answers meanwhile."""
    first = turns[0].question
    yield from find_names(first) or find_content(first)
    for turn in turns:
        yield from _named_in_answer(turn)


def _named_in_answer(turn: Turn) -> list[str]:
    short = (turn.answer.short_answer if turn.answer else None) or ""
    # The first word of a sentence is no name for being capitalised; all of a short answer may be.
    return find_names(short)[:1] or find_names(f": {short}" if len(short.split()) < 2 else "")


def _predicate(question: str, turns: Sequence[Turn]) -> Iterator[str]:
    """What was asked, without the names and numbers that ``question`` puts others in place of."""
    replaced = set(find_names(question) and WORD.findall(" ".join(find_names(turns[0].question))))
    numbers = any(word.isdigit() for word in WORD.findall(question))
    for asked in dict.fromkeys([turns[0].question, turns[-1].question]):
        for word in find_content(asked):
            if word not in replaced and not (numbers and word.isdigit()):
                yield word


def _unsaid(words: Iterable[str], question: str) -> list[str]:
    said = {word.lower() for word in WORD.findall(question)}
    return [
        word
        for word in dict.fromkeys(words)
        if not said.issuperset(part.lower() for part in WORD.findall(word))
    ]
