"""The list of past conversations: opened, renamed, deleted."""

from __future__ import annotations

import streamlit as st

from groundwire.app.page_desk import Desk
from groundwire.app.page_parts import show_rows, show_text
from groundwire.app.page_place import current_thread, go_to_new, go_to_thread

LONGEST_TITLE = 200
SHOWN = 50
_PENDING = "conversation-pending"
_WHOLE = "conversations-whole"


def show_conversations(desk: Desk) -> None:
    """The conversations, newest first, and the dialog that one of them asked for."""
    threads = sorted(desk.threads.list(), key=lambda thread: thread.updated_at, reverse=True)
    if not threads:
        show_text("gw-quiet", "Your questions will be kept here.")
        return
    shown = threads if st.session_state.get(_WHOLE) else threads[:SHOWN]
    here = current_thread()
    show_rows(
        [{"id": one.name, "title": one.title, "current": one.name == here} for one in shown],
        key="conversations",
        actions={"open": "Open", "edit": "Edit"},
        on_act=_act,
    )
    if len(threads) > len(shown):
        label = f"All {len(threads)} conversations"
        st.button(label, key="conversations-all", type="tertiary", on_click=_show_whole)
    pending = st.session_state.pop(_PENDING, None)
    for one in threads:
        if one.name == pending:
            _edit(one.name, one.title, desk)


def _show_whole() -> None:
    st.session_state[_WHOLE] = True


def _act(action: str, name: str) -> None:
    if action == "open":
        go_to_thread(name)
    else:
        st.session_state[_PENDING] = name


@st.dialog("Conversation")
def _edit(name: str, title: str, desk: Desk) -> None:
    renamed = st.text_input("Title", value=title[:LONGEST_TITLE], max_chars=LONGEST_TITLE)
    if st.button("Save title", type="primary", disabled=not renamed.strip()):
        desk.threads.rename(name, renamed.strip())
        st.rerun()
    show_text("gw-quiet", "Deleting takes its questions and answers away for good.")
    sure = st.checkbox("Yes, delete this conversation")
    if st.button("Delete", disabled=not sure):
        desk.engine.forget(name)
        desk.threads.delete(name)
        if current_thread() == name:
            go_to_new()
        st.rerun()
