"""BM25 over passages, with incremental add and delete: the one door to tantivy's index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tantivy import (
    DocAddress,
    Document,
    Index,
    IndexWriter,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    Searcher,
)

from groundwire.retrievers.analysis import ANALYSERS, GRAMS, UNSPACED, build_analyser
from groundwire.retrievers.damage import erase_index, explain_damage

WRITER_BYTES = 60_000_000
# Longer queries say nothing more, and every term costs a look-up.
MOST_TERMS = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class LexicalEntry:
    """A passage as it is indexed for BM25."""

    passage: int
    document: int
    collections: tuple[int, ...]
    analyser: str
    text: str


class LexicalIndex:
    """A folder with a tantivy index. Writers must hold the library's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = _build_schema()
        with self._guarded():
            folder.mkdir(parents=True, exist_ok=True)
            self._index = Index(self._schema, path=str(folder))
            self._index.reload()
        for name in ANALYSERS:
            self._index.register_tokenizer(name, build_analyser(name))

    def replace(self, documents: Iterable[int], entries: Iterable[LexicalEntry]) -> None:
        """Drop every passage of ``documents`` and add ``entries``, in one commit."""
        with self._guarded(), self._writer() as writer:
            for document in documents:
                writer.delete_documents_by_term("document", document)
            for entry in entries:
                writer.add_document(_as_tantivy(entry))

    def search(
        self,
        text: str,
        depth: int,
        *,
        analysers: Sequence[str],
        collection: int | None = None,
        documents: Collection[int] | None = None,
    ) -> list[tuple[int, float]]:
        """Passage ids and BM25 scores, best first, at most ``depth``.

        ``analysers`` are those that the library's documents use; ``collection`` and ``documents``
        restrict the search to passages that stand in them.
        """
        terms = self._term_queries(text, analysers) if depth else []
        clauses = [(Occur.Should, term) for own in terms for term in own]
        return self._find(clauses, depth, self._limits(collection, documents))

    def search_every_word(
        self,
        text: str,
        depth: int,
        *,
        analysers: Sequence[str],
        collection: int | None = None,
        documents: Collection[int] | None = None,
    ) -> list[tuple[int, float]]:
        """The same of passages that hold every word of ``text``."""
        terms = self._term_queries(text, analysers) if depth else []
        every = [Query.boolean_query([(Occur.Must, term) for term in own]) for own in terms]
        clauses = [(Occur.Should, own) for own in every]
        return self._find(clauses, depth, self._limits(collection, documents))

    def _find(
        self, clauses: Sequence[tuple[Occur, Query]], depth: int, limits: Iterable[Query]
    ) -> list[tuple[int, float]]:
        if not clauses:
            return []
        query = Query.boolean_query(clauses)
        if within := [(Occur.Must, limit) for limit in limits]:
            query = Query.boolean_query([(Occur.Must, query), *within])
        with self._guarded():
            searcher = self._index.searcher()
            found = searcher.search(query, depth).hits
            ids = _ids(searcher, [address for _, address in found])
        scored = zip(ids, (float(score) for score, _ in found), strict=True)
        # Equal scores come in the order of segments, which merges change: the id decides instead.
        return sorted(scored, key=lambda item: (-item[1], item[0]))

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        with self._guarded():
            return self._index.searcher().num_docs

    def count_terms(self, analyser: str, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term stands, as an analyser cuts them.

        Passages removed lately count still.
        """
        with self._guarded():
            searcher = self._index.searcher()
            return {term: searcher.doc_freq(analyser, term) for term in terms}

    def passage_ids(self) -> set[int]:
        """Every passage in the index."""
        with self._guarded():
            searcher = self._index.searcher()
            found = searcher.search(Query.all_query(), max(1, searcher.num_docs)).hits
            return set(_ids(searcher, [address for _, address in found]))

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether there is an index in ``folder``, damaged or not."""
        return (folder / "meta.json").exists()

    @staticmethod
    def erase(folder: Path) -> None:
        """Remove the index, to be built anew."""
        erase_index(folder)

    def _term_queries(self, text: str, analysers: Sequence[str]) -> list[list[Query]]:
        """By each analyser that finds some, the terms of ``text``."""
        cut = [
            (name, list(dict.fromkeys(build_analyser(name).analyze(text)))[:MOST_TERMS])
            for name in analysers
            if name != GRAMS or UNSPACED.search(text)
        ]
        return [
            [Query.term_query(self._schema, name, term) for term in terms]
            for name, terms in cut
            if terms
        ]

    def _limits(self, collection: int | None, documents: Collection[int] | None) -> Iterator[Query]:
        if collection is not None:
            term = Query.term_query(self._schema, "collection", collection)
            yield Query.const_score_query(term, 0.0)
        if documents is not None:
            terms = Query.term_set_query(self._schema, "document", sorted(documents))
            yield Query.const_score_query(terms, 0.0)

    @contextmanager
    def _writer(self) -> Iterator[IndexWriter]:
        writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        try:
            yield writer
            writer.commit()
        finally:
            writer.wait_merging_threads()
        self._index.reload()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, OSError) as error:
            raise explain_damage("lexical", self._folder, error) from error


def _ids(searcher: Searcher, addresses: list[DocAddress]) -> list[int]:
    values = searcher.fast_field_values("passage", addresses)
    return [value for value in values if isinstance(value, int)]


def _build_schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_integer_field("passage", stored=False, indexed=True, fast=True)
    builder.add_integer_field("document", stored=False, indexed=True)
    builder.add_integer_field("collection", stored=False, indexed=True)
    for name in ANALYSERS:
        builder.add_text_field(name, stored=False, tokenizer_name=name, index_option="freq")
    return builder.build()


def _as_tantivy(entry: LexicalEntry) -> Document:
    document = Document()
    document.add_integer("passage", entry.passage)
    document.add_integer("document", entry.document)
    for collection in entry.collections:
        document.add_integer("collection", collection)
    document.add_text(entry.analyser, entry.text)
    return document
