"""Dropping files on the page, and what became of each."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from groundwire.app.page_desk import Desk
from groundwire.app.page_engine import Adding, explain
from groundwire.app.page_parts import show_rows, show_text
from groundwire.app.page_upload import Upload, add_uploads
from groundwire.core.outcomes import FileOutcome, Outcome, Progress

DEFAULT = "default"
_ADDING = "adding"
_ROUND = "upload-round"
_MORE = 0.5


def show_uploader(desk: Desk, collection: str) -> None:
    """The place to drop files on, and what became of the last ones."""
    files = st.file_uploader(
        "Drop files here, or choose them",
        accept_multiple_files=True,
        max_upload_size=max(1, desk.library.settings.reading.max_bytes // 1_000_000),
        # A new key is how the list of files is emptied after they were taken.
        key=f"upload-{st.session_state.get(_ROUND, 0)}",
    )
    if files:
        uploads = [Upload(name=file.name, content=file.getvalue()) for file in files]
        st.session_state[_ADDING] = desk.engine.add(
            [upload.name for upload in uploads],
            lambda note: add_uploads(desk.library, uploads, collection, note),
        )
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.rerun()
    show_outcomes()


def choose_collection(desk: Desk) -> str:
    """The collection that files are added to: one there is, or the name of a new one."""
    names = list(desk.collections) or [DEFAULT]
    chosen = st.selectbox(
        "Add to the collection",
        names,
        index=names.index(DEFAULT) if DEFAULT in names else 0,
        accept_new_options=True,
        help="Choose one, or type the name of a new one.",
        key="upload-collection",
    )
    return (chosen or DEFAULT).strip() or DEFAULT


def show_outcomes() -> None:
    """What became of the files that this visitor added last; nothing if there were none."""
    adding = st.session_state.get(_ADDING)
    if not isinstance(adding, Adding):
        return
    if not adding.done:
        st.fragment(_watch, run_every=_MORE)(adding)
        return
    _show_rows(adding)
    if adding.error is not None:
        show_text("gw-error", " ".join(explain(adding.error)))


def forget_outcomes() -> None:
    """Show them no more: they were seen."""
    st.session_state.pop(_ADDING, None)


def _watch(adding: Adding) -> None:
    adding.wait(0.3)
    if adding.done:
        st.rerun()
    st.progress(_part(adding), text=f"{len(adding.outcomes)} of {len(adding.names)} files")
    _show_rows(adding)


def _part(adding: Adding) -> float:
    progress = adding.progress or Progress(
        files_done=0, files_total=1, bytes_done=0, bytes_total=1, passages=0
    )
    inside = progress.bytes_done / max(1, progress.bytes_total)
    return min(1.0, (len(adding.outcomes) + inside % 1.0) / max(1, len(adding.names)))


def _show_rows(adding: Adding) -> None:
    named = list(zip(adding.names, adding.outcomes, strict=False))
    if len(named) > 1:
        counts = Counter(outcome.outcome.value for _, outcome in named)
        show_text("gw-label", ", ".join(f"{count} {what}" for what, count in counts.items()))
    # What needs a person's eye comes first.
    named.sort(key=lambda pair: pair[1].outcome not in {Outcome.FAILED, Outcome.SKIPPED})
    show_rows(
        [_row(number, name, outcome) for number, (name, outcome) in enumerate(named)],
        key="outcomes",
        actions={},
        on_act=lambda _action, _row: None,
    )


def _row(number: int, name: str, outcome: FileOutcome) -> dict[str, object]:
    return {
        "id": str(number),
        "title": name,
        "detail": _passages(outcome.passages),
        "reason": outcome.reason,
        "badge": outcome.outcome.value,
    }


def _passages(number: int) -> str:
    return "" if number == 0 else f"{number} passage{'' if number == 1 else 's'}"
