"""The documents: what there is, adding to it, taking away from it."""

from __future__ import annotations

import streamlit as st

from groundwire.app.page_adding import choose_collection, forget_outcomes, show_uploader
from groundwire.app.page_desk import Desk
from groundwire.app.page_parts import show_rows, show_text
from groundwire.app.page_place import go_back
from groundwire.app.page_upload import discard_upload
from groundwire.retrievers import StoredDocument, remove_collection, remove_documents

SHOWN = 100
_PENDING = "documents-pending"


def show_documents_view(desk: Desk) -> None:
    """Everything about documents, in place of the conversation."""
    st.button("Back to the conversation", icon=":material/arrow_back:", on_click=_leave, key="back")
    st.header("Documents", anchor=False)
    show_uploader(desk, choose_collection(desk))
    if not desk.collections:
        return
    collection = _choose(desk)
    found = _filtered(desk, collection)
    _show_list(found)
    if collection is not None:
        st.button(
            "Remove this collection", on_click=lambda: _ask(f"collection:{collection}"), key="drop"
        )
    _confirm_pending(desk)


def _leave() -> None:
    forget_outcomes()
    go_back()


def _choose(desk: Desk) -> str | None:
    st.subheader("In the library", anchor=False)
    return st.selectbox(
        "Show",
        [None, *desk.collections],
        format_func=lambda name: _label(name, desk),
        key="documents-collection",
        label_visibility="collapsed",
    )


def _label(name: str | None, desk: Desk) -> str:
    if name is None:
        return f"All collections ({len(desk.documents)})"
    return f"{name} ({desk.collections[name]})"


def _filtered(desk: Desk, collection: str | None) -> list[StoredDocument]:
    words = st.text_input(
        "Find a document", placeholder="Part of a title or path", key="documents-filter"
    )
    wanted = words.casefold().strip()
    return [
        document
        for document in desk.documents
        if collection in (None, document.collection)
        and wanted in f"{document.title}\n{document.source}".casefold()
    ]


def _show_list(found: list[StoredDocument]) -> None:
    if not found:
        show_text("gw-quiet", "No document of that name.")
    show_rows(
        [
            {
                "id": f"document:{document.collection}\n{document.source}",
                "title": document.title,
                "detail": f"{document.collection} · {document.source}",
            }
            for document in found[:SHOWN]
        ],
        key="documents",
        actions={"remove": "Remove"},
        on_act=lambda _action, row: _ask(row),
    )
    if len(found) > SHOWN:
        show_text("gw-quiet", f"{len(found) - SHOWN} more: narrow the list with a word above.")


def _ask(what: str) -> None:
    st.session_state[_PENDING] = what


def _confirm_pending(desk: Desk) -> None:
    pending = st.session_state.pop(_PENDING, None)
    if pending is None:
        return
    kind, _, name = pending.partition(":")
    if kind == "document":
        collection, _, source = name.partition("\n")
        _confirm_document(source, collection, desk)
    else:
        _confirm_collection(name, desk)


@st.dialog("Remove this document?")
def _confirm_document(source: str, collection: str, desk: Desk) -> None:
    show_text("gw-title", source)
    show_text("gw-quiet", f"It goes from the collection {collection}. {_OWN_FILES}")
    if st.button("Remove", type="primary"):
        remove_documents(desk.library, source, collection=collection)
        discard_upload(desk.home, source)
        st.rerun()


@st.dialog("Remove this collection?")
def _confirm_collection(name: str, desk: Desk) -> None:
    show_text("gw-title", name)
    number = desk.collections.get(name, 0)
    what = "Its one document goes." if number == 1 else f"Its {number} documents go."
    show_text("gw-quiet", f"{what} {_OWN_FILES}")
    if st.button("Remove", type="primary", key="drop-sure"):
        for outcome in remove_collection(desk.library, name):
            discard_upload(desk.home, outcome.path)
        st.session_state.pop("documents-collection", None)
        st.rerun()


_OWN_FILES = (
    "Your own files are not touched; copies made by dropping them on this page are deleted."
)
