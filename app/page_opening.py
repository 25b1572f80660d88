"""What a page server opens once and shares: by its first visitor, until it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st

from groundwire.agents import Tools, open_tools, stream
from groundwire.app.page_desk import Desk
from groundwire.app.page_engine import Engine
from groundwire.core.schema import Event
from groundwire.core.settings import load_settings


def open_desk() -> Desk:
    """A desk over the tools of this server; raises what keeps them from being opened."""
    engine, tools = _open(load_settings().home)
    return Desk(engine, tools.library, tools.threads)


def _release(opened: tuple[Engine, Tools]) -> None:
    engine, tools = opened
    engine.close()
    tools.__exit__()


@st.cache_resource(show_spinner="Opening the library", on_release=_release)
def _open(home: Path) -> tuple[Engine, Tools]:
    tools = open_tools(load_settings(home=home))

    def ask(question: str, *, collection: str | None, thread: str | None) -> AsyncIterator[Event]:
        return stream(question, collection=collection, thread=thread, tools=tools)

    return Engine(ask), tools
