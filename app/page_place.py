"""Where a visitor is: which conversation, which view. The address bar holds it."""

from __future__ import annotations

import streamlit as st

from groundwire.app.page_engine import new_thread

DOCUMENTS = "documents"
_LONGEST = 200


def current_thread() -> str | None:
    """The conversation that the address names, if any."""
    name = st.query_params.get("thread", "")[:_LONGEST]
    return name or None


def current_view() -> str:
    """``chat`` or ``documents``."""
    return DOCUMENTS if st.query_params.get("view") == DOCUMENTS else "chat"


def go_to_thread(name: str) -> None:
    """Show a conversation."""
    st.query_params.from_dict({"thread": name})


def go_to_new() -> None:
    """Show an empty conversation, which gets its name with its first question."""
    st.query_params.clear()


def go_to_documents() -> None:
    """Show the documents; the conversation stays in the address for the way back."""
    st.query_params["view"] = DOCUMENTS


def go_back() -> None:
    """From the documents back to the conversation."""
    st.query_params.pop("view", None)


def begin_thread() -> str:
    """The conversation of the address, or a new one that the address now names."""
    name = current_thread() or new_thread()
    go_to_thread(name)
    return name
