"""Passages by a name that they go by."""

from __future__ import annotations

from groundwire.core.schema import Passage
from groundwire.core.text import without_halves
from groundwire.retrievers.library import Library
from groundwire.retrievers.name_words import names_in
from groundwire.retrievers.names import passages_named
from groundwire.retrievers.scope import Scope, look_up
from groundwire.retrievers.stored_passages import read_passages


def find_named(library: Library, name: str, *, scope: Scope, k: int) -> list[Passage]:
    """The first ``k`` passages within ``scope`` that go by ``name``.

    If none goes by all of it, those that go by it without what stands in brackets at its end, but
    none of a title with other brackets: a film of 1940 is not that of 1996.
    Raises UsageError for an unknown collection.
    """
    limits = look_up(library, scope)
    forms = names_in(without_halves(name))
    with library.engine.connect() as connection:
        found = passages_named(
            connection, forms, collection=limits.collection, among=limits.documents
        )
    ids = next((found[form] for form in forms if found[form]), [])
    is_whole = bool(forms) and ids == found[forms[0]]
    there = read_passages(library, ids, scope)
    passages = [there[one] for one in ids if one in there]
    return [one for one in passages if is_whole or not one.title.rstrip().endswith((")", "]"))][:k]
