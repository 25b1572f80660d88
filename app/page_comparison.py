"""Two runs of a task side by side, with what can be said of their difference in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from groundwire.app.page_parts import show_text
from groundwire.app.page_text import Html, element

if TYPE_CHECKING:
    from groundwire.eval import Comparison

_NUMBERS = ("Difference", "95 % interval", "p, corrected", "n", "Better")
_SECONDS = "Seconds"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Compared:
    """Two runs compared: the ``main`` first measures are those that a plot shows."""

    found: list[Comparison]
    verdicts: list[str]
    main: int
    plot: str


def show_comparison(folders: tuple[Path, Path], *, changed: tuple[float, ...]) -> None:
    """The difference of the runs in two folders, by every measure that both have.

    ``changed`` says when their files were; what was computed is kept until it is another.
    """
    compared = _compare(folders, changed)
    one = compared.found[0]
    show_text("gw-title", f"{one.first} and {one.second} on {one.task}")
    st.html(_listed(compared.verdicts[: compared.main]))
    st.image(compared.plot, alt=f"Main measures of {one.first} and {one.second}")
    st.html(_table(compared.found))
    show_text("gw-quiet", f"A difference is that of {one.second} over {one.first}.")
    rest = compared.verdicts[compared.main :]
    if rest:
        with st.expander("The other measures in words"):
            st.html(_listed(rest))


@st.cache_data(max_entries=8, show_spinner="Comparing the runs")
def _compare(folders: tuple[Path, Path], changed: tuple[float, ...]) -> _Compared:  # noqa: ARG001
    from groundwire.eval import compare_runs, main_measures, plot_measures, read_run, verdicts

    runs = [read_run(folder) for folder in folders]
    found = compare_runs(runs)
    main = main_measures(one.measure for one in found)
    # Stable, so that the others keep their order.
    found.sort(key=lambda one: main.index(one.measure) if one.measure in main else len(main))
    names = (found[0].first, found[0].second)
    values = {name: run.results.measures for name, run in zip(names, runs, strict=True)}
    return _Compared(
        found=found,
        verdicts=verdicts(found),
        main=len(main),
        plot=plot_measures(values, main),
    )


def _listed(verdicts: Sequence[str]) -> Html:
    return element("ul", "gw-verdicts", *(element("li", "", verdict) for verdict in verdicts))


def _table(found: Sequence[Comparison]) -> Html:
    names = (found[0].first, found[0].second)
    head = [element("th", "", name) for name in ("Measure", *names, *_NUMBERS)]
    rows = [element("tr", "", *(element("td", "", text) for text in _cells(one))) for one in found]
    table = element("table", "gw-table", element("tr", "", *head), *rows)
    return element("div", "gw-wide", table)


def _cells(one: Comparison) -> tuple[str, ...]:
    return (
        one.measure,
        _value(one, one.first_mean),
        _value(one, one.second_mean),
        _signed(one, one.difference),
        f"{_signed(one, one.low)} to {_signed(one, one.high)}",
        "< 0.001" if one.p_corrected < 0.001 else f"{one.p_corrected:.3f}",
        f"{one.n:,}",
        one.winner or "not shown",
    )


def _value(one: Comparison, value: float) -> str:
    """Points of a hundred, or seconds where the measure is time."""
    return f"{value:.3f} s" if one.measure == _SECONDS else f"{100 * value:.1f}"


def _signed(one: Comparison, value: float) -> str:
    return ("+" if value > 0 else "") + _value(one, value)
