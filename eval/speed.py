"""How fast it is, against the models' own forward passes: ``make bench DATA=FOLDER``.

Texts are real: every ``corpus.jsonl`` below the folder. Prints a table and writes
``bench-output/speed.json``. Nothing here is a test: times depend on the machine and its load, so
each figure stands beside its own yardstick, measured in the same run.
"""

from __future__ import annotations

import json
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.core.schema import Document, Piece
from groundwire.core.settings import Settings, load_settings
from groundwire.eval.corpus import iterate_documents, read_corpus
from groundwire.eval.harness_speed import measure_harness, measure_scoring
from groundwire.eval.hop_speed import HOP_BARS, measure_hops
from groundwire.eval.model_speed import BARS, measure_asking, measure_reading
from groundwire.eval.recording_encoder import RecordingEncoder
from groundwire.eval.tasks import Choice, read_task
from groundwire.eval.timing import Sizes, percentiles, seconds_of
from groundwire.models import HashEncoder, load_encoder
from groundwire.retrievers import add_documents, hop, open_library, search

logger = logging.getLogger(__name__)
OUTPUT = Path("bench-output") / "speed.json"
SEARCHED, ADDED, MANY = 10_000, 2_000, 100_000
# Added before anything is timed: libraries load and threads start only once.
WARM = 64
QUESTIONS = 100
# Searches in hops over the generated passages, and those before they are timed.
HOPS, WARM_HOPS = 60, 10
SCORED = 10_000


def measure_adding(corpus: Sequence[tuple[Document, list[Piece]]], home: Path) -> Sizes:
    """Passages a second of adding, beside those of the bare encoder on the same texts."""
    timed = corpus[WARM:]
    texts = [document.text for document, _ in timed]
    with open_library(_settings(home)) as library:
        for _ in add_documents(library, corpus[:WARM]):
            pass
        bare = seconds_of(partial(library.encoder.encode, texts))
        added = seconds_of(lambda: list(add_documents(library, timed)))
    return {
        "passages": len(texts),
        "bare encoder, passages/s": len(texts) / bare,
        "adding, passages/s": len(texts) / added,
        "share of the bare encoder": bare / added,
    }


def measure_growth(corpus: Sequence[tuple[Document, list[Piece]]], home: Path) -> Sizes:
    """Time to add ten times as many passages, without a model: what the library itself costs."""
    tenth = len(corpus) // 10
    small = seconds_of(lambda: _fill(home / "small", corpus[:tenth]))
    large = seconds_of(lambda: _fill(home / "large", corpus[: tenth * 10]))
    return {
        "passages": tenth,
        "seconds": small,
        "seconds for ten times": large,
        "ratio": large / small,
    }


def measure_memory(count: int) -> Sizes:
    """Peak memory of processes that add ``count`` generated passages, and that search them.

    Every passage goes by a title and mentions another one's, so that search finds a second hop.
    """
    with tempfile.TemporaryDirectory() as home:
        filled, searched = (
            json.loads(
                subprocess.run(  # noqa: S603
                    [sys.executable, "-m", "groundwire.eval.speed", part, home, str(count)],
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                ).stdout
            )
            for part in ("--fill", "--hop")
        )
    return {"passages": count, **filled, **searched}


def fill_and_measure(home: Path, count: int) -> Sizes:
    """One part of ``measure_memory``: runs in a process of its own."""
    seconds = seconds_of(lambda: _fill(home, _generate(count)))
    stored = sum(one.stat().st_size for one in home.rglob("*") if one.is_file())
    return {"adding, s": seconds, "adding, MiB": _peak_memory(), "stored, MiB": stored / 2**20}


def hop_and_measure(home: Path, count: int) -> Sizes:
    """The other part of ``measure_memory``, in another process; most is read from mapped files."""
    seconds, second_hops = [], 0
    with open_library(_settings(home), encoder=HashEncoder()) as library:
        for number in range(HOPS):
            question = f"What follows passage number {(number * 7919 + 77) % count}?"
            before = time.perf_counter()
            second_hops += len(hop(library, question).linked)
            seconds.append(time.perf_counter() - before)
    return {
        **percentiles("hop", seconds[WARM_HOPS:]),
        "passages that a name led to": second_hops,
        "searching, MiB": _peak_memory(),
    }


def _peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_search(questions: Sequence[str], home: Path) -> Sizes:
    """Milliseconds of a warm hybrid search, whole and outside the encoder."""
    recorder = RecordingEncoder(load_encoder(_settings(home).encoder))
    whole, outside = [], []
    with open_library(_settings(home), encoder=recorder) as library:
        for question in (*questions[:5], *questions):
            recorder.seconds = 0.0
            seconds = seconds_of(partial(search, library, question))
            whole.append(seconds)
            outside.append(seconds - recorder.seconds)
    return {**percentiles("search", whole[5:]), **percentiles("outside encoder", outside[5:])}


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
            seconds_of(partial(subprocess.run, command, check=True, capture_output=True))
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
        other = (number * 7919 + 1) % count
        text = f"This is passage number {number}, before Generated {other}. " + " ".join(words)
        document = Document(
            id=f"{number:064x}",
            source=f"generated-{number}",
            text=text,
            title=f"Generated {number}",
            media_type="txt",
        )
        yield document, [Piece(start=0, end=len(text), context=document.title)]


def main(arguments: Sequence[str]) -> None:
    """Measure everything on the texts below a folder, log it, and write it as JSON."""
    if part := {"--fill": fill_and_measure, "--hop": hop_and_measure}.get(arguments[0]):
        json.dump(part(Path(arguments[1]), int(arguments[2])), sys.stdout)
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
        passages = [document for document, _ in corpus]
        found["reading"] = _tell(
            "reading", measure_reading(passages, questions, _settings(home / "full"))
        )
        asked = measure_asking(questions, _settings(home / "full"))
        found["asking"] = _tell("asking", asked)
        found["scoring"] = _tell("scoring", measure_scoring(SCORED))
        harness = measure_harness(task, _settings(home / "harness"))
        hops = measure_hops(Path(arguments[0]), _settings(home / "hops"))
        for name, sizes in (harness | hops).items():
            found[name] = _tell(name, sizes)
        found["cold"] = _tell("cold", measure_cold_start(questions[0], home / "full"))
    for bar in BARS + HOP_BARS:
        logger.info("%s", bar.line(found))
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _tell(name: str, sizes: Sizes) -> Sizes:
    for size, value in sizes.items():
        logger.info("%-14s %-34s %12.3f", name, size, value)
    return sizes


if __name__ == "__main__":
    main(sys.argv[1:])
