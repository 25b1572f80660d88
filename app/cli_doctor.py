"""The command that tries the configured language models."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from groundwire.app.cli_command import DONE, FAILED, JsonCommand, Result, Surroundings

if TYPE_CHECKING:
    from rich.console import Console

    from groundwire.core.llm_settings import LlmSettings
    from groundwire.models import ModelReport

HOW = (
    "No language model is configured: the local engine answers alone, and no call leaves this "
    "machine. To use one, say which and where:\n"
    "  GROUNDWIRE_LLM__CHAT__MODEL=NAME\n"
    "  GROUNDWIRE_LLM__CHAT__BASE_URL=http://127.0.0.1:8000/v1\n"
    "  GROUNDWIRE_LLM__CHAT__API_KEY=KEY (if the server wants one)"
)


@dataclass(frozen=True, kw_only=True)
class Doctor(JsonCommand):
    """Try every configured language model: whether it answers, and what it can do.

    Each is sent a few short questions. Without one configured nothing is sent.
    """

    lists = ("models",)

    def run(self, surroundings: Surroundings) -> Result:
        """Try them; exit code 1 when one of them does not answer."""
        from groundwire.core.wire import as_json
        from groundwire.models import probe_models

        settings = surroundings.settings().llm
        reports = asyncio.run(probe_models(settings))
        notices = list(_mistakes(settings))
        for notice in notices:
            surroundings.say(notice)
        models = [
            {**as_json(report), "answers": not report.problem, "notices": list(_advise(report))}
            for report in reports
        ]
        return Result(
            data={"models": models, "notices": notices},
            show=lambda console: _show(console, reports),
            code=FAILED if any(report.problem for report in reports) else DONE,
        )


def _mistakes(settings: LlmSettings) -> Iterator[str]:
    """Settings that name a server and no model."""
    from groundwire.models.probing import ROLES

    for role in ROLES:
        if settings.of(role).base_url and not settings.of(role).model:
            yield f"llm.{role}.base_url is set and llm.{role}.model is not: it has no effect."


def _advise(report: ModelReport) -> Iterator[str]:
    """What to change, although the model answers or because it does not."""
    if report.problem and report.served and report.model not in report.served:
        yield f"Served there: {', '.join(report.served)}."
    told = report.context_served
    if told and told < report.context:
        yield (
            f"llm.{report.roles[0]}.context is {report.context:,}, more than the {told:,} tokens "
            "that the server reads: set it to that."
        )


def _show(console: Console, reports: Sequence[ModelReport]) -> None:
    from rich.text import Text

    from groundwire.app.cli_text import printable

    if not reports:
        console.print(Text(HOW), soft_wrap=True)
    for report in reports:
        where = f" at {report.base_url}" if report.base_url else ""
        head = f"{', '.join(report.roles)}: {report.model}{where}"
        console.print(Text(printable(head), style="bold"), soft_wrap=True)
        for line in (*_lines(report), *_advise(report)):
            console.print(Text(f"  {printable(line)}"), soft_wrap=True)


def _lines(report: ModelReport) -> Iterator[str]:
    if report.problem:
        yield f"no reply: {report.problem}"
        return
    yield f"a reply: yes, in {report.seconds:.1f} s"
    for feature in report.features:
        yield f"{feature.name}: yes" if feature.works else f"{feature.name}: no; {feature.without}"
    told = (
        f"{report.context_served:,} tokens" if report.context_served else "the server does not tell"
    )
    yield f"context: {told}; llm.{report.roles[0]}.context is {report.context:,}"
