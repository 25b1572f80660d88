"""What all visitors of one page server share: the open library, and the runs that go on in it.

Streamlit runs the page's script in a thread of its own each time something is clicked, and drops
it half way when the next click comes. So questions and additions live here, in threads that no
click interrupts: one asyncio loop for all questions, one worker for all additions.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import aclosing
from typing import Protocol, cast

from groundwire.core.errors import GroundwireError
from groundwire.core.outcomes import FileOutcome, Progress
from groundwire.core.schema import Answer, Event

PATIENCE = 180.0
"""Seconds after which a run that nobody watches is stopped. A browser wakes a hidden tab only
once a minute (Chrome, "Heavy throttling of chained JS timers"), so a tab in the background
counts as watching."""

_LOOK_EVERY = 1.0
_log = logging.getLogger(__name__)


class Stream(Protocol):
    """``groundwire.agents.stream`` with the tools already given."""

    def __call__(
        self, question: str, *, collection: str | None, thread: str | None
    ) -> AsyncIterator[Event]:
        """Events of a run; the last one holds the answer."""


class Run:
    """One question on its way. Any thread may look at it and stop it."""

    def __init__(self, question: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.question = question
        self.events: list[Event] = []
        self.stopped = False
        self._clock = clock
        self._begun = self._watched = clock()
        self._ended: float | None = None
        self._future: Future[None] | None = None

    @property
    def answer(self) -> Answer | None:
        """The answer, once it is there."""
        found = self.events[-1].data.get("answer") if self.events else None
        return found if isinstance(found, Answer) else None

    @property
    def done(self) -> bool:
        """True when nothing more will come."""
        return self._future is not None and self._future.done()

    @property
    def error(self) -> BaseException | None:
        """What broke the run, if something did. A run that was stopped is not broken."""
        if self._future is None or not self._future.done() or self._future.cancelled():
            return None
        return self._future.exception()

    @property
    def seconds(self) -> float:
        """Seconds since it began, or until it was over."""
        return (self._clock() if self._ended is None else self._ended) - self._begun

    def watch(self, seconds: float = 0.0) -> None:
        """Say that somebody looks, and wait up to ``seconds`` for the run to end."""
        self._watched = self._clock()
        if self._future is not None:
            try:
                self._future.exception(timeout=seconds)
            except (TimeoutError, CancelledError):
                return

    def stop(self) -> None:
        """End the run now; what it has found so far stays in ``events``."""
        if self._future is not None and not self._future.done():
            self.stopped = True
            self._future.cancel()

    def deserted(self) -> bool:
        """True when nobody has looked for longer than PATIENCE."""
        return self._clock() - self._watched > PATIENCE

    def follow(self, events: AsyncIterator[Event], loop: asyncio.AbstractEventLoop) -> None:
        """Begin: take events as they come, in ``loop``."""
        self._future = asyncio.run_coroutine_threadsafe(self._consume(events), loop)
        self._future.add_done_callback(self._note_end)
        loop.call_soon_threadsafe(self._look_after, loop)

    async def _consume(self, events: AsyncIterator[Event]) -> None:
        # Closing the generator is what ends the run inside it.
        async with aclosing(cast("AsyncGenerator[Event]", events)) as closing:
            async for event in closing:
                self.events.append(event)

    def _note_end(self, future: Future[None]) -> None:
        self._ended = self._clock()
        _log_failure(future)

    def _look_after(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.deserted():
            self.stop()
        elif not self.done:
            loop.call_later(_LOOK_EVERY, self._look_after, loop)


class Adding:
    """Files on their way into the library."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.outcomes: list[FileOutcome] = []
        self.progress: Progress | None = None
        self._future: Future[None] | None = None

    @property
    def done(self) -> bool:
        """True when every file has its outcome, or adding broke off."""
        return self._future is not None and self._future.done()

    @property
    def error(self) -> BaseException | None:
        """What broke adding off, if something did."""
        return self._future.exception() if self._future is not None and self.done else None

    def note(self, progress: Progress) -> None:
        """Take the latest progress."""
        self.progress = progress

    def wait(self, seconds: float) -> None:
        """Wait up to ``seconds`` for the end."""
        if self._future is not None:
            try:
                self._future.exception(timeout=seconds)
            except TimeoutError:
                return

    def begin(self, outcomes: Iterator[FileOutcome], worker: ThreadPoolExecutor) -> None:
        """Begin: take outcomes as they come, in ``worker``."""
        self._future = worker.submit(self._collect, outcomes)
        self._future.add_done_callback(_log_failure)

    def _collect(self, outcomes: Iterator[FileOutcome]) -> None:
        for outcome in outcomes:
            self.outcomes.append(outcome)


class Engine:
    """The shared part of one page server."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="groundwire-add")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="groundwire-runs", daemon=True
        )
        self._thread.start()

    def ask(self, question: str, *, thread: str, collection: str | None) -> Run:
        """Begin a run in a conversation; the one that is going on there, if there is one."""
        with self._lock:
            going = self._runs.get(thread)
            if going is not None and not going.done:
                return going
            run = Run(question)
            events = self._stream(question, collection=collection, thread=thread)
            run.follow(events, self._loop)
            self._runs[thread] = run
            return run

    def run_of(self, thread: str) -> Run | None:
        """The latest run of a conversation since the server started."""
        return self._runs.get(thread)

    def forget(self, thread: str) -> None:
        """Stop and drop the run of a conversation that is deleted."""
        with self._lock:
            run = self._runs.pop(thread, None)
        if run is not None:
            run.stop()

    def add(
        self,
        names: Sequence[str],
        outcomes: Callable[[Callable[[Progress], None]], Iterator[FileOutcome]],
    ) -> Adding:
        """Begin adding; ``outcomes`` is called with what takes the progress."""
        adding = Adding(names)
        adding.begin(outcomes(adding.note), self._worker)
        return adding

    def close(self) -> None:
        """Stop every run and end the threads."""
        for run in self._runs.values():
            run.stop()
        self._worker.shutdown(wait=True)
        asyncio.run_coroutine_threadsafe(_settle(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def new_thread() -> str:
    """A name for a new conversation that nobody can guess or has used."""
    return secrets.token_hex(8)


def explain(error: BaseException) -> tuple[str, str]:
    """What happened and what to do, for a run or an addition that broke."""
    if isinstance(error, GroundwireError):
        return error.what, error.advice
    return (
        f"Something broke that should not have ({type(error).__name__}: {error}).",
        "Ask again. If it happens again, run groundwire check; the server's log says more.",
    )


def _log_failure(future: Future[None]) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None and not isinstance(error, GroundwireError):
        _log.error("A run or an addition broke", exc_info=error)


async def _settle() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    await asyncio.gather(*tasks, return_exceptions=True)
