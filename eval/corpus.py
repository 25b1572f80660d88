"""Passages of judged collections: read, and indexed once for each content and encoder."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from filelock import FileLock

from groundwire.core.errors import LibraryError, UsageError
from groundwire.core.outcomes import Outcome
from groundwire.core.protocols import Encoder
from groundwire.core.schema import Document, Piece
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

    Raises UsageError naming file and line for a broken line or an id that stands twice, and for
    a file without passages.
    """
    path = folder / CORPUS_FILE
    seen = Seen(path)
    digest = hashlib.sha256()
    for number, line in _numbered(path):
        seen.add(line.id, number)
        digest.update(_digest(line))
    if not seen.lines:
        raise UsageError(f"{path} holds no passages.", "Name another folder with --corpus FOLDER.")
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
        digest.update(_digest(line))
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
    an interruption leaves nothing that would be taken for whole, and of several processes one
    makes it while the others wait. ``on_progress`` is told passages done and in all. Raises
    LibraryError if the cache cannot be written, UsageError if the corpus changed since it was read.
    The passages alone are the cache's: ``Library.settings`` are those given, so that a calibration
    and weights of the person's own are found.
    """
    encoder = load_encoder(settings.encoder)
    key = hashlib.sha256(f"{FORMAT}\n{corpus.content}\n{encoder.name}".encode()).hexdigest()[:24]
    cache = settings.home / CACHE
    own = settings.model_copy(update={"home": cache / key})
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{key}.lock"):
            if not own.home.exists():
                _build(corpus, own, encoder, on_progress)
    except OSError as error:
        raise LibraryError(
            f"The passages of {corpus.name} cannot be indexed in {cache}: {error.strerror}.",
            "Choose another folder with --home DIR or the variable GROUNDWIRE_HOME.",
        ) from error
    library = open_library(own, encoder=encoder)
    library.settings = settings
    return library


def iterate_documents(lines: Iterable[CorpusLine]) -> Iterator[tuple[Document, list[Piece]]]:
    """Each line as a document of one passage: its text is title, newline, text."""
    for line in lines:
        text = f"{line.title}\n{line.text}"
        document = Document(
            # Not of the text alone: passages with the same text are passages of their own.
            id=_digest(line).hex(),
            source=line.id,
            title=line.title,
            text=text,
            media_type=CORPUS_TYPE,
        )
        yield document, [Piece(start=0, end=len(text))]


def _build(
    corpus: Corpus, settings: Settings, encoder: Encoder, on_progress: OnProgress | None
) -> None:
    """Make the library beside its place, and move it there when it is whole."""
    tell = on_progress or (lambda _done, _total: None)
    building = settings.home.with_name(f"{settings.home.name}.building")
    shutil.rmtree(building, ignore_errors=True)  # of a process that was killed
    try:
        _fill(corpus, settings.model_copy(update={"home": building}), encoder, tell)
        building.rename(settings.home)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _fill(corpus: Corpus, settings: Settings, encoder: Encoder, tell: OnProgress) -> None:
    digest = hashlib.sha256()

    def lines() -> Iterator[CorpusLine]:
        for line in corpus.lines():
            digest.update(_digest(line))
            yield line

    with open_library(settings, encoder=encoder) as library:
        added = add_documents(library, iterate_documents(lines()))
        for done, passage in enumerate(added, start=1):
            if passage.outcome is not Outcome.ADDED:
                raise LibraryError(f"The passage {passage.path!r} was not indexed.")
            if done % STRIDE == 0:
                tell(done, len(corpus.ids))
    if digest.hexdigest() != corpus.content:
        raise UsageError(f"The passages of {corpus.name} changed meanwhile.", "Run it again.")
    tell(len(corpus.ids), len(corpus.ids))


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


def _digest(line: CorpusLine) -> bytes:
    """SHA-256 of a line, with lengths, so that no two lines can be written the same way."""
    digest = hashlib.sha256()
    for part in (line.id, line.title, line.text):
        encoded = part.encode()
        digest.update(f"{len(encoded)}:".encode())
        digest.update(encoded)
    return digest.digest()
