"""The command that shows every setting."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from groundwire.app.cli_command import JsonCommand, Result, Surroundings
from groundwire.core.errors import ModelError

if TYPE_CHECKING:
    from pydantic import BaseModel
    from rich.console import Console

    from groundwire.core.schema import Assurance
    from groundwire.core.settings import Settings

HIDDEN = "********"
# Words of a setting's name that say that its value is nobody else's business.
_SECRET_WORDS = frozenset({"key", "token", "secret", "password"})


@dataclass(frozen=True, kw_only=True)
class ShowSettings(JsonCommand):
    """Show every setting with its value, its default and what it does."""

    def run(self, surroundings: Surroundings) -> Result:
        """Read them from files and environment; secrets are hidden."""
        from groundwire.core.wire import as_json

        settings = surroundings.settings()
        rows = list(setting_rows(settings))
        force = _in_force(surroundings, settings)
        return Result(
            data={
                "settings": {row.name: row.value for row in rows},
                "models": force.models,
                "assurance": as_json(force.assurance),
            },
            show=lambda console: _show(console, rows, force),
        )


@dataclass(frozen=True, kw_only=True)
class _Force:
    """The models by their names and the risk in force; empty and None where one is damaged.

    ``adapted`` is the folder of a reader that was adapted to a person's own questions.
    """

    models: Mapping[str, str]
    adapted: Path | None
    assurance: Assurance | None = None


def _in_force(surroundings: Surroundings, settings: Settings) -> _Force:
    """Damaged files are told, and the settings are shown all the same."""
    from groundwire.agents import models_in_force, read_calibration
    from groundwire.models import adapted_reader, load_encoder

    force = _Force(models={}, adapted=adapted_reader(settings.home))
    try:
        force = replace(force, models=models_in_force(settings, load_encoder(settings.encoder)))
        found = read_calibration(settings).assure(settings.answer, force.models)
        return replace(force, assurance=found)
    except ModelError as error:
        surroundings.say(f"Warning: {error}")
        return force


@dataclass(frozen=True, kw_only=True)
class SettingRow:
    """A setting by its dotted name; values as JSON has them, secrets hidden."""

    name: str
    value: object
    default: object
    meaning: str


def setting_rows(settings: Settings) -> Iterator[SettingRow]:
    """Every setting, in the order of ``core``."""
    from groundwire.core.settings import setting_names

    defaults = type(settings)()
    for name in setting_names():
        section, _, key = name.rpartition(".")
        holder = attrgetter(section)(settings) if section else settings
        usual = attrgetter(section)(defaults) if section else defaults
        yield SettingRow(
            name=name,
            value=shown_value(key, getattr(holder, key)),
            default=shown_value(key, getattr(usual, key)),
            meaning=explanations(type(holder)).get(key, ""),
        )


def explanations(kind: type[BaseModel]) -> dict[str, str]:
    """What stands under each field of ``kind`` in its source."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    lines = body.body if isinstance(body, ast.ClassDef) else []
    found = {}
    for field, text in pairwise(lines):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            found[ast.unparse(field.target)] = str(ast.literal_eval(text.value))
    return found


def is_secret(name: str, value: object) -> bool:
    """Whether a setting's value is to be hidden: by its type, or by a word of its name."""
    from pydantic import SecretStr

    return isinstance(value, SecretStr) or not _SECRET_WORDS.isdisjoint(name.lower().split("_"))


def shown_value(name: str, value: object) -> object:
    """The value as JSON has it; a secret that is set is hidden, one that is not is None."""
    if is_secret(name, value):
        return HIDDEN if value else None
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)


def _show(console: Console, rows: list[SettingRow], force: _Force) -> None:
    from rich.text import Text

    from groundwire.app.assurance_text import describe_assurance
    from groundwire.app.cli_console import print_indented
    from groundwire.app.cli_text import one_line

    for row in rows:
        changed = row.value != row.default
        line = Text(row.name, style="cyan").append(" = ", style="dim")
        line.append(_written(row.value), style="bold" if changed else "")
        line.append(f"  (default {_written(row.default)})" if changed else "", style="dim")
        console.print(line, soft_wrap=True)
        if row.meaning:
            print_indented(console, Text(one_line(row.meaning.replace("``", "`"))))
    if force.models:
        named = ", ".join(f"{part} {name}" for part, name in force.models.items())
        console.print(f"\nModels in force: {named}", soft_wrap=True)
    if force.adapted:
        told = f"A reader of your own lies in {force.adapted}; delete it to go back."
        console.print(Text(told), soft_wrap=True)
    if force.assurance:
        console.print(f"\nRisk in force: {describe_assurance(force.assurance)}")
    console.print(
        "\nSet them in groundwire.toml (in the home folder, then in the working directory)\n"
        "or in the environment, for example GROUNDWIRE_SEARCH__K=20. The later weighs more.",
    )


def _written(value: object) -> str:
    from groundwire.app.cli_text import one_line

    return "unset" if value is None else one_line(str(value))
