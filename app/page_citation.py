"""The side of the page that shows where a quote stands."""

from __future__ import annotations

import streamlit as st

from groundwire.app.page_desk import Desk
from groundwire.app.page_parts import show_quote, show_text
from groundwire.app.page_sources import (
    AROUND,
    Standing,
    Window,
    explain_standing,
    place_of,
    window,
)
from groundwire.core.schema import Citation
from groundwire.retrievers import read_document

_WIDER = 4
_AROUND = "citation-around"


def open_citation(citation: Citation, desk: Desk) -> None:
    """Open the document at the quote, over the conversation."""
    st.session_state[_AROUND] = AROUND
    _dialog(citation, desk)


@st.dialog("Source", width="medium", position="right")
def _dialog(citation: Citation, desk: Desk) -> None:
    show_text("gw-title", citation.title)
    where = place_of(citation)
    show_text("gw-quiet", *([where] if where else []), citation.source)
    view, what = _look_up(citation, desk)
    if what is not Standing.HERE:
        show_text("gw-notice", explain_standing(what))
    show_quote(
        {
            "before": view.before,
            "quote": view.quote,
            "after": view.after,
            "cutBefore": view.cut_before,
            "cutAfter": view.cut_after,
        },
        key="citation",
    )
    if view.cut_before or view.cut_after:
        st.button("Show more of the document", on_click=_widen)


def _look_up(citation: Citation, desk: Desk) -> tuple[Window, Standing]:
    """The quote in its document, or alone when the ledger rule does not hold any more."""
    document = read_document(desk.library, citation.document_id)
    if document and document.text[citation.start : citation.end] == citation.quote:
        around = st.session_state.get(_AROUND, AROUND)
        view = window(document.text, citation.start, citation.end, around=around)
        return view, Standing.HERE
    kept = Window(before="", quote=citation.quote, after="", cut_before=False, cut_after=False)
    changed = document is not None or citation.source in desk.sources
    return kept, Standing.CHANGED if changed else Standing.GONE


def _widen() -> None:
    st.session_state[_AROUND] = st.session_state.get(_AROUND, AROUND) * _WIDER
