"""What went wrong with a call of a language model: the setting that it is about and the remedy."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from groundwire.core.errors import ModelError
from groundwire.core.llm_settings import Role, RoleSettings
from groundwire.core.schema import Usage

ONE_CALL = Usage(llm_calls=1)
# Of what a server says, as much as fits a line or two.
MOST_SAID = 200
UNREACHED = re.compile(
    r"cannot connect|connect(?:ion)? (?:error|call failed|refused)|name or service|getaddrinfo",
    re.IGNORECASE,
)
UNREADABLE = re.compile(
    r"json response|codec can't decode|expecting |unterminated|delimiter|payload is not completed|"
    r"invalid response|extra data|invalid control character",
    re.IGNORECASE,
)
GUIDANCE = re.compile(
    r"response_format|json_schema|guided|structured|grammar|schema", re.IGNORECASE
)
TOO_LONG = re.compile(r"context (?:length|window)|prompt is too long", re.IGNORECASE)


class CallMayPass(ModelError):  # noqa: N818 - a state
    """A call that failed for a reason that may pass, in ``retry_after`` seconds if it was said."""

    retry_after: float | None = None


class GuidanceRefused(ModelError):  # noqa: N818 - a state
    """The server does not guide replies by a schema; without one it may answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """What came back in place of a reply: the status, and what was said with it."""

    status: int
    said: str
    retry_after: float | None = None


def explain_refusal(refusal: Refusal, role: Role, settings: RoleSettings) -> ModelError:
    """The error for a person; CallMayPass where another try may succeed. It cost one call."""
    where = place(settings)
    kind: type[ModelError] = ModelError
    said = _quote(refusal.said, settings)
    if refusal.status in (401, 403):
        # What the server says here may repeat the key.
        what = f"{where} refuses the key of {settings.model} ({refusal.status})."
        advice = f"Set {_both(role, 'api_key')} to a key that is valid there."
    elif refusal.status == 404:
        what = f"{where} has no model {settings.model} (404)."
        advice = f"Correct {_both(role, 'model')}, or the path of llm.{role}.base_url."
    elif TOO_LONG.search(refusal.said):
        what = f"The prompt is too long for {settings.model}{said}."
        advice = f"Set {_both(role, 'context')} to the tokens that it reads."
    elif "LLM Provider NOT provided" in refusal.said:
        what = f"It is not said where the model {settings.model} is served."
        advice = f"Set {_both(role, 'base_url')}, or write the model as PROVIDER/MODEL."
    elif refusal.status == 429:
        kind = CallMayPass
        what = f"{where} takes no more questions for now (429){said}."
        advice = "Ask again later, or fewer at once."
    elif refusal.status == 408:
        kind = CallMayPass
        what = f"{where} did not answer within {settings.timeout:g} seconds."
        advice = f"Raise {_both(role, 'timeout')}, or see what keeps the server busy."
    else:
        return _explain_others(refusal, role, settings)
    return _with_wait(kind(what, advice, usage=ONE_CALL), refusal)


def unreadable(settings: RoleSettings, role: Role, *, usage: Usage = ONE_CALL) -> ModelError:
    """The error for a reply that is none."""
    return CallMayPass(
        f"{place(settings)} sent a reply that cannot be read.",
        f"See its log; does {_both(role, 'base_url')} end as it should, as in /v1?",
        usage=usage,
    )


def place(settings: RoleSettings) -> str:
    """Where a model is served, as it is named to a person."""
    addresses = " or ".join(url.partition("?")[0] for url in settings.base_urls)
    return f"The server {addresses}" if addresses else f"The provider of {settings.model}"


def _explain_others(refusal: Refusal, role: Role, settings: RoleSettings) -> ModelError:
    where, said = place(settings), _quote(refusal.said, settings)
    if UNREACHED.search(refusal.said):
        error: ModelError = CallMayPass(
            f"{where} cannot be reached.",
            f"Start it, or correct {_both(role, 'base_url')}.",
            usage=ONE_CALL,
        )
    elif refusal.status < 300 or UNREADABLE.search(refusal.said):
        error = unreadable(settings, role)
    elif refusal.status >= 500:
        error = CallMayPass(
            f"{where} failed ({refusal.status}){said}.",
            "See its log, and ask again later.",
            usage=ONE_CALL,
        )
    else:
        kind = GuidanceRefused if GUIDANCE.search(refusal.said) else ModelError
        error = kind(
            f"{where} refuses the request ({refusal.status}){said}.",
            f"See whether {_both(role, 'model')} and llm.{role}.base_url belong together.",
            usage=ONE_CALL,
        )
    return _with_wait(error, refusal)


def _with_wait(error: ModelError, refusal: Refusal) -> ModelError:
    if isinstance(error, CallMayPass):
        error.retry_after = refusal.retry_after
    return error


def _both(role: Role, key: str) -> str:
    """A setting by its name and its variable."""
    return f"llm.{role}.{key} (GROUNDWIRE_LLM__{role.upper()}__{key.upper()})"


def _quote(said: str, settings: RoleSettings) -> str:
    """What a server said, in a line, with the key taken out; nothing if it said nothing."""
    text = said.rpartition("Exception - ")[2]
    try:
        found = json.loads(text)
    except ValueError:
        found = text
    if isinstance(found, dict):
        inner = found.get("error", found)
        found = inner.get("message", "") if isinstance(inner, dict) else inner
    line = " ".join(str(found).split())
    key = settings.api_key.get_secret_value()
    line = line.replace(key, "********") if key else line
    short = line[:MOST_SAID].rstrip(" .")
    return f": {short}" if short else ""
