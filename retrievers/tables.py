"""The tables of the library's database, which is the truth: every index is derived from it."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

FORMAT_VERSION = 3

# A document is READY when every index has it and only then. NEW was never indexed whole, CHANGED
# was, but its places are others now; both are pending: the next writer, or the next opening of the
# library, finishes them. A pending document that stands nowhere any more is removed.
READY, NEW, CHANGED = "ready", "new", "changed"

metadata = MetaData()

properties = Table(
    "properties",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("title", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("language", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("metadata", JSON, nullable=False),
    Column("headings", JSON, nullable=False),
    Column("pages", JSON, nullable=False),
    Column("tables", JSON, nullable=False),
    sqlite_autoincrement=True,
)

places = Table(
    "places",
    metadata,
    Column("path", String, primary_key=True),
    Column("collection_id", ForeignKey("collections.id"), primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("modified", String, nullable=False),
)

# The passages of a document in their order are its canonical text: nothing is stored twice.
passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("page", Integer),
    Column("heading", String),
    Column("context", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_hash", LargeBinary(16), nullable=False, index=True),
    UniqueConstraint("document_id", "start"),
    sqlite_autoincrement=True,
)

# What passages are called: the title of the document that one opens, the heading it stands under.
# ``start`` is that of the passage, ``opens_with`` the first of so many ``words``.
names = Table(
    "names",
    metadata,
    Column("name", String, nullable=False),
    Column("opens_with", String, nullable=False),
    Column("words", Integer, nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    PrimaryKeyConstraint("name", "document_id", "start"),
    Index("names_by_first_word", "opens_with", "words"),
)

# Where a document leads to files and headings: characters of its text, and the target as written.
hyperlinks = Table(
    "hyperlinks",
    metadata,
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("target", String, nullable=False),
    PrimaryKeyConstraint("document_id", "start"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", String, nullable=False),
    Column("text_hash", LargeBinary(16), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("vectors_by_text", "text_hash", "model", unique=True),
)

# Conversations stand here too, so that every library has these tables, whoever made it, and one
# format version covers them. They are the only thing in a library that no file holds.
threads = Table(
    "threads",
    metadata,
    Column("name", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("updated_at", String, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread", ForeignKey("threads.name"), nullable=False, index=True),
    Column("run_id", String, nullable=False, unique=True),
    Column("question", Text, nullable=False),
    Column("answer", Text),
    Column("asked_at", String, nullable=False),
    sqlite_autoincrement=True,
)
