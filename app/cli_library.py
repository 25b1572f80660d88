"""The commands that look after the library: documents, collections and check."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundwire.app.cli_command import DONE, NOT_WHOLE, JsonCommand, Result, Surroundings
from groundwire.core.errors import GroundwireError

if TYPE_CHECKING:
    from groundwire.core.schema import Document
    from groundwire.retrievers import StoredDocument

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="An id, the start of one, a path or a file name.")
]
InCollection = Annotated[str | None, typer.Option(metavar="NAME", help="Only in this collection.")]


@dataclass(frozen=True, kw_only=True)
class ListDocuments(JsonCommand):
    """List the documents of the library."""

    collection: InCollection = None
    lists = ("documents",)

    def run(self, surroundings: Surroundings) -> Result:
        """All of them, or one collection's."""
        from groundwire.app.cli_listings import show_documents_table
        from groundwire.core.wire import as_json
        from groundwire.retrievers import list_documents, open_library

        with open_library(surroundings.settings()) as library:
            found = list_documents(library, self.collection)
        return Result(
            data={"documents": as_json(found)},
            show=lambda console: show_documents_table(console, found),
        )


@dataclass(frozen=True, kw_only=True)
class ShowDocuments(JsonCommand):
    """Show a document: where it stands, and its text as groundwire reads it."""

    name: Name
    lists = ("documents",)

    def run(self, surroundings: Surroundings) -> Result:
        """Every document that the name fits; UsageError when none does."""
        from groundwire.app.cli_listings import show_document_texts
        from groundwire.retrievers import open_library, read_document, show_documents

        with open_library(surroundings.settings()) as library:
            places = show_documents(library, self.name)
            ids = dict.fromkeys(place.document_id for place in places)
            read = [(read_document(library, name), name) for name in ids]
        texts = {name: document for document, name in read if document is not None}
        return Result(
            data={"documents": [_shown(place, texts.get(place.document_id)) for place in places]},
            show=lambda console: show_document_texts(console, places, texts),
        )


@dataclass(frozen=True, kw_only=True)
class RemoveDocuments(JsonCommand):
    """Remove a document from the library; the file itself stays."""

    name: Name
    collection: InCollection = None
    lists = ("files",)

    def run(self, surroundings: Surroundings) -> Result:
        """Every place that the name fits; UsageError when none does."""
        from groundwire.app.cli_outcomes import files_result
        from groundwire.retrievers import open_library, remove_documents

        started = time.perf_counter()
        with open_library(surroundings.settings()) as library:
            files = list(remove_documents(library, self.name, collection=self.collection))
        return files_result(files, time.perf_counter() - started)


@dataclass(frozen=True, kw_only=True)
class ListCollections(JsonCommand):
    """List the collections and what they hold."""

    lists = ("collections",)

    def run(self, surroundings: Surroundings) -> Result:
        """All of them."""
        from groundwire.app.cli_listings import show_collections_table
        from groundwire.core.wire import as_json
        from groundwire.retrievers import list_collections, open_library

        with open_library(surroundings.settings()) as library:
            found = list_collections(library)
        return Result(
            data={"collections": as_json(found)},
            show=lambda console: show_collections_table(console, found),
        )


@dataclass(frozen=True, kw_only=True)
class RemoveCollection(JsonCommand):
    """Remove a collection; documents that stand in another one stay there."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="The collection.")]
    lists = ("files",)

    def run(self, surroundings: Surroundings) -> Result:
        """It and every place in it."""
        from groundwire.app.cli_outcomes import files_result
        from groundwire.retrievers import open_library, remove_collection

        started = time.perf_counter()
        with open_library(surroundings.settings()) as library:
            files = list(remove_collection(library, self.name))
        return files_result(files, time.perf_counter() - started)


@dataclass(frozen=True, kw_only=True)
class Check(JsonCommand):
    """Compare the library's indexes with its database; exit code 4 when they differ."""

    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False

    def failure(self, error: GroundwireError) -> Mapping[str, Any]:
        """A library that could not be looked at is not whole."""
        return {**super().failure(error), "whole": False, "problems": []}

    def run(self, surroundings: Surroundings) -> Result:
        """Look, and mend when asked to."""
        from groundwire.app.cli_listings import show_report
        from groundwire.core.wire import as_json
        from groundwire.retrievers import check_library, open_library

        with open_library(surroundings.settings()) as library:
            report = check_library(library, repair=self.repair)
        return Result(
            data={"whole": report.whole, **as_json(report)},
            show=lambda console: show_report(console, report),
            code=DONE if report.whole else NOT_WHOLE,
        )


def _shown(place: StoredDocument, document: Document | None) -> dict[str, Any]:
    from groundwire.core.wire import as_json

    shown: dict[str, Any] = as_json(place)
    for name in ("media_type", "metadata", "headings", "pages", "text") if document else ():
        shown[name] = as_json(getattr(document, name))
    return shown
