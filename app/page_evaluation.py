"""The evaluation: runs listed, one of them opened, two compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from groundwire.app.page_comparison import show_comparison
from groundwire.app.page_desk import Desk
from groundwire.app.page_parts import show_rows, show_text
from groundwire.app.page_place import current_runs, go_back, go_to_evaluation

if TYPE_CHECKING:
    from groundwire.eval import RunSummary

# Figures of a run in the list; the rest is seen when it is opened.
FIGURES = 4
_OTHER = "evaluation-other"


def show_evaluation_view(desk: Desk) -> None:
    """All runs that this library's folder knows, or what the address names of them."""
    # Statistics and plots take a second to load, which only those who look at them wait for.
    from groundwire.eval import list_runs

    runs = list_runs(desk.home)
    named = current_runs()[0]
    opened = _find(named, runs)
    _show_ways_back(opened)
    if opened is None:
        if named is not None:
            show_text("gw-notice", "This run is not there any more, or it was moved.")
        _show_list(runs)
        return
    other = _choose_other(opened, runs)
    if other is None:
        st.html(_rendered(opened.folder, _written(opened.folder)))
    else:
        folders = (opened.folder, other.folder)
        show_comparison(folders, changed=(*map(_written, folders),))


def _show_ways_back(opened: RunSummary | None) -> None:
    with st.container(horizontal=True):
        st.button(
            "Back to the conversation", icon=":material/arrow_back:", on_click=go_back, key="back"
        )
        if opened is not None:
            st.button("All runs", icon=":material/list:", on_click=go_to_evaluation, key="all-runs")


def _find(name: str | None, runs: Sequence[RunSummary]) -> RunSummary | None:
    """The run of that folder, if it is one of those listed: an address may name anything."""
    return next((run for run in runs if str(run.folder) == name), None)


def _show_list(runs: Sequence[RunSummary]) -> None:
    st.header("Evaluation", anchor=False)
    if not runs:
        show_text("gw-lead", "How good are the answers? A run over judged questions tells.")
        show_text("gw-label", "In a terminal, for a folder of questions and passages")
        st.code("groundwire eval run FOLDER", language=None)
        return
    show_text("gw-quiet", "Open a run to read it, and to compare it with another of its task.")
    show_rows(
        [_row(run) for run in runs],
        key="runs",
        actions={"open": "Open"},
        on_act=lambda _action, row: go_to_evaluation(row),
    )


def _row(run: RunSummary) -> Mapping[str, object]:
    from groundwire.eval import in_words, main_measures

    if run.problem is not None:
        return {
            "id": str(run.folder),
            "title": run.system,
            "detail": _when(run),
            "reason": run.problem,
            "badge": "damaged",
        }
    main = main_measures(run.measures)[:FIGURES]
    figures = " · ".join(f"{name} {in_words(run.measures[name])}" for name in main)
    return {
        "id": str(run.folder),
        "title": f"{run.system} on {run.task}",
        "detail": f"{run.n:,} question{'' if run.n == 1 else 's'} · {_when(run)}",
        "figures": figures or "Nothing could be scored.",
    }


def _when(run: RunSummary) -> str:
    """The time in that of the reader's machine, which is the server's."""
    return datetime.fromisoformat(run.finished).astimezone().strftime("%Y-%m-%d %H:%M")


def _choose_other(opened: RunSummary, runs: Sequence[RunSummary]) -> RunSummary | None:
    """Another run of the task that a person names to compare with."""
    others = [run for run in runs if run.task == opened.task and run.folder != opened.folder]
    chosen = _find(current_runs()[1], others)
    if not others or opened.problem is not None:
        return None
    names = {str(run.folder): f"{run.system}, {run.n:,} questions, {_when(run)}" for run in others}
    st.selectbox(
        "Compare with",
        [None, *names],
        index=0 if chosen is None else 1 + others.index(chosen),
        format_func=lambda folder: "No other run" if folder is None else names[folder],
        key=f"{_OTHER} {opened.folder}",
        on_change=lambda: _compare(str(opened.folder)),
    )
    return chosen


def _compare(opened: str) -> None:
    go_to_evaluation(opened, st.session_state[f"{_OTHER} {opened}"])


@st.cache_data(max_entries=8, show_spinner="Reading the run")
def _rendered(folder: Path, changed: float) -> str:  # noqa: ARG001 - what is kept depends on it
    from groundwire.eval import read_run, render_run

    return render_run(read_run(folder))


def _written(folder: Path) -> float:
    """When a file of the run was last changed."""
    return max((path.stat().st_mtime for path in folder.glob("*.json*")), default=0.0)
