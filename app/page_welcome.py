"""The first screen: what this is and what to do now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from groundwire.app.page_adding import DEFAULT, show_outcomes, show_uploader
from groundwire.app.page_desk import Desk
from groundwire.app.page_parts import show_text

SAMPLES = Path(__file__).with_name("samples")
"""The documents of an invented organisation that `make run` adds to an empty library."""
EXAMPLES = (
    "Who built the Little Wren?",
    "How wide is the river at Osterlune?",
    "¿Cuánto cuesta al mes el bono para los temporeros?",
    "How much is a coffee on board?",
)
"""Questions on them. The last one they do not answer, which is worth seeing too."""


def show_welcome(desk: Desk, *, ask: Callable[[str], None]) -> None:
    """An invitation to add documents when there are none, else to ask."""
    show_text("gw-hero", "Ask your own documents.")
    show_text(
        "gw-lead",
        "Answers are made of sentences from your files. Each one carries a number: "
        "click it to see where it stands. What the files do not say is not answered.",
    )
    if not desk.collections:
        show_uploader(desk, DEFAULT)
        show_text("gw-label", "Or, for a whole folder, in a terminal")
        st.code("groundwire add FOLDER", language=None)
        return
    show_outcomes()
    if desk.sources & _sample_paths():
        show_text("gw-label", "Try one of these on the sample documents")
        with st.container(gap=None):
            for number, question in enumerate(EXAMPLES):
                st.button(
                    question,
                    key=f"example-{number}",
                    on_click=ask,
                    args=(question,),
                    type="tertiary",
                )


def _sample_paths() -> frozenset[str]:
    return frozenset(str(path) for path in SAMPLES.iterdir()) if SAMPLES.is_dir() else frozenset()
