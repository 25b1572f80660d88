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
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from groundwire.core import schema
from groundwire.retrievers import Scope

FILE_NAME = "runs.sqlite"


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
    """The checkpoints of the library in ``folder``."""
    async with aiosqlite.connect(folder / FILE_NAME) as connection:
        saver = AsyncSqliteSaver(connection, serde=build_serializer())
        await saver.setup()
        # A power cut may cost the last steps of a run, which then run again; a crash costs nothing.
        await connection.execute("PRAGMA synchronous=NORMAL")
        yield saver


def forget_checkpoints(folder: Path, thread: str) -> None:
    """Drop what an interrupted run of a conversation left behind, if anything."""
    path = folder / FILE_NAME
    if path.exists():
        with closing(sqlite3.connect(path)) as connection:
            saver = SqliteSaver(connection)
            saver.setup()
            saver.delete_thread(thread)
