"""The commands that find and answer: search and ask."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundwire.app.cli_command import FAILED, JsonCommand, Result, Surroundings
from groundwire.core.errors import GroundwireError, ModelError, UsageError

if TYPE_CHECKING:
    from groundwire.core.schema import Answer
    from groundwire.core.settings import Settings

Collection = Annotated[str | None, typer.Option(metavar="NAME", help="Only in this collection.")]
Where = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY=VALUE",
        help="Only where source, title, type, modified or a file's own metadata is this; "
        "repeated: and.",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Search(JsonCommand):
    """Find passages, ranked, with each retriever's own score."""

    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to look for; - reads it.")]
    k: Annotated[int | None, typer.Option("-k", metavar="N", help="How many passages.")] = None
    collection: Collection = None
    where: Where = None
    lists = ("hits",)

    def run(self, surroundings: Surroundings) -> Result:
        """Search both indexes and fuse what they find."""
        text = _asked(self.text, "search")
        settings = surroundings.settings({"search.k": self.k})
        pairs = read_conditions(self.where)

        from groundwire.app.cli_answers import show_hits
        from groundwire.core.wire import as_json
        from groundwire.retrievers import Scope, open_library, search

        with open_library(settings) as library:
            hits = search(library, text, scope=Scope(collection=self.collection, where=pairs))
            if notice := library.notice:
                surroundings.say(notice)
        return Result(data={"hits": as_json(hits)}, show=lambda console: show_hits(console, hits))


@dataclass(frozen=True, kw_only=True)
class Ask(JsonCommand):
    """Answer a question from the documents, each sentence with its source."""

    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What to answer; - reads it.")]
    collection: Collection = None
    where: Where = None
    seconds: Annotated[
        float | None,
        typer.Option(metavar="S", help="Answer from what is in hand after this long."),
    ] = None
    thread: Annotated[
        str | None, typer.Option(metavar="NAME", help="Continue this conversation.")
    ] = None
    risk: Annotated[
        float | None,
        typer.Option(
            metavar="R", help="Largest share of wrong answers, such as 0.2; else it abstains."
        ),
    ] = None

    def run(self, surroundings: Surroundings) -> Result:
        """Show the steps as they come, then the answer; exit code 1 when it failed."""
        question = _asked(self.text, "ask")
        flags = {"limits.seconds": self.seconds, "answer.risk": self.risk}
        settings = surroundings.settings(flags)
        if self.risk is not None and settings.answer.threshold is not None:
            raise UsageError(
                f"--risk has no effect while answer.threshold is {settings.answer.threshold:g}.",
                "Remove answer.threshold from groundwire.toml and the environment, or leave "
                "--risk out.",
            )
        pairs = read_conditions(self.where)

        import asyncio  # a fifth of the time that `--help` would take

        answer = asyncio.run(self._watch(surroundings, settings, (question, pairs)))
        return answer_result(answer, surroundings.say)

    def failure(self, error: GroundwireError) -> Mapping[str, Any]:
        """An answer like any other, whose reason is the error."""
        from groundwire.core.schema import Answer, Status
        from groundwire.core.wire import as_json

        answer = Answer(question=self.text, status=Status.FAILED, reason=str(error))
        return dict(as_json(answer))

    @cached_property
    def text(self) -> str:
        """The question, from standard input where it is given as ``-``."""
        return _read_text(self.question)

    async def _watch(
        self,
        surroundings: Surroundings,
        settings: Settings,
        asked: tuple[str, tuple[tuple[str, str], ...]],
    ) -> Answer:
        from groundwire.agents import open_tools, stream
        from groundwire.app.cli_answers import show_event
        from groundwire.core.schema import Answer

        answer: object = None
        question, where = asked
        with open_tools(settings) as tools:
            if notice := tools.library.notice:
                surroundings.say(notice)
            async with aclosing(
                stream(
                    question,
                    collection=self.collection,
                    thread=self.thread,
                    where=where,
                    tools=tools,
                )
            ) as events:
                async for event in events:
                    show_event(surroundings.log, event)
                    answer = event.data.get("answer", answer)
        if not isinstance(answer, Answer):
            raise ModelError("The run ended without an answer.", "Ask again.")
        return answer


def answer_result(answer: Answer, say: Callable[[str], None]) -> Result:
    """The result that an answer is: only a failed one is an error, told by ``say``."""
    from groundwire.app.cli_answers import show_answer
    from groundwire.core.schema import Status
    from groundwire.core.wire import as_json

    if answer.status is Status.FAILED:
        say(f"Error: {answer.reason}")
        return Result(data=as_json(answer), show=lambda _: None, code=FAILED)
    return Result(data=as_json(answer), show=lambda console: show_answer(console, answer))


def read_conditions(where: list[str] | None) -> tuple[tuple[str, str], ...]:
    """Pairs from ``key=value``; UsageError for one without a key or an equals sign."""
    pairs = []
    for condition in where or ():
        key, equals, value = condition.partition("=")
        if not equals or not key.strip():
            raise UsageError(
                f"--where {condition!r} is no condition.",
                'Write it as KEY=VALUE, for example --where "type=md".',
            )
        pairs.append((key.strip(), value))
    return tuple(pairs)


def _read_text(argument: str) -> str:
    """``argument``, or standard input for ``-``; bytes that are not UTF-8 become U+FFFD."""
    raw = sys.stdin.buffer.read() if argument == "-" else argument.encode(errors="surrogateescape")
    return raw.decode("utf-8", errors="replace").removeprefix("\ufeff").strip()


def _asked(text: str, command: str) -> str:
    if not text:
        raise UsageError(
            "There is nothing to look for.", f'Write it in quotes: groundwire {command} "..."'
        )
    return text
