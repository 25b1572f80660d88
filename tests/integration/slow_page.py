"""The chat page with a run that waits: what a slow model looks like. Started by the page tests."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import streamlit as st

from groundwire.agents import open_tools
from groundwire.app.page_desk import Desk
from groundwire.app.page_engine import Engine
from groundwire.app.page_frame import show_frame
from groundwire.core.schema import Event, Query
from groundwire.core.settings import load_settings
from groundwire.retrievers import Scope, search


@st.cache_resource
def opened() -> Desk:
    tools = open_tools(load_settings())

    async def ask(
        question: str, *, collection: str | None, thread: str | None
    ) -> AsyncIterator[Event]:
        yield Event(step="rewrite", seconds=0.01, data={"queries": [Query(text=question)]})
        tools.threads.begin(thread or "", question, uuid.uuid4().hex)
        hits = search(tools.library, question, scope=Scope(collection=collection))
        yield Event(step="search", seconds=0.02, data={"hits": hits})
        await asyncio.Event().wait()

    return Desk(Engine(ask), tools.library, tools.threads)


def desk() -> Desk:
    first = opened()
    return Desk(first.engine, first.library, first.threads)


show_frame(desk)
