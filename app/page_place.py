"""Where a visitor is: which conversation, which view. The address bar holds it."""

from __future__ import annotations

import streamlit as st

from groundwire.app.page_engine import new_thread

DOCUMENTS = "documents"
EVALUATION = "evaluation"
_LONGEST = 200
_OF_A_VIEW = ("view", "run", "with")


def current_thread() -> str | None:
    """The conversation that the address names, if any."""
    name = st.query_params.get("thread", "")[:_LONGEST]
    return name or None


def current_view() -> str:
    """``chat``, ``documents`` or ``evaluation``."""
    view = st.query_params.get("view", "")
    return view if view in {DOCUMENTS, EVALUATION} else "chat"


def current_runs() -> tuple[str | None, str | None]:
    """The run of an evaluation that the address names, and the one to compare it with."""
    return st.query_params.get("run"), st.query_params.get("with")


def go_to_thread(name: str) -> None:
    """Show a conversation."""
    st.query_params.from_dict({"thread": name})


def go_to_new() -> None:
    """Show an empty conversation, which gets its name with its first question."""
    st.query_params.clear()


def go_to_documents() -> None:
    """Show the documents; the conversation stays in the address for the way back."""
    _go_to_view(DOCUMENTS)


def go_to_evaluation(run: str | None = None, other: str | None = None) -> None:
    """Show the evaluation: all runs, one, or two side by side."""
    _go_to_view(EVALUATION)
    for name, value in (("run", run), ("with", other)):
        if value is not None:
            st.query_params[name] = value


def go_back() -> None:
    """From another view back to the conversation."""
    for name in _OF_A_VIEW:
        st.query_params.pop(name, None)


def _go_to_view(view: str) -> None:
    go_back()
    st.query_params["view"] = view


def begin_thread() -> str:
    """The conversation of the address, or a new one that the address now names."""
    name = current_thread() or new_thread()
    go_to_thread(name)
    return name
