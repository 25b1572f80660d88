"""What every command shares: its options as a type, its result, its exit codes, its errors."""

from __future__ import annotations

import contextlib
import inspect
import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, get_type_hints

import typer

from groundwire.app.cli_json import failed, print_json
from groundwire.app.cli_text import printable
from groundwire.core.errors import GroundwireError, SettingsError, UsageError

if TYPE_CHECKING:  # a tenth of a second together, which `--help` need not pay
    from rich.console import Console

    from groundwire.core.settings import Settings

DONE = 0
FAILED = 1
WRONG_USAGE = 2
SOME_FAILED = 3
NOT_WHOLE = 4
# What a shell reports of a process that ended by SIGINT or SIGPIPE.
INTERRUPTED = 130
PIPE_CLOSED = 141


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What stands before the command: the home folder, and whether errors show their origin."""

    home: Path | None = None
    debug: bool = False

    def settings(self, flags: Mapping[str, object] | None = None) -> Settings:
        """The settings; ``flags`` maps dotted names to values, None meaning not given."""
        from groundwire.core.settings import load_settings

        given = {name: value for name, value in (flags or {}).items() if value is not None}
        return load_settings(home=self.home, flags=given)

    @cached_property
    def log(self) -> Console:
        """Standard error, for progress and warnings."""
        from groundwire.app.cli_console import open_console

        return open_console(sys.stderr)

    def say(self, message: str) -> None:
        """A line on standard error, shown as text whatever it holds."""
        self.log.print(printable(message), soft_wrap=True)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a command found: ``data`` for ``--json``, ``show`` for a person, and the exit code."""

    data: Mapping[str, Any]
    show: Callable[[Console], None]
    code: int = DONE


@dataclass(frozen=True, kw_only=True)
class Command(ABC):
    """A command: its fields are its arguments and options."""

    # The lists that a script finds in the JSON even when the command failed.
    lists: ClassVar[tuple[str, ...]] = ()

    @property
    def wants_json(self) -> bool:
        """Whether standard output is for one JSON object alone."""
        return False

    @abstractmethod
    def run(self, surroundings: Surroundings) -> Result:
        """Do it. Raises GroundwireError for what a person can mend."""

    def failure(self, error: GroundwireError) -> Mapping[str, Any]:
        """What ``--json`` prints when ``error`` ended the command."""
        return failed(error) | {name: [] for name in self.lists}


@dataclass(frozen=True, kw_only=True)
class JsonCommand(Command):
    """A command that prints its result as JSON when asked to."""

    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on standard output.")
    ] = False

    @property
    def wants_json(self) -> bool:
        """Whether ``--json`` was given."""
        return self.json


def register(app: typer.Typer, name: str, kind: type[Command]) -> None:
    """Make ``kind`` the command ``name``: its fields are the options, its docstring the help."""
    hints = get_type_hints(kind, include_extras=True)

    def callback(context: typer.Context, **values: object) -> int:
        return perform(kind(**values), context.find_root().obj)

    options = sorted(fields(kind), key=lambda part: part.name == "json")  # --json comes last
    parameters = [
        inspect.Parameter(
            part.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if part.default is MISSING else part.default,
            annotation=hints[part.name],
        )
        for part in options
    ]
    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    callback.__signature__ = inspect.Signature([context, *parameters])  # type: ignore[attr-defined]  # typer reads the options from it
    callback.__annotations__ = {part.name: part.annotation for part in (context, *parameters)}
    app.command(name, help=inspect.cleandoc(kind.__doc__ or ""))(callback)


def perform(command: Command, surroundings: Surroundings) -> int:
    """Run ``command``, print what it found or why it failed, and return the exit code."""
    result = _attempt(command, surroundings)
    if command.wants_json:
        print_json(result.data)
    else:
        from groundwire.app.cli_console import open_console

        result.show(open_console(sys.stdout))
    sys.stdout.flush()
    return result.code


def explain(error: GroundwireError, surroundings: Surroundings) -> int:
    """Say on standard error what went wrong and what to do; the exit code."""
    surroundings.say(f"Error: {error.what}")
    if error.advice:
        surroundings.say(error.advice)
    return WRONG_USAGE if isinstance(error, SettingsError | UsageError) else FAILED


def _attempt(command: Command, surroundings: Surroundings) -> Result:
    try:
        with _only_ours(surroundings.debug), _reserved_output(reserve=command.wants_json):
            return command.run(surroundings)
    except BrokenPipeError:
        raise  # nobody reads on: that is for the entry to settle
    except KeyboardInterrupt:
        surroundings.say("Stopped.")
        return _failure(command, GroundwireError("Stopped."), code=INTERRUPTED)
    # The last resort: whatever else breaks, a person reads a sentence and not a traceback, and a
    # script still gets its JSON object and exit code.
    except Exception as broken:  # noqa: BLE001
        if surroundings.debug:
            import traceback

            traceback.print_exc()
        error = broken if isinstance(broken, GroundwireError) else _unexpected(broken)
        return _failure(command, error, code=explain(error, surroundings))


def _failure(command: Command, error: GroundwireError, *, code: int) -> Result:
    return Result(data=command.failure(error), show=lambda _: None, code=code)


def _unexpected(error: Exception) -> GroundwireError:
    return GroundwireError(
        f"Something went wrong that should not have: {type(error).__name__}: {error}",
        "Please report it with what `groundwire --debug ...` prints for the same command.",
    )


@contextlib.contextmanager
def _only_ours(debug: bool) -> Iterator[None]:  # noqa: FBT001 (a setting handed through)
    """Keep warnings and logs of third parties from the terminal, unless asked for."""
    import logging

    if debug:
        logging.basicConfig(level=logging.INFO)
        yield
        return
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.getLogger().removeHandler(nowhere)


@contextlib.contextmanager
def _reserved_output(*, reserve: bool) -> Iterator[None]:
    """Send to standard error whatever a library prints while standard output is for JSON."""
    if not reserve:
        yield
        return
    with contextlib.redirect_stdout(sys.stderr):
        yield
