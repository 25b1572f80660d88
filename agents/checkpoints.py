"""Where a run stands, kept after every step: what an interrupted question continues from.

Only runs of a conversation are kept, by its name, and only until they are finished.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import is_dataclass
from enum import Enum
from inspect import getmembers, isclass
from pathlib import Path

import aiosqlite
from filelock import FileLock
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from groundwire.agents.state import State
from groundwire.core import schema
from groundwire.core.errors import LibraryError
from groundwire.core.wire import as_json
from groundwire.retrievers import Scope

FILE_NAME = "runs.sqlite"
LOCK_SECONDS = 60.0


def build_serializer() -> JsonPlusSerializer:
    """A serializer that knows our types by name and restores no others."""
    ours = [
        kind
        for _, kind in getmembers(schema, isclass)
        if kind.__module__ == schema.__name__ and (is_dataclass(kind) or issubclass(kind, Enum))
    ]
    names = [(kind.__module__, kind.__name__) for kind in [*ours, Scope]]
    return JsonPlusSerializer(allowed_msgpack_modules=names)


@asynccontextmanager
async def open_checkpoints(folder: Path) -> AsyncIterator[AsyncSqliteSaver]:
    """The checkpoints of the library in ``folder``; LibraryError if they cannot be kept."""
    path = folder / FILE_NAME
    _prepare(path)
    async with aiosqlite.connect(path, timeout=LOCK_SECONDS) as connection:
        # A power cut may cost the last steps of a run, which then run again; a crash costs nothing.
        await connection.execute("PRAGMA synchronous=NORMAL")
        yield AsyncSqliteSaver(connection, serde=build_serializer())


async def holds(saver: AsyncSqliteSaver, config: RunnableConfig, *, state: State) -> bool:
    """Whether a run of this very question, scope, assurance and language model was kept.

    Verdicts under another threshold or risk would not be those that the answer names.
    """
    kept = await saver.aget_tuple(config)
    values = kept.checkpoint["channel_values"] if kept else {}
    return bool(values.get("run_id") == state.run_id) and all(
        as_json(values.get(name)) == as_json(getattr(state, name))
        for name in ("scope", "assurance", "language_model")
    )


def forget_checkpoints(folder: Path, thread: str) -> None:
    """Drop what an interrupted run of a conversation left behind, if anything."""
    path = folder / FILE_NAME
    if path.exists():
        _prepare(path)
        with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as connection:
            SqliteSaver(connection).delete_thread(thread)


def _prepare(path: Path) -> None:
    """Make the tables, one at a time: the change to a write-ahead log waits for no other."""
    try:
        with FileLock(path.with_suffix(".lock")), closing(sqlite3.connect(path)) as connection:
            SqliteSaver(connection).setup()
    except (OSError, sqlite3.DatabaseError) as error:
        raise LibraryError(
            f"{path} cannot be used ({error}).",
            "If its folder can be written and the disk is not full, remove the file: it only says "
            "how far interrupted questions had come.",
        ) from error
