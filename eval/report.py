"""A run as HTML: a file of its own, or the part of it that the page shows."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from groundwire.core.text import presentable
from groundwire.eval.run_plots import pictures
from groundwire.eval.run_view import (
    flattened,
    leading_measure,
    main_finding,
    main_measures,
    rows_by_kind,
)
from groundwire.eval.schema import Run
from groundwire.eval.worst_cases import read_trace, worst_cases

_FOLDER = Path(__file__).parent
_SPELLED = {"llm_calls": "LLM calls", "cost_usd": "cost in USD"}


def render_report(run: Run) -> str:
    """One HTML file that needs no other file and no other machine, and runs no script."""
    body = Markup(render_run(run))  # noqa: S704 - made by the template below, which escapes
    return _environment().get_template("report.html.jinja").render(results=run.results, body=body)


def render_run(run: Run) -> str:
    """Everything to see of a run, with its style, as a piece of HTML; texts stay texts."""
    results = run.results
    main = main_measures(results.measures)
    worst = worst_cases(run.cases)
    return (
        _environment()
        .get_template("run.html.jinja")
        .render(
            results=results,
            finding=main_finding(results),
            main=main,
            kinds=rows_by_kind(run.cases, main),
            pictures=pictures(run),
            leading=leading_measure(results.measures),
            worst=[(case, read_trace(case)) for case in worst],
            fingerprint=flattened(results.fingerprint),
            style=Markup((_FOLDER / "run.css").read_text(encoding="utf-8")),  # noqa: S704 - ours
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        share=_share, seconds=_seconds, amount=_amount, spelled=_spelled, image=_image
    )
    return environment


def _shown(value: object) -> object:
    """Text of strangers without what no page can show."""
    return presentable(value) if type(value) is str else value


def _share(value: float) -> str:
    return f"{value:.3f}"


def _seconds(value: float) -> str:
    return f"{value * 1e3:.0f} ms" if value < 1 else f"{value:.2f} s"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def _spelled(name: str) -> str:
    return _SPELLED.get(name, name.replace("_", " "))


def _image(svg: str) -> str:
    """A picture as an address that holds all of it: its names cannot meet those of another."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
