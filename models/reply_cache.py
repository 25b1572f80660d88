"""Replies of language models that are kept, so that the same question costs one call."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from groundwire.core.findings import Completion, Message
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Usage

FILE_NAME = "replies.sqlite"
LOCK_SECONDS = 10.0
TABLE = "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, text TEXT NOT NULL)"
_log = logging.getLogger(__name__)


class ReplyCache:
    """Replies by key, in one SQLite file that any number of processes share.

    It only spares calls: where it cannot be read or written it holds nothing. A damaged file is
    moved aside, and ``say`` is told. Another process is waited for ``lock_seconds``.
    """

    def __init__(
        self,
        folder: Path,
        *,
        say: Callable[[str], None] = _log.warning,
        lock_seconds: float = LOCK_SECONDS,
    ) -> None:
        self._path = folder / FILE_NAME
        self._lock_seconds = lock_seconds
        self._say = say

    def get(self, key: str) -> str | None:
        """The reply kept for ``key``, if there is one."""
        if not self._path.exists():
            return None
        found = self._run("SELECT text FROM replies WHERE key = ?", (key,))
        return str(found[0][0]) if found else None

    def put(self, key: str, text: str) -> None:
        """Keep a reply; of two for one key the first stays."""
        with suppress(OSError):  # there is no such folder then, and nothing is kept
            self._path.parent.mkdir(parents=True, exist_ok=True)
        self._run("INSERT OR IGNORE INTO replies VALUES (?, ?)", (key, text))

    def _run(self, statement: str, values: tuple[str, ...]) -> list[tuple[object, ...]]:
        try:
            return self._execute(statement, values)
        except sqlite3.OperationalError:  # locked, full or not writable
            return []
        except sqlite3.DatabaseError:
            self._move_aside()
            return []

    def _execute(self, statement: str, values: tuple[str, ...]) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self._path, timeout=self._lock_seconds)) as file, file:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute(TABLE)
            return file.execute(statement, values).fetchall()

    def _move_aside(self) -> None:
        """Another process may have done so meanwhile: a file that works again stays."""
        with FileLock(self._path.with_suffix(".lock")):
            try:
                self._execute("SELECT count(*) FROM replies", ())
            except sqlite3.DatabaseError:
                aside = self._path.with_suffix(".damaged")
                self._path.replace(aside)
                for ending in ("-wal", "-shm"):
                    self._path.with_name(FILE_NAME + ending).unlink(missing_ok=True)
                self._say(f"The kept replies were damaged; they are now in {aside}.")


class CachedModel:
    """``model``, with its replies at temperature 0 kept in ``cache`` and given again.

    ``server`` is where it is served: two servers may hold different models of one name. A reply
    that was cut is not kept, nor one that is no JSON where a schema was given.
    """

    def __init__(self, model: LanguageModel, cache: ReplyCache, *, server: str) -> None:
        self._model = model
        self._cache = cache
        self._server = server

    @property
    def name(self) -> str:
        """That of the model."""
        return self._model.name

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float = 0.0,
        seed: int | None = None,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """The kept reply, which counts no call, or a new one of the model."""

        def call() -> Awaitable[Completion]:
            return self._model.complete(
                messages, temperature=temperature, seed=seed, schema=schema, most_tokens=most_tokens
            )

        if temperature != 0:
            return await call()
        asked = {"seed": seed, "schema": schema, "most_tokens": most_tokens}
        return await self._once(self._key(messages, asked), call, is_form=schema is not None)

    async def stream(
        self,
        messages: Sequence[Message],
        on_text: Callable[[str], None],
        *,
        temperature: float = 0.0,
        schema: Mapping[str, object] | None = None,
        most_tokens: int | None = None,
    ) -> Completion:
        """As ``complete``, with each piece given to ``on_text`` as it comes; a kept reply whole."""

        def call() -> Awaitable[Completion]:
            return self._model.stream(
                messages, on_text, temperature=temperature, schema=schema, most_tokens=most_tokens
            )

        if temperature != 0:
            return await call()
        asked = {"seed": None, "schema": schema, "most_tokens": most_tokens}
        said = await self._once(self._key(messages, asked), call, is_form=schema is not None)
        if said.usage.cached_calls:
            on_text(said.text)
        return said

    async def _once(
        self, key: str, call: Callable[[], Awaitable[Completion]], *, is_form: bool
    ) -> Completion:
        kept = await asyncio.to_thread(self._cache.get, key)
        if kept is not None:
            return Completion(text=kept, usage=Usage(cached_calls=1))
        said = await call()
        # What is not JSON where that was asked for would only fail again.
        if not said.cut and (not is_form or _holds_json(said.text)):
            await asyncio.to_thread(self._cache.put, key, said.text)
        return said

    def _key(self, messages: Sequence[Message], asked: Mapping[str, object]) -> str:
        whole = {
            "groundwire": version("groundwire"),
            "model": self.name,
            "server": self._server,
            "messages": [asdict(message) for message in messages],
            **asked,
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _holds_json(text: str) -> bool:
    """Whether a text holds an object, whatever stands around it."""
    try:
        json.loads(text[text.find("{") : text.rfind("}") + 1])
    except ValueError:
        return False
    return True
