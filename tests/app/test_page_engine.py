import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from groundwire.app.page_engine import PATIENCE, Engine, Run, explain, new_thread
from groundwire.core.errors import LibraryError
from groundwire.core.outcomes import FileOutcome, Outcome, Progress
from groundwire.core.schema import Answer, Event, Status

ENOUGH = 10.0


class Script:
    """A run that says what it is told to say, and notes how it ended."""

    def __init__(self, *, last: BaseException | Answer | None) -> None:
        self.last = last
        self.asked: list[tuple[str, str | None, str | None]] = []
        self.first_step = threading.Event()
        self.closed = threading.Event()

    async def __call__(
        self, question: str, *, collection: str | None, thread: str | None
    ) -> AsyncIterator[Event]:
        self.asked.append((question, collection, thread))
        try:
            yield Event(step="rewrite", seconds=0.5)
            self.first_step.set()
            if self.last is None:
                await asyncio.Event().wait()
            if isinstance(self.last, BaseException):
                raise self.last
            yield Event(step="answer", seconds=1.5, data={"answer": self.last})
        finally:
            self.closed.set()


@pytest.fixture
def engine_of() -> Iterator[Callable[[Script], Engine]]:
    made: list[Engine] = []

    def make(script: Script) -> Engine:
        made.append(Engine(script))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


ANSWER = Answer(question="Why?", status=Status.ANSWERED, text="Because.")


def finished(run: Run) -> Run:
    run.watch(ENOUGH)
    assert run.done
    return run


def test_a_run_ends_with_its_answer(engine_of: Callable[[Script], Engine]) -> None:
    script = Script(last=ANSWER)
    engine = engine_of(script)
    run = finished(engine.ask("Why?", thread="t", collection="c"))
    assert run.answer == ANSWER
    assert [event.step for event in run.events] == ["rewrite", "answer"]
    assert (run.error, run.stopped) == (None, False)
    assert run.seconds < ENOUGH
    assert script.asked == [("Why?", "c", "t")]
    assert engine.run_of("t") is run
    run.stop()
    assert not run.stopped


def test_stop_ends_the_run_and_keeps_what_it_found(
    engine_of: Callable[[Script], Engine],
) -> None:
    script = Script(last=None)
    run = engine_of(script).ask("Why?", thread="t", collection=None)
    assert script.first_step.wait(ENOUGH)
    run.watch()
    assert not run.done
    run.stop()
    assert script.closed.wait(ENOUGH)
    assert run.done
    assert run.stopped
    assert run.error is None
    assert run.answer is None
    assert [event.step for event in run.events] == ["rewrite"]
    run.watch()


def test_a_conversation_has_one_run_at_a_time(engine_of: Callable[[Script], Engine]) -> None:
    script = Script(last=None)
    engine = engine_of(script)
    first = engine.ask("One?", thread="t", collection=None)
    assert engine.ask("Two?", thread="t", collection=None) is first
    other = engine.ask("Three?", thread="u", collection=None)
    assert other is not first
    first.stop()
    assert engine.ask("Four?", thread="t", collection=None) is not first


def broken_by(error: Exception) -> Run:
    engine = Engine(Script(last=error))
    run = finished(engine.ask("?", thread="t", collection=None))
    engine.close()
    return run


def test_an_unforeseen_error_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    run = broken_by(ValueError("x"))
    assert isinstance(run.error, ValueError)
    assert "ValueError: x" in explain(run.error)[0]
    assert "ValueError: x" in caplog.text


def test_an_error_for_people_is_told_in_its_own_words(caplog: pytest.LogCaptureFixture) -> None:
    error = LibraryError("The disk is full.", "Free some space.")
    assert broken_by(error).error is error
    assert explain(error) == ("The disk is full.", "Free some space.")
    assert not caplog.text


def test_a_run_that_nobody_watches_is_stopped() -> None:
    now = [0.0]
    script = Script(last=None)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    run = Run("?", clock=lambda: now[0])
    assert run.seconds == 0.0
    assert not run.done
    run.watch()
    run.follow(script("?", collection=None, thread=None), loop)
    assert script.first_step.wait(ENOUGH)
    now[0] = PATIENCE + 1
    assert run.deserted()
    assert script.closed.wait(ENOUGH)
    assert run.stopped
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_conversation_that_is_deleted_takes_its_run_with_it(
    engine_of: Callable[[Script], Engine],
) -> None:
    script = Script(last=None)
    engine = engine_of(script)
    engine.ask("?", thread="t", collection=None)
    assert script.first_step.wait(ENOUGH)
    engine.forget("t")
    assert script.closed.wait(ENOUGH)
    assert engine.run_of("t") is None
    engine.forget("t")


def test_adding_goes_on_by_itself_and_tells_how_far_it_is(
    engine_of: Callable[[Script], Engine],
) -> None:
    go_on = threading.Event()

    def outcomes(note: Callable[[Progress], None]) -> Iterator[FileOutcome]:
        note(Progress(files_done=0, files_total=1, bytes_done=1, bytes_total=2, passages=0))
        assert go_on.wait(ENOUGH)
        yield FileOutcome(path="a", outcome=Outcome.ADDED)

    adding = engine_of(Script(last=ANSWER)).add(["a"], outcomes)
    adding.wait(0.0)
    assert not adding.done
    assert adding.error is None
    go_on.set()
    adding.wait(ENOUGH)
    assert adding.done
    assert adding.error is None
    assert [outcome.path for outcome in adding.outcomes] == ["a"]
    assert adding.progress is not None
    assert adding.progress.bytes_done == 1


def test_adding_that_breaks_off_says_why(engine_of: Callable[[Script], Engine]) -> None:
    def outcomes(_note: Callable[[Progress], None]) -> Iterator[FileOutcome]:
        yield FileOutcome(path="a", outcome=Outcome.ADDED)
        raise LibraryError("The disk is full.", "Free some space.")

    adding = engine_of(Script(last=ANSWER)).add(["a", "b"], outcomes)
    adding.wait(ENOUGH)
    assert isinstance(adding.error, LibraryError)
    assert len(adding.outcomes) == 1


def test_names_of_new_conversations_differ() -> None:
    assert len({new_thread() for _ in range(100)}) == 100
