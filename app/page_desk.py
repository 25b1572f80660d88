"""Everything the views need in one hand: the tools, the engine, and how to ask the library."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from groundwire.agents import Threads
from groundwire.app.page_engine import Engine
from groundwire.app.page_sources import Standing, standing
from groundwire.core.schema import Citation
from groundwire.retrievers import (
    Library,
    StoredDocument,
    list_collections,
    list_documents,
    read_span,
)


class Desk:
    """One run of the page's script: made anew each time, so what it caches is never stale."""

    def __init__(self, engine: Engine, library: Library, threads: Threads) -> None:
        self.engine = engine
        self.library = library
        self.threads = threads

    @property
    def home(self) -> Path:
        """The folder that holds everything."""
        return self.library.settings.home

    @cached_property
    def documents(self) -> list[StoredDocument]:
        """All documents, one entry a place."""
        return list_documents(self.library)

    @cached_property
    def collections(self) -> dict[str, int]:
        """Collections and how many documents stand in each."""
        return {one.name: one.documents for one in list_collections(self.library)}

    @cached_property
    def sources(self) -> frozenset[str]:
        """Every path at which a document stands."""
        return frozenset(document.source for document in self.documents)

    def judge(self, citation: Citation) -> Standing:
        """Whether a quote still stands where it was found."""
        found = read_span(self.library, citation.document_id, citation.start, citation.end)
        if found == citation.quote:
            return Standing.HERE
        return standing(citation, found, self.sources)
