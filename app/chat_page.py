"""The chat page. `groundwire chat` starts it: `streamlit run` on this file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st

from groundwire.agents import Tools, open_tools, stream
from groundwire.app.page_desk import Desk
from groundwire.app.page_engine import Engine
from groundwire.app.page_frame import show_frame
from groundwire.core.schema import Event
from groundwire.core.settings import load_settings


def _release(opened: tuple[Engine, Tools]) -> None:
    engine, tools = opened
    engine.close()
    tools.__exit__()


@st.cache_resource(show_spinner="Opening the library", on_release=_release)
def _open(home: Path) -> tuple[Engine, Tools]:
    # Opened by the server's first visitor, kept for all of them until the server ends.
    tools = open_tools(load_settings(home=home))

    def ask(question: str, *, collection: str | None, thread: str | None) -> AsyncIterator[Event]:
        return stream(question, collection=collection, thread=thread, tools=tools)

    return Engine(ask), tools


def _open_desk() -> Desk:
    engine, tools = _open(load_settings().home)
    return Desk(engine, tools.library, tools.threads)


show_frame(_open_desk)
