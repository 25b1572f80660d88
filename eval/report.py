"""A run as HTML: a file of its own, or the part of it that the page shows."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from groundwire.core.text import presentable
from groundwire.eval.measures import WHOLE_MEASURES
from groundwire.eval.run_plots import pictures
from groundwire.eval.run_view import (
    flattened,
    in_points,
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
    return _render("report.html.jinja", run)


def render_run(run: Run) -> str:
    """What there is to see of a run, with its style, as a piece of HTML; texts stay texts."""
    return _render("run.html.jinja", run)


def _render(template: str, run: Run) -> str:
    results = run.results
    main = main_measures(results.measures)
    kinds = rows_by_kind(run.cases, main)
    return (
        _environment()
        .get_template(template)
        .render(
            results=results,
            finding=main_finding(results),
            main=main,
            lower={str(one) for one in WHOLE_MEASURES if not one.higher_is_better},
            kinds=kinds,
            of_kinds=[name for name in main if any(name in row.means for row in kinds)],
            pictures=pictures(run),
            leading=leading_measure(results.measures),
            worst=[(case, read_trace(case)) for case in worst_cases(run.cases)],
            fingerprint=flattened(results.fingerprint),
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
        points=in_points,
        share=_share,
        seconds=_seconds,
        amount=_amount,
        spelled=_spelled,
        image=_image,
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
