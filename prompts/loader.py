"""Prompts by name: text files with variables, all of which stand as data.

What a variable holds may come from a stranger's document. It is set between marks whose code is
a hash of what stands between them: a text that closed its own block would have to hold its own
hash. A variable that a prompt does not set between marks is an error, so none can be forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from groundwire.core.errors import UsageError

if TYPE_CHECKING:
    from jinja2 import Environment, Template

FOLDER = Path(__file__).parent
# Hexadecimal digits of a hash: nobody finds a text that holds 16 of its own.
CODE = 16


class _Block(str):
    """A text between its marks; nothing else may be put into a prompt."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """The text of a prompt, in which ``{{ name | data("label") }}`` stands for a variable.

    ``{{ name | numbered("E") }}`` stands for a list whose items are named E1, E2 and so on.
    """

    name: str
    text: str

    @property
    def variables(self) -> frozenset[str]:
        """Names of what must be given to render it."""
        from jinja2 import meta

        return frozenset(meta.find_undeclared_variables(_environment().parse(self.text)))

    @property
    def sha256(self) -> str:
        """Of its text, in hexadecimal: two prompts of one hash say the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def render(self, **variables: str | Sequence[str]) -> str:
        """The prompt with ``variables`` as marked blocks of data, a list as a block for each item.

        Raises UsageError when one is missing, or one is given that the prompt does not have.
        """
        missing = sorted(self.variables - variables.keys())
        unknown = sorted(variables.keys() - self.variables)
        if missing or unknown:
            told = [
                f"{what}: {', '.join(names)}"
                for what, names in (("missing", missing), ("unknown", unknown))
                if names
            ]
            raise UsageError(
                f"The variables of the prompt {self.name} do not fit ({'; '.join(told)}).",
                f"It takes {', '.join(sorted(self.variables)) or 'none'}.",
            )
        return _compile(self.text).render(**variables)


def load_prompt(name: str) -> Prompt:
    """The prompt of that name; UsageError naming those there are if it is none."""
    found = all_prompts()
    if name not in found:
        raise UsageError(f"There is no prompt {name!r}.", f"Prompts: {', '.join(found)}.")
    return found[name]


@cache
def all_prompts() -> dict[str, Prompt]:
    """Every prompt by its name, in alphabetical order."""
    paths = sorted(FOLDER.glob("*.txt"))
    # Line ends are part of the text, so that a hash is the same on every machine.
    texts = [path.read_bytes().decode("utf-8").replace("\r\n", "\n") for path in paths]
    return {
        path.stem: Prompt(name=path.stem, text=text)
        for path, text in zip(paths, texts, strict=True)
    }


@cache
def _environment() -> Environment:
    # Imported with the first prompt: without a language model there is none.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(  # noqa: S701 - a prompt is no HTML, and values stand between marks
        undefined=StrictUndefined, finalize=_only_data, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["data"] = _mark
    environment.filters["numbered"] = _mark_numbered
    return environment


@cache
def _compile(text: str) -> Template:
    return _environment().from_string(text)


def _mark(value: str | Sequence[str], label: str) -> _Block:
    """``value`` between marks that name it; of a list each item, and of an empty one a word."""
    texts = [value] if isinstance(value, str) else list(value)
    return _Block("\n".join(_mark_one(text, label) for text in texts) or f"(no {label})")


def _mark_numbered(value: str | Sequence[str], label: str) -> _Block:
    """Each item between marks that name it by the label and its number, from 1."""
    texts = [value] if isinstance(value, str) else list(value)
    marked = (_mark_one(text, f"{label}{number}") for number, text in enumerate(texts, start=1))
    return _Block("\n".join(marked) or f"(no {label})")


def _mark_one(text: str, label: str) -> str:
    code = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:CODE]
    return f"<{label} {code}>\n{text}\n</{label} {code}>"


def _only_data(value: object) -> object:
    """What is put into a prompt; UsageError for a variable that stands outside of the marks."""
    if isinstance(value, _Block):
        return value
    raise UsageError(
        "A prompt puts a variable outside of a block of data.", 'Write {{ name | data("label") }}.'
    )
