"""Passages of judged collections: read, and indexed once for each content and encoder."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from filelock import FileLock

from groundwire.core.errors import LibraryError
from groundwire.core.schema import Document, Outcome, Piece
from groundwire.core.settings import Settings
from groundwire.eval.lines import Fields, Seen, read_rows
from groundwire.eval.schema import Corpus, CorpusLine
from groundwire.models import load_encoder
from groundwire.retrievers import Library, add_documents, open_library

CORPUS_FILE = "corpus.jsonl"
CORPUS_TYPE = "corpus-line"
# Under the home folder; deleting it costs the time to index again.
CACHE = Path("eval") / "corpora"
# Part of the cache's key: raised when what is made of a line changes.
FORMAT = 1
# Passages between two reports of progress.
STRIDE = 256
OnProgress = Callable[[int, int], None]


def read_corpus(folder: Path) -> Corpus:
    """The passages of ``folder``, checked; they are read again when they are indexed.

    Raises UsageError naming file and line for a broken line or an id that stands twice.
    """
    path = folder / CORPUS_FILE
    seen = Seen(path)
    digest = hashlib.sha256()
    for number, line in _numbered(path):
        seen.add(line.id, number)
        _feed(digest.update, line)
    return Corpus(
        name=folder.name,
        content=digest.hexdigest(),
        ids=frozenset(seen.lines),
        lines=partial(_lines, path),
    )


def corpus_of(name: str, lines: Sequence[CorpusLine]) -> Corpus:
    """A corpus of passages that are at hand."""
    digest = hashlib.sha256()
    for line in lines:
        _feed(digest.update, line)
    return Corpus(
        name=name,
        content=digest.hexdigest(),
        ids=frozenset(line.id for line in lines),
        lines=lambda: iter(lines),
    )


def open_corpus(
    corpus: Corpus, settings: Settings, *, on_progress: OnProgress | None = None
) -> Library:
    """The library that holds ``corpus`` alone, searched with ``settings``; to be closed.

    It is made in the cache of the home folder when it is not there, for each content and encoder;
    an interruption leaves nothing that would be taken for whole. ``on_progress`` is told passages
    done and in all.
    """
    encoder = load_encoder(settings.encoder).name
    key = hashlib.sha256(f"{FORMAT}\n{corpus.content}\n{encoder}".encode()).hexdigest()[:24]
    cache = settings.home / CACHE
    own = settings.model_copy(update={"home": cache / key})
    if not own.home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{key}.lock"):
            if not own.home.exists():
                _build(corpus, own, on_progress)
    return open_library(own)


def iterate_documents(lines: Iterable[CorpusLine]) -> Iterator[tuple[Document, list[Piece]]]:
    """Each line as a document of one passage: its text is title, newline, text."""
    for line in lines:
        text = f"{line.title}\n{line.text}"
        identity = hashlib.sha256(f"{line.id}\n{text}".encode("utf-8", "surrogatepass"))
        document = Document(
            id=identity.hexdigest(),
            source=line.id,
            title=line.title,
            text=text,
            media_type=CORPUS_TYPE,
        )
        yield document, [Piece(start=0, end=len(text))]


def _build(corpus: Corpus, settings: Settings, on_progress: OnProgress | None) -> None:
    tell = on_progress or (lambda _done, _total: None)
    with tempfile.TemporaryDirectory(dir=settings.home.parent, prefix="building-") as folder:
        home = Path(folder) / "home"
        with open_library(settings.model_copy(update={"home": home})) as library:
            added = add_documents(library, iterate_documents(corpus.lines()))
            for done, passage in enumerate(added, start=1):
                if passage.outcome is Outcome.FAILED:
                    raise LibraryError(f"{passage.path} was not indexed: {passage.reason}.")
                if done % STRIDE == 0:
                    tell(done, len(corpus.ids))
        tell(len(corpus.ids), len(corpus.ids))
        shutil.move(home, settings.home)


def _lines(path: Path) -> Iterator[CorpusLine]:
    return (line for _, line in _numbered(path))


def _numbered(path: Path) -> Iterator[tuple[int, CorpusLine]]:
    for number, row in read_rows(path):
        fields = Fields(row, path, number)
        yield (
            number,
            CorpusLine(
                id=fields.identity("_id"), title=fields.text("title", ""), text=fields.text("text")
            ),
        )


def _feed(update: Callable[[bytes], None], line: CorpusLine) -> None:
    for part in (line.id, line.title, line.text):
        encoded = part.encode("utf-8", "surrogatepass")
        update(f"{len(encoded)}:".encode())
        update(encoded)
