"""The chat page. `groundwire chat` starts it: `streamlit run` on this file."""

from __future__ import annotations

from groundwire.app.page_frame import show_frame
from groundwire.app.page_opening import open_desk

show_frame(open_desk)
