"""Asking a language model for a reply of a given form: validated, and once asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from groundwire.core.errors import ModelError
from groundwire.core.findings import Message
from groundwire.core.protocols import LanguageModel
from groundwire.core.schema import Usage
from groundwire.core.usage import add_usage
from groundwire.prompts import load_prompt

Form = TypeVar("Form", bound=BaseModel)
Result = TypeVar("Result")
# The prompt by which a reply that cannot be used is asked for again.
MEND = "mend_reply"
# Where a form sets no bounds: guided output without any may run on until it is cut.
MOST_CHARACTERS, MOST_ITEMS = 1000, 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Sampling:
    """How a reply is drawn; above temperature 0 the seed says which one."""

    temperature: float = 0.0
    seed: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply(Generic[Form]):
    """What came of asking. ``value`` is None where no reply could be used; ``problem`` says why."""

    value: Form | None
    problem: str = ""
    usage: Usage = field(default_factory=Usage)


GREEDY = Sampling()


async def ask_model(
    form: type[Form], model: LanguageModel, *, text: str, sampling: Sampling = GREEDY
) -> Reply[Form]:
    """The model's reply to ``text`` as ``form``.

    A reply of another form is asked for once more, with what is wrong with it. Both calls count
    in ``usage``. A model that fails is told in ``problem`` and not asked again. Where the model can
    be guided, it is by the schema of ``form``, with every string and list bounded.
    """
    schema = bound_schema(form.model_json_schema())
    messages = [Message(role="user", text=text)]
    usage, problem = Usage(), ""
    for _ in range(2):
        try:
            said = await model.complete(
                messages, temperature=sampling.temperature, seed=sampling.seed, schema=schema
            )
        except ModelError as error:
            return Reply(value=None, problem=str(error), usage=add_usage(usage, error.usage))
        usage = add_usage(usage, said.usage)
        try:
            return Reply(value=form.model_validate_json(_json_part(said.text)), usage=usage)
        except ValidationError as error:
            problem = _explain(error)
        again = load_prompt(MEND).render(problem=problem)
        messages += [Message(role="assistant", text=said.text), Message(role="user", text=again)]
    problem = f"the model's reply had the wrong form: {problem}"
    return Reply(value=None, problem=problem, usage=usage)


def bound_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema whose every string and list has a longest length."""
    bounded: dict[str, Any] = {key: _bound(value) for key, value in schema.items()}
    if schema.get("type") == "string" and "enum" not in schema:
        bounded.setdefault("maxLength", MOST_CHARACTERS)
    if schema.get("type") == "array":
        bounded.setdefault("maxItems", MOST_ITEMS)
    return bounded


def _bound(value: object) -> object:
    if isinstance(value, list):
        return [_bound(one) for one in value]
    return bound_schema(value) if isinstance(value, Mapping) else value


def run_to_end(work: Coroutine[Any, Any, Result]) -> Result:
    """What ``work`` gives; where a loop runs already, in a thread of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1, "groundwire-llm") as thread:
        return thread.submit(asyncio.run, work).result()


def _json_part(text: str) -> str:
    """From the first brace to the last: models put words or a fence around an object."""
    return text[text.find("{") : text.rfind("}") + 1] or text


def _explain(error: ValidationError) -> str:
    """Where a reply differs from its form, a part in each line."""
    return "\n".join(
        f"{'.'.join(map(str, one['loc'])) or 'reply'}: {one['msg']}" for one in error.errors()
    )
