"""The command ``groundwire``: global options, and which command is which type."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast

import typer

from groundwire.app.cli_adding import Add, AddSamples, Sync
from groundwire.app.cli_answering import Ask, Search
from groundwire.app.cli_calibrate import Calibrate
from groundwire.app.cli_chat import Chat
from groundwire.app.cli_command import (
    FAILED,
    INTERRUPTED,
    PIPE_CLOSED,
    Surroundings,
    register,
)
from groundwire.app.cli_doctor import Doctor
from groundwire.app.cli_eval import CompareEvaluations, RunEvaluation, ShowEvaluation
from groundwire.app.cli_eval_tasks import ListSystems, ListTasks, MakeQuestions
from groundwire.app.cli_json import failed, print_json
from groundwire.app.cli_library import (
    Check,
    ListCollections,
    ListDocuments,
    RemoveCollection,
    RemoveDocuments,
    ShowDocuments,
)
from groundwire.app.cli_links import ShowLinks
from groundwire.app.cli_settings import ShowSettings
from groundwire.app.cli_train import MineHops, MineQuestions
from groundwire.app.cli_train_reader import TrainReader
from groundwire.app.cli_verify import Verify
from groundwire.core.errors import UsageError
from groundwire.core.threads import claim_threads

# What typer raises for an unknown option or a missing argument; it names only a subclass.
_WrongWords = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line on ``argv`` (default: the process's own); returns the exit code."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv) or ["--help"])
    # typer makes the second of the first, and of nothing else.
    except (BrokenPipeError, SystemExit):
        _close_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:  # commands tell their own; what is left is writing the result
        print(f"Error: the output cannot be written ({error.strerror}).", file=sys.stderr)
        _close_output()
        return FAILED


def run_process() -> int:
    """``main``, after which the process ends."""
    code = main()
    # At its end Python would look through all that was imported for cycles to free: half a second
    # of a first answer. What must be closed was closed.
    gc.freeze()
    return code


def _run(words: list[str]) -> int:
    claim_threads(os.environ)
    try:
        code: int | None = _build()(args=words, prog_name="groundwire", standalone_mode=False)
    except _WrongWords as error:
        return _refuse(error, words)
    sys.stdout.flush()
    return code or 0


def _refuse(error: typer.BadParameter, words: list[str]) -> int:
    """Exit code 2 for words that are no command, with typer's own explanation."""
    error.show(file=sys.stderr)
    if "--json" in words:
        print_json(failed(UsageError(error.format_message(), "See `groundwire --help`.")))
    return int(error.exit_code)


def _build() -> typer.Typer:
    # Plain help: drawing it with rich would double the time that `--help` takes.
    app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
    app.callback(help="Ask your own documents and get answers you can check.")(_globals)
    for name, kind in (
        ("add", Add),
        ("sync", Sync),
        ("ask", Ask),
        ("search", Search),
        ("links", ShowLinks),
        ("verify", Verify),
        ("chat", Chat),
        ("calibrate", Calibrate),
    ):
        register(app, name, kind)
    documents = _group(app, "documents", "List, show and remove documents of the library.")
    register(documents, "list", ListDocuments)
    register(documents, "show", ShowDocuments)
    register(documents, "remove", RemoveDocuments)
    collections = _group(app, "collections", "List and remove collections.")
    register(collections, "list", ListCollections)
    register(collections, "remove", RemoveCollection)
    evaluation = _group(app, "eval", "Measure how good it is, and whether a difference is real.")
    register(evaluation, "run", RunEvaluation)
    register(evaluation, "show", ShowEvaluation)
    register(evaluation, "compare", CompareEvaluations)
    register(evaluation, "systems", ListSystems)
    register(evaluation, "tasks", ListTasks)
    register(evaluation, "make", MakeQuestions)
    training = _group(app, "train", "Prepare and adapt the models that come with groundwire.")
    register(training, "mine", MineQuestions)
    register(training, "mine-hops", MineHops)
    register(training, "reader", TrainReader)
    register(app, "check", Check)
    register(app, "settings", ShowSettings)
    register(app, "doctor", Doctor)
    register(app, "samples", AddSamples)
    return app


def _group(app: typer.Typer, name: str, text: str) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name=name, help=text)
    return group


def _globals(
    context: typer.Context,
    *,
    home: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of the library.")
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an error arose, and third-party logs.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda wanted: _print_version() if wanted else None,
            is_eager=True,
            help="Print the version.",
        ),
    ] = False,
) -> None:
    context.obj = Surroundings(home=home, debug=debug)


def _print_version() -> None:
    from importlib.metadata import version

    print(f"groundwire {version('groundwire')}")
    raise typer.Exit


def _close_output() -> None:
    """Give the interpreter's last flush somewhere to go, or it would complain on leaving."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
