"""Settings: read once at the edge, checked, and passed in. Nothing else reads the environment."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from platformdirs import user_data_path
from pydantic import BaseModel, Field, ValidationError, model_validator

from groundwire.core.errors import SettingsError
from groundwire.core.llm_settings import LlmSettings, Section

PREFIX = "GROUNDWIRE_"
FILE_NAME = "groundwire.toml"
# Variables of the same prefix that are no settings: the home folder, and the data folder that
# `make bench` and `make train` take.
NOT_SETTINGS = frozenset({"HOME", "DATA"})
# A system of the evaluation is a table of this section; its name becomes a folder's.
SYSTEMS = "systems"
_SYSTEM_NAME = re.compile(r"[\w-]+")
# What a system says beside settings: whether it answers or only searches.
STEPS = "steps"
# Where something was set, the dotted name, and the value as it was given.
_Given = tuple[str, str, Any]


class EncoderSettings(Section):
    """The model that turns text into vectors."""

    model: str = "bundled"
    """``bundled``, or the name or folder of any sentence-transformers model (extra ``models``)."""
    threads: int = Field(default=0, ge=0, le=256)
    """Processor threads for the models; 0 takes all that this process may use."""
    batch_size: int = Field(default=16, ge=1, le=1024)
    """Texts of one forward pass."""


class ReadingSettings(Section):
    """How files become passages."""

    max_bytes: int = Field(default=50_000_000, ge=1)
    """Files larger than this are skipped before they are read."""
    passage_tokens: int = Field(default=180, ge=16, le=480)
    """Length that a passage aims at, in tokens of the encoder."""


class SearchSettings(Section):
    """How passages are found."""

    k: int = Field(default=10, ge=1, le=1000)
    """Passages that `search` returns."""
    depth: int = Field(default=100, ge=1, le=1000)
    """Candidates that each retriever gives to the fusion."""
    rrf_k: int = Field(default=60, ge=1)
    """The constant of reciprocal rank fusion."""
    dense_weight: float = Field(default=1.0, ge=0)
    """Weight of the vector search in the fusion; 0 switches it off."""
    lexical_weight: float = Field(default=1.0, ge=0)
    """Weight of BM25 in the fusion; 0 switches it off."""

    @model_validator(mode="after")
    def _finds_something(self) -> Self:
        if not self.dense_weight and not self.lexical_weight:
            raise ValueError("dense_weight and lexical_weight cannot both be 0")
        return self


class AnswerSettings(Section):
    """How answers are made."""

    reader: Literal["spans", "sentences", "first-sentence"] = "spans"
    """``spans``: trained models rank, read and verify. The others ask the encoder alone."""
    evidence: int = Field(default=20, ge=1, le=200)
    """Passages kept as evidence."""
    read: int = Field(default=8, ge=1, le=100)
    """Best passages that the reader looks into."""
    sentences: int = Field(default=3, ge=1, le=20)
    """Most sentences of an answer."""
    threshold: float | None = Field(default=None, ge=0, le=1)
    """Support below which nothing is answered; unset takes the fitted one."""
    risk: float | None = Field(default=None, gt=0, lt=1)
    """Largest share of wrong answers among those given; sets the threshold, if it is unset."""
    unsupported: Literal["drop", "mark"] | None = None
    """Fate of a sentence under the threshold beside others; unset marks what a model wrote only."""


class PageSettings(Section):
    """The chat page."""

    host: str = "127.0.0.1"
    """Address it listens on."""
    port: int = Field(default=8501, ge=1, le=65535)
    """Port it tries first; the next free one is taken when it is in use."""


class LimitSettings(Section):
    """The most that one question may cost; 0 means no limit."""

    seconds: float = Field(default=0, ge=0)
    """Seconds after which a run answers from what it has."""
    hops: int = Field(default=2, ge=1, le=2)
    """1: search once. 2: reach on from what was found, if the trained models read."""
    rounds: int = Field(default=1, ge=1, le=10)
    """Times that a question may go through search, until something is supported."""
    llm_calls: int = Field(default=0, ge=0)
    """Calls of language models, those tried again counted."""
    tokens: int = Field(default=0, ge=0)
    """Tokens that language models read and write."""
    money: float = Field(default=0, ge=0)
    """USD that language models cost, by `price_in` and `price_out`."""


class Settings(Section):
    """Everything that can be set, by section."""

    home: Path = Field(default_factory=lambda: user_data_path("groundwire", appauthor=False))
    encoder: EncoderSettings = EncoderSettings()
    reading: ReadingSettings = ReadingSettings()
    search: SearchSettings = SearchSettings()
    answer: AnswerSettings = AnswerSettings()
    page: PageSettings = PageSettings()
    limits: LimitSettings = LimitSettings()
    llm: LlmSettings = LlmSettings()
    systems: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    """What `groundwire eval` compares: by name, settings that differ, under dotted names."""


def load_settings(
    *,
    home: Path | None = None,
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Settings from the home folder's file, ``folder``'s file, ``environ`` and ``flags``.

    Later ones weigh more. ``flags`` is keyed by dotted names (``"limits.seconds"``), ``environ``
    by ``GROUNDWIRE_LIMITS__SECONDS``. Raises SettingsError for anything unknown or out of bounds.
    """
    environ = os.environ if environ is None else environ
    chosen = home or environ.get(PREFIX + "HOME") or Settings().home
    base = Path(chosen).expanduser().absolute()
    merged: dict[str, Any] = {"home": base}
    for where, name, value in (
        *_from_file(base / FILE_NAME),
        *_from_file((folder or Path.cwd()) / FILE_NAME),
        *_from_environment(environ),
        *(("the command line", name, value) for name, value in (flags or {}).items()),
    ):
        _put(merged, name, value, where)
    settings = _validate(merged)
    for system, given in settings.systems.items():
        overlay(settings, given, where=f"the system {system!r}")
    return settings


def overlay(settings: Settings, flags: Mapping[str, object], *, where: str) -> Settings:
    """``settings`` with those of ``flags``, which is keyed by dotted names, in their place.

    Raises SettingsError, naming ``where`` they were given, for what is unknown or out of bounds.
    """
    merged = settings.model_dump()
    for name, value in flags.items():
        if name == STEPS:
            _check_steps(value, where)
        else:
            _put(merged, name, value, where)
    return _validate(merged)


def setting_names() -> list[str]:
    """Every setting by its dotted name, in order."""
    return [name for name in _names(Settings) if name != SYSTEMS]


def _names(kind: type[BaseModel], above: str = "") -> Iterator[str]:
    for key, field in kind.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _names(inner, f"{above}{key}.")
        else:
            yield f"{above}{key}"


def _from_file(path: Path) -> Iterator[_Given]:
    try:
        # Windows editors put a byte-order mark first; TOML knows none.
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", "Correct or remove it.") from error
    for section, values in data.items():
        if isinstance(values, dict):
            yield from ((f"{path}", *given) for given in _flatten(values, section))
        else:
            yield f"{path}", section, values


def _flatten(table: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    """What ``table`` sets, under dotted names; a setting keeps the value it is given."""
    known = setting_names()
    sections = {setting.rpartition(".")[0] for setting in known}
    for key, value in table.items():
        inner = f"{name}.{key}"
        if isinstance(value, dict) and (inner in sections or (value and inner not in known)):
            yield from _flatten(value, inner)
        else:
            yield inner, value


def _from_environment(environ: Mapping[str, str]) -> Iterator[_Given]:
    for variable, value in environ.items():
        name = variable.removeprefix(PREFIX)
        if name != variable and name not in NOT_SETTINGS:
            yield f"the variable {variable}", name.lower().replace("__", "."), value


def _put(merged: dict[str, Any], name: str, value: object, where: str) -> None:
    if name.startswith(f"{SYSTEMS}."):
        _put_system(merged, name, value, where)
        return
    known = setting_names()
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]
        advice = f"Did you mean {nearest!r} (as a variable: {_as_variable(nearest)})?"
        raise SettingsError(f"Unknown setting {name!r} in {where}.", advice)
    if name == "home":
        raise SettingsError(
            f"'home' in {where} has no effect.", f"Use --home DIR or the variable {PREFIX}HOME."
        )
    *sections, key = name.split(".")
    for section in sections:
        merged = merged.setdefault(section, {})
    merged[key] = value


def _put_system(merged: dict[str, Any], name: str, value: object, where: str) -> None:
    """One line of a system's table; an empty table is a system that differs in nothing."""
    _, system, *rest = name.split(".", 2)
    if not _SYSTEM_NAME.fullmatch(system) or (not rest and value != {}):
        raise SettingsError(
            f"{name!r} in {where} is no system.",
            'Write [systems.NAME], letters and digits, and below it settings: "search.depth = 50".',
        )
    if rest and rest[0].startswith("page."):
        raise SettingsError(f"{name!r} in {where} changes no answer.", "Remove it.")
    if rest and rest[0].endswith(".api_key"):
        # The tables of systems are shown and kept with what was measured.
        raise SettingsError(f"{name!r} in {where} would be shown.", f"Set {rest[0]} outside of it.")
    merged.setdefault(SYSTEMS, {}).setdefault(system, {}).update({rest[0]: value} if rest else {})


def _check_steps(value: object, where: str) -> None:
    if value not in ("ask", "search"):
        raise SettingsError(
            f"{STEPS} = {value!r} in {where} means nothing.", 'It is "ask" or "search".'
        )


def _validate(merged: Mapping[str, Any]) -> Settings:
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        raise _readable(error) from None


def _as_variable(name: str) -> str:
    return PREFIX + name.upper().replace(".", "__")


def _readable(error: ValidationError) -> SettingsError:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    # A key, or an address with a password in it, stays out of the message.
    shown = "" if name.endswith((".api_key", ".base_url")) else f" = {first['input']!r}"
    return SettingsError(f"Setting {name!r}{shown}: {message}.", "Correct it.")
