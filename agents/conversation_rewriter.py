"""The local rewriter: a question that leans on the conversation gets the words it leans on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from groundwire.core.protocols import TermPicker
from groundwire.core.schema import Query, QueryKind, Turn

# A word of at least this probability is taken; the picker is calibrated to it.
NEEDED = 0.5


class ConversationRewriter:
    """Resolves a follow-up question with the words that ``picker`` takes from the conversation."""

    def __init__(self, picker: TermPicker) -> None:
        self._picker = picker

    def rewrite(self, question: str, history: Sequence[Turn]) -> list[Query]:
        """The question itself; before it, where words were picked, the question with them."""
        picked = self._picker.pick(question, list(_said(history))) if history else []
        needed = [word for word, probability in picked if probability >= NEEDED]
        if not needed:
            return [Query(text=question)]
        resolved = " ".join([question, *needed])
        return [Query(text=resolved, kind=QueryKind.REWRITE), Query(text=question)]


def _said(history: Sequence[Turn]) -> Iterator[str]:
    """What was asked and answered, the oldest first."""
    for turn in history:
        yield turn.question
        if turn.answer and turn.answer.text:
            yield turn.answer.text
