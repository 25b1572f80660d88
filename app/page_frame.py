"""The page as a whole: the side with the conversations, and the view beside it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from groundwire.app.page_chat import show_chat
from groundwire.app.page_conversations import show_conversations
from groundwire.app.page_desk import Desk
from groundwire.app.page_documents import show_documents_view
from groundwire.app.page_evaluation import show_evaluation_view
from groundwire.app.page_parts import show_arrival, show_style, show_text
from groundwire.app.page_place import (
    DOCUMENTS,
    EVALUATION,
    current_thread,
    current_view,
    go_to_documents,
    go_to_evaluation,
    go_to_new,
)
from groundwire.core.errors import GroundwireError


def show_frame(open_desk: Callable[[], Desk]) -> None:
    """Draw everything; what cannot be opened is said, with what to do about it."""
    st.set_page_config(page_title="groundwire", layout="centered")
    show_style()
    try:
        desk = open_desk()
        _show_side(desk)
        if current_view() == DOCUMENTS:
            show_documents_view(desk)
        elif current_view() == EVALUATION:
            show_evaluation_view(desk)
        else:
            show_chat(desk)
    except GroundwireError as error:
        show_text("gw-error", error.what, error.advice)
    show_arrival(f"{current_view()} {current_thread()}")


def _show_side(desk: Desk) -> None:
    with st.sidebar:
        show_text("gw-mark", "groundwire")
        st.button(
            "New conversation", icon=":material/edit_square:", on_click=go_to_new, width="stretch"
        )
        st.button(
            f"Documents ({len(desk.documents)})",
            icon=":material/folder_open:",
            on_click=go_to_documents,
            width="stretch",
            key="to-documents",
        )
        st.button(
            "Evaluation",
            icon=":material/monitoring:",
            on_click=go_to_evaluation,
            width="stretch",
            key="to-evaluation",
        )
        show_text("gw-label", "Conversations")
        show_conversations(desk)
