"""Documents, collections and the state of the library, as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from groundwire.app.cli_console import keep_whole, new_table
from groundwire.app.cli_text import count, one_line, printable, short_paths
from groundwire.core.schema import Document
from groundwire.retrievers import CheckReport, StoredCollection, StoredDocument

# As many digits of an id as a person types; commands take any start of six or more.
ID_DIGITS = 10


def show_documents_table(console: Console, found: Sequence[StoredDocument]) -> None:
    """One line a place."""
    if not found:
        console.print("No documents yet. Add some: groundwire add PATH...")
        return
    for number, (collection, group) in enumerate(groupby(found, attrgetter("collection"))):
        if number:
            console.print()
        _show_collection(console, collection, list(group))


def show_document_texts(
    console: Console, places: Sequence[StoredDocument], texts: Mapping[str, Document]
) -> None:
    """Each place with its facts, and each document's text once."""
    for number, place in enumerate(places):
        if number:
            console.print()
        _show_place(console, place, texts.get(place.document_id))
    for document in texts.values():
        console.print()
        console.print(Text(printable(document.text)), soft_wrap=True)


def show_collections_table(console: Console, found: Sequence[StoredCollection]) -> None:
    """One line a collection."""
    if not found:
        console.print("No collections yet. Add documents: groundwire add PATH...")
        return
    table = new_table("Collection", "Documents", "Passages", numbers=("Documents", "Passages"))
    for item in found:
        table.add_row(Text(one_line(item.name)), f"{item.documents:,}", f"{item.passages:,}")
    console.print(table)


def show_report(console: Console, report: CheckReport) -> None:
    """What is wrong, what was mended, and what to do about the rest."""
    if report.problems:
        table = new_table("Problem", "Where", "Detail", "")
        for problem in report.problems:
            state = Text("mended", style="green") if problem.repaired else Text("open", style="red")
            cells = (problem.kind, problem.subject, problem.detail)
            table.add_row(*(Text(one_line(cell)) for cell in cells), state)
        console.print(table)
    if report.whole:
        held = f"{count(report.documents, 'document')}, {count(report.passages, 'passage')}"
        console.print(Text(f"The library is whole: {held}.", style="bold green"))
        return
    number = sum(not problem.repaired for problem in report.problems)
    console.print(Text(f"The library is not whole: {count(number, 'problem')}.", style="bold red"))
    console.print("Mend what can be mended: groundwire check --repair")


def _show_collection(console: Console, name: str, found: Sequence[StoredDocument]) -> None:
    folder, names = short_paths([place.source for place in found])
    where = f", in {one_line(folder)}" if folder else ""
    console.print(Text(f"Collection {one_line(name)}{where}:"), soft_wrap=True)
    table = new_table("Id", "Passages", "File", "Title", numbers=("Id", "Passages"))
    # Where it is tight, files keep their names and titles give way.
    keep_whole(console, table.columns[2], names)
    taken = min(max(map(cell_len, names)), console.width // 2) + ID_DIGITS + len("Passages") + 6
    table.columns[-1].max_width = max(console.width - taken, 10)
    table.columns[-1].no_wrap = True
    table.columns[-1].overflow = "ellipsis"
    for place, shown in zip(found, names, strict=True):
        identity = Text(place.document_id[:ID_DIGITS], style="cyan")
        cells = (Text(one_line(shown)), Text(one_line(place.title)))
        table.add_row(identity, f"{place.passages:,}", *cells)
    console.print(table)


def _show_place(console: Console, place: StoredDocument, document: Document | None) -> None:
    facts = [
        ("Title", place.title),
        ("File", place.source),
        ("Id", place.document_id),
        ("Collection", place.collection),
        ("Passages", f"{place.passages:,}"),
    ]
    if document:
        facts.append(("Type", document.media_type))
        facts.append(("Pages", f"{len(document.pages):,}" if document.pages else "-"))
        facts.extend(sorted(document.metadata.items()))
    for name, value in facts:
        line = Text.assemble((f"{one_line(name):<12}", "bold"), one_line(value))
        console.print(line, soft_wrap=True)
