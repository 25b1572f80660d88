"""The page's own parts: small components whose scripts set text and nothing but text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import streamlit as st

from groundwire.app.page_text import element

_STATIC = Path(__file__).with_name("static")
_ROOT = '<div class="root"></div>'


def show_text(css_class: str, *texts: str) -> None:
    """Each of ``texts`` as a block of its own, exactly as it is; classes are in ``page.css``."""
    for text in texts:
        st.html(element("div", css_class, text))


def show_style() -> None:
    """Put the page's style sheet in force."""
    st.html(f"<style>{_asset('page.css')}</style>")


def show_answer(payload: Mapping[str, object], *, key: str, on_open: Callable[[int], None]) -> None:
    """An answer; ``on_open`` gets the number of the source that is clicked."""

    def opened() -> None:
        number = st.session_state[key].get("open")
        if isinstance(number, int):
            on_open(number)

    _component("answer")(key=key, data=dict(payload), on_open_change=opened)


def show_quote(payload: Mapping[str, object], *, key: str) -> None:
    """A document's text with the quote marked."""
    _component("quote")(key=key, data=dict(payload))


def show_rows(
    rows: Iterable[Mapping[str, object]],
    *,
    key: str,
    actions: Mapping[str, str],
    on_act: Callable[[str, str], None],
) -> None:
    """A list; ``actions`` maps what can be done to its label, ``open`` being the row itself.

    ``on_act`` gets the action and the ``id`` of the row.
    """
    known = [dict(row) for row in rows]

    def acted() -> None:
        act = st.session_state[key].get("act") or {}
        name, row = act.get("name"), act.get("id")
        if name in actions and any(item["id"] == row for item in known):
            on_act(str(name), str(row))

    _component("rows")(key=key, data={"rows": known, "actions": dict(actions)}, on_act_change=acted)


def show_focus(token: str) -> None:
    """Bring this place of the page into view, once for each ``token``."""
    _component("focus")(key="focus", data={"token": token})


def show_arrival(place: str) -> None:
    """Tell the browser which place it shows now."""
    _component("arrive")(key="arrive", data={"place": place})


@cache
def _asset(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


def _component(name: str) -> Callable[..., object]:
    # Registered on each run, not once at import: the registry belongs to the server, and a test
    # starts more than one in a process.
    return st.components.v2.component(
        f"groundwire.{name}", html=_ROOT, css=_asset(f"{name}.css"), js=_asset(f"{name}.js")
    )
