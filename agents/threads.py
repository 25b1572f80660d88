"""Conversations: kept in the library's database, the only thing there that no file holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from groundwire.core.errors import UsageError
from groundwire.core.schema import Answer, Turn
from groundwire.core.wire import answer_from_json, as_json
from groundwire.retrievers import Library
from groundwire.retrievers.tables import threads, turns

TITLE_LENGTH = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """A conversation; ``title`` is its first question until somebody renames it."""

    name: str
    title: str
    turns: int
    updated_at: str


class Threads:
    """The conversations of a library."""

    def __init__(self, library: Library, clock: Callable[[], float]) -> None:
        self._library = library
        self._clock = clock

    def list(self) -> Sequence[Thread]:
        """All of them, the one used last first."""
        count = select(func.count()).where(turns.c.thread == threads.c.name).scalar_subquery()
        query = select(threads, count.label("turns")).order_by(
            threads.c.updated_at.desc(), threads.c.name
        )
        with self._library.engine.connect() as connection:
            return [Thread(**row) for row in connection.execute(query).mappings()]

    def turns(self, name: str) -> Sequence[Turn]:
        """The questions and answers of a conversation, oldest first; empty if there is none."""
        query = select(turns).where(turns.c.thread == name).order_by(turns.c.id)
        with self._library.engine.connect() as connection:
            return [_turn(row) for row in connection.execute(query)]

    def history(self, name: str, most: int) -> Sequence[Turn]:
        """What was asked and said lately, at most ``most`` answered turns, oldest first.

        Their answers come without sentences and evidence, which would weigh down every checkpoint.
        """
        answered = select(turns).where(turns.c.thread == name, turns.c.answer.is_not(None))
        with self._library.engine.connect() as connection:
            rows = connection.execute(answered.order_by(turns.c.id.desc()).limit(most)).all()
        return [_in_short(_turn(row)) for row in reversed(rows)]

    def rename(self, name: str, title: str) -> None:
        """Give a conversation another title; UsageError if it has gone or the title is empty."""
        cleaned = " ".join(title.split())[:TITLE_LENGTH]
        if not cleaned:
            raise UsageError("A conversation needs a title.", "Write some words.")
        with self._library.engine.begin() as connection:
            changed = connection.execute(
                update(threads).where(threads.c.name == name).values(title=cleaned)
            )
        if not changed.rowcount:
            raise UsageError(f"There is no conversation {name!r}.", "It may have been deleted.")

    def delete(self, name: str) -> None:
        """Forget a conversation; deleting one that has gone is no error."""
        from groundwire.agents.checkpoints import forget_checkpoints  # heavy, and seldom needed

        forget_checkpoints(self._library.folder, name)
        with self._library.engine.begin() as connection:
            connection.execute(delete(turns).where(turns.c.thread == name))
            connection.execute(delete(threads).where(threads.c.name == name))

    def interrupted_run(self, name: str, question: str) -> str | None:
        """Id of the run that asked the same as the last turn and was not finished, if any."""
        query = select(turns).where(turns.c.thread == name).order_by(turns.c.id.desc()).limit(1)
        with self._library.engine.connect() as connection:
            last = connection.execute(query).one_or_none()
        if last is None or last.answer is not None or last.question != question:
            return None
        return str(last.run_id)

    def begin(self, name: str, question: str, run_id: str) -> None:
        """Note a question before it is answered, so that a crash does not lose it."""
        now = self._now()
        title = " ".join(question.split())[:TITLE_LENGTH]
        with self._library.engine.begin() as connection:
            row = insert(threads).values(name=name, title=title, updated_at=now)
            connection.execute(
                row.on_conflict_do_update(index_elements=["name"], set_={"updated_at": now})
            )
            connection.execute(
                insert(turns).values(thread=name, run_id=run_id, question=question, asked_at=now)
            )

    def finish(self, run_id: str, answer: Answer) -> None:
        """Keep the answer of a turn; one that was deleted meanwhile stays deleted."""
        kept = json.dumps(as_json(answer), ensure_ascii=False)
        with self._library.engine.begin() as connection:
            connection.execute(update(turns).where(turns.c.run_id == run_id).values(answer=kept))

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")


def _in_short(turn: Turn) -> Turn:
    said = None if turn.answer is None else replace(turn.answer, sentences=(), evidence=())
    return replace(turn, answer=said)


def _turn(row: Row[Any]) -> Turn:
    answer = None if row.answer is None else answer_from_json(json.loads(row.answer))
    return Turn(question=row.question, answer=answer, asked_at=row.asked_at)
