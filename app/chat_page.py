"""The chat page. `groundwire chat` starts it: `streamlit run` on this file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import streamlit as st
from groundwire.agents import Tools, open_tools, stream
from groundwire.app.page_chat import show_chat
from groundwire.app.page_conversations import show_conversations
from groundwire.app.page_desk import Desk
from groundwire.app.page_documents import show_documents_view
from groundwire.app.page_engine import Engine
from groundwire.app.page_parts import show_style, show_text
from groundwire.app.page_place import DOCUMENTS, current_view, go_to_documents, go_to_new
from groundwire.core.errors import GroundwireError
from groundwire.core.schema import Event
from groundwire.core.settings import load_settings


@st.cache_resource(show_spinner="Opening the library")
def open_engine(home: Path) -> tuple[Engine, Tools]:
    """The engine and the tools of this server; opened by the first visitor, kept for all."""
    tools = ExitStack().enter_context(open_tools(load_settings(home=home)))

    def asking(
        question: str, *, collection: str | None, thread: str | None
    ) -> AsyncIterator[Event]:
        return stream(question, collection=collection, thread=thread, tools=tools)

    return Engine(asking), tools


def show_page() -> None:
    """Draw the whole page."""
    st.set_page_config(page_title="groundwire", layout="centered", initial_sidebar_state="auto")
    show_style()
    try:
        engine, tools = open_engine(load_settings().home)
        desk = Desk(engine, tools.library, tools.threads)
        _show_side(desk)
        if current_view() == DOCUMENTS:
            show_documents_view(desk)
        else:
            show_chat(desk)
    except GroundwireError as error:
        show_text("gw-error", error.what, error.advice)


def _show_side(desk: Desk) -> None:
    with st.sidebar:
        show_text("gw-mark", "groundwire")
        st.button(
            "New conversation",
            icon=":material/edit_square:",
            on_click=go_to_new,
            width="stretch",
        )
        st.button(
            f"Documents ({len(desk.documents)})",
            icon=":material/folder_open:",
            on_click=go_to_documents,
            width="stretch",
        )
        show_text("gw-label", "Conversations")
        show_conversations(desk)


show_page()
