"""How fast it is, against the models' own forward passes: ``make bench DATA=FOLDER``.

Texts are real: every ``corpus.jsonl`` below the folder. Prints a table and writes
``bench-output/speed.json``. Nothing here is a test: times depend on the machine and its load, so
each figure stands beside its own yardstick, measured in the same run.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path

from groundwire.agents import ask, local_tools
from groundwire.core.errors import UsageError
from groundwire.core.protocols import Encoder, FloatArray
from groundwire.core.schema import Document, Piece
from groundwire.core.settings import Settings, load_settings
from groundwire.eval.corpus import iterate_documents, read_corpus
from groundwire.eval.harness_speed import measure_harness, measure_scoring
from groundwire.eval.tasks import Choice, read_task
from groundwire.models import HashEncoder, load_encoder
from groundwire.retrievers import add_documents, open_library, search

logger = logging.getLogger(__name__)
OUTPUT = Path("bench-output") / "speed.json"
SEARCHED, ADDED, MANY = 10_000, 2_000, 100_000
# Added before anything is timed: libraries load and threads start only once.
WARM = 64
QUESTIONS = 100
SCORED = 10_000
Sizes = Mapping[str, float]


@dataclass
class RecordingEncoder:
    """Passes everything on to an encoder, and remembers what it was asked and for how long."""

    encoder: Encoder
    calls: list[list[str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """The encoder's own name."""
        return self.encoder.name

    @property
    def dimension(self) -> int:
        """The encoder's own dimension."""
        return self.encoder.dimension

    @property
    def max_tokens(self) -> int:
        """The encoder's own limit."""
        return self.encoder.max_tokens

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """The encoder's vectors, with the time they took."""
        started = time.perf_counter()
        vectors = self.encoder.encode(texts)
        self.seconds += time.perf_counter() - started
        self.calls.append(list(texts))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The encoder's own count."""
        return self.encoder.count_tokens(texts)


def measure_adding(corpus: Sequence[tuple[Document, list[Piece]]], home: Path) -> Sizes:
    """Passages a second of adding, beside those of the bare encoder on the same texts."""
    timed = corpus[WARM:]
    texts = [document.text for document, _ in timed]
    with open_library(_settings(home)) as library:
        for _ in add_documents(library, corpus[:WARM]):
            pass
        bare = _seconds(partial(library.encoder.encode, texts))
        added = _seconds(lambda: list(add_documents(library, timed)))
    return {
        "passages": len(texts),
        "bare encoder, passages/s": len(texts) / bare,
        "adding, passages/s": len(texts) / added,
        "share of the bare encoder": bare / added,
    }


def measure_growth(corpus: Sequence[tuple[Document, list[Piece]]], home: Path) -> Sizes:
    """Time to add ten times as many passages, without a model: what the library itself costs."""
    tenth = len(corpus) // 10
    small = _seconds(lambda: _fill(home / "small", corpus[:tenth]))
    large = _seconds(lambda: _fill(home / "large", corpus[: tenth * 10]))
    return {
        "passages": tenth,
        "seconds": small,
        "seconds for ten times": large,
        "ratio": large / small,
    }


def measure_memory(count: int) -> Sizes:
    """Peak memory of a process that adds ``count`` generated passages and searches them."""
    command = [sys.executable, "-m", "groundwire.eval.speed", "--fill", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return {"passages": count, **json.loads(done.stdout)}


def fill_and_measure(count: int) -> Sizes:
    """The other half of ``measure_memory``: runs in a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        seconds = _seconds(lambda: _fill(Path(home), _generate(count)))
        with open_library(_settings(Path(home)), encoder=HashEncoder()) as library:
            search(library, "passage number 77")
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": seconds, "peak memory, MiB": kibibytes / 1024}


def measure_search(questions: Sequence[str], home: Path) -> Sizes:
    """Milliseconds of a warm hybrid search, whole and outside the encoder."""
    recorder = RecordingEncoder(load_encoder(_settings(home).encoder))
    whole, outside = [], []
    with open_library(_settings(home), encoder=recorder) as library:
        for question in (*questions[:5], *questions):
            recorder.seconds = 0.0
            seconds = _seconds(partial(search, library, question))
            whole.append(1000 * seconds)
            outside.append(1000 * (seconds - recorder.seconds))
    return {**_percentiles("search", whole[5:]), **_percentiles("outside encoder", outside[5:])}


def measure_asking(questions: Sequence[str], home: Path) -> Sizes:
    """Milliseconds of a warm question, beside its model calls measured alone."""
    recorder = RecordingEncoder(load_encoder(_settings(home).encoder))
    whole, models = [], []
    # One event loop for all, as a page or a server has it: a new one starts its threads anew.
    with open_library(_settings(home), encoder=recorder) as library, asyncio.Runner() as loop:
        tools = local_tools(library)
        for question in (*questions[:5], *questions):
            recorder.calls.clear()
            whole.append(1000 * _seconds(partial(loop.run, ask(question, tools=tools))))
            calls = list(recorder.calls)
            models.append(
                1000 * sum(_seconds(partial(recorder.encoder.encode, texts)) for texts in calls)
            )
    ratios = [a / b for a, b in zip(whole[5:], models[5:], strict=True)]
    return {
        **_percentiles("question", whole[5:]),
        **_percentiles("model calls alone", models[5:]),
        "ratio of p50": statistics.median(whole[5:]) / statistics.median(models[5:]),
        "median of ratios": statistics.median(ratios),
    }


def measure_cold_start(question: str, home: Path) -> Sizes:
    """Seconds of a new process that asks, beside one that imports and loads the same."""
    load = (
        "import chromadb, langgraph.graph, onnxruntime, sqlalchemy, tantivy, pydantic, typer\n"
        "from groundwire.core.settings import load_settings\n"
        "from groundwire.models import load_encoder\n"
        "load_encoder(load_settings(environ={}).encoder).encode(['a question'])\n"
    )
    asked = [sys.executable, "-m", "groundwire.app", "--home", str(home), "ask", question, "--json"]
    runs = {
        "ask": asked,
        "bare import and load": [sys.executable, "-c", load],
        "help": [sys.executable, "-m", "groundwire.app", "--help"],
    }
    return {
        f"{name}, s": statistics.median(
            _seconds(partial(subprocess.run, command, check=True, capture_output=True))
            for _ in range(3)
        )
        for name, command in runs.items()
    }


def _settings(home: Path) -> Settings:
    return load_settings(home=home, environ={}, folder=home)


def _fill(
    home: Path,
    corpus: Iterator[tuple[Document, list[Piece]]] | Sequence[tuple[Document, list[Piece]]],
) -> None:
    with open_library(_settings(home), encoder=HashEncoder()) as library:
        for _ in add_documents(library, corpus):
            pass


def _generate(count: int) -> Iterator[tuple[Document, list[Piece]]]:
    for number in range(count):
        words = [f"word{(number * 7919 + place * 104729) % 50021}" for place in range(70)]
        text = f"This is passage number {number}. " + " ".join(words)
        document = Document(
            id=f"{number:064x}",
            source=f"generated-{number}",
            text=text,
            title=f"Generated {number}",
            media_type="txt",
        )
        yield document, [Piece(start=0, end=len(text), context=document.title)]


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _percentiles(name: str, milliseconds: Sequence[float]) -> Sizes:
    ordered = sorted(milliseconds)
    return {
        f"{name} p50, ms": statistics.median(ordered),
        f"{name} p95, ms": ordered[int(0.95 * (len(ordered) - 1))],
    }


def main(arguments: Sequence[str]) -> None:
    """Measure everything on the texts below a folder, log it, and write it as JSON."""
    if arguments[0] == "--fill":
        json.dump(fill_and_measure(int(arguments[1])), sys.stdout)
        return
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    found: dict[str, Sizes] = {}
    folders = sorted(path.parent for path in Path(arguments[0]).glob("multihop-*/corpus.jsonl"))
    if not folders:
        raise UsageError(f"{arguments[0]} holds no multihop-*/corpus.jsonl.", "See CONTRIBUTING.")
    corpora = [iterate_documents(read_corpus(folder).lines()) for folder in folders]
    corpus = list(islice(chain.from_iterable(corpora), SEARCHED))
    task = read_task(folders[0], choice=Choice(limit=QUESTIONS))
    questions = [one.text for one in task.questions]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        found["adding"] = _tell("adding", measure_adding(corpus[:ADDED], home / "adding"))
        found["growth"] = _tell("growth", measure_growth(corpus, home))
        found["memory"] = _tell("memory", measure_memory(MANY))
        with open_library(_settings(home / "full")) as library:
            for _ in add_documents(library, corpus):
                pass
        found["search"] = _tell("search", measure_search(questions, home / "full"))
        found["asking"] = _tell("asking", measure_asking(questions, home / "full"))
        found["scoring"] = _tell("scoring", measure_scoring(SCORED))
        for name, sizes in measure_harness(task, _settings(home / "harness")).items():
            found[name] = _tell(name, sizes)
        found["cold"] = _tell("cold", measure_cold_start(questions[0], home / "full"))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _tell(name: str, sizes: Sizes) -> Sizes:
    for size, value in sizes.items():
        logger.info("%-14s %-34s %12.3f", name, size, value)
    return sizes


if __name__ == "__main__":
    main(sys.argv[1:])
