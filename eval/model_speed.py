"""What is done around the trained models, beside their bare forward passes.

Part of ``make bench``; nothing here is a test, since times depend on the machine and its load. The
forward passes that something needed are recorded while it runs, and timed alone right afterwards.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from groundwire.agents import ask, local_tools
from groundwire.agents.model_order import ModelOrder
from groundwire.agents.models_in_force import claim_judge, passage_reader
from groundwire.agents.passage_view import view
from groundwire.agents.span_reader import SpanReader
from groundwire.core.schema import Document, Hit, Passage
from groundwire.core.settings import Settings
from groundwire.eval.recording_encoder import RecordingEncoder
from groundwire.eval.timing import Sizes, percentiles, seconds_of
from groundwire.models import load_encoder, load_term_picker
from groundwire.models.entailment import EntailmentJudge
from groundwire.models.pair_graph import PairGraph
from groundwire.models.pair_tokens import Pair
from groundwire.models.passage_reader import ExtractiveReader
from groundwire.models.term_classifier import TermClassifier
from groundwire.retrievers import open_library

PASSAGES, TOKENS = 20, 110
# The first questions do not count: weights are read and threads start only once. None is asked a
# second time, since what was read for a question is remembered.
WARM = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """The most that the figure ``size`` of a ``part`` may be."""

    part: str
    size: str
    meaning: str
    most: float

    def line(self, found: Mapping[str, Sizes]) -> str:
        """A row of the table of bars: what, the figure, the bar, and whether it is kept."""
        value = found[self.part][self.size]
        kept = "kept" if value <= self.most else "not kept"
        return f"{self.meaning:<62} {value:8.3f}  at most {self.most:.1f}: {kept}"


BARS = (
    Bar(
        part="reading",
        size="ratio of p50",
        meaning="ranking and reading 20 passages, over the forward passes",
        most=1.2,
    ),
    Bar(
        part="asking",
        size="ratio of p50",
        meaning="a warm question end to end, over its forward passes",
        most=1.3,
    ),
    Bar(
        part="cold",
        size="ask, s",
        meaning="a question in a new process, in seconds",
        most=3.0,
    ),
)


class ForwardPasses:
    """The forward passes of trained models, recorded while something runs and timed alone."""

    def __init__(self, settings: Settings) -> None:
        threads = settings.encoder.threads
        models = (
            passage_reader(settings),
            claim_judge(settings),
            load_term_picker(threads=threads),
        )
        known = ExtractiveReader | EntailmentJudge | TermClassifier
        self._graphs = [one.graph for one in models if isinstance(one, known)]
        self._batches: list[tuple[PairGraph, list[list[Pair]]]] = []

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """What the models run meanwhile is remembered, and what they ran before is forgotten."""
        with ExitStack() as stack:
            self._batches = [
                (graph, stack.enter_context(graph.recording())) for graph in self._graphs
            ]
            yield

    @property
    def lengths(self) -> list[int]:
        """Tokens of each pair that was run."""
        return [len(pair.ids) for _, batches in self._batches for one in batches for pair in one]

    def seconds(self) -> float:
        """How long the same passes take alone, batch by batch, with their inputs made before."""
        prepared = [
            (graph, [graph.prepare(pair) for pair in batch])
            for graph, batches in self._batches
            for batch in batches
        ]
        return sum(seconds_of(partial(graph.forward, inputs)) for graph, inputs in prepared)


def measure_reading(
    documents: Sequence[Document], questions: Sequence[str], settings: Settings
) -> Sizes:
    """Milliseconds to rank and read 20 passages of about 110 tokens, and of the forward passes."""
    hits = _hits_of_length(documents, settings)
    reader = passage_reader(settings)
    order, spans = ModelOrder(reader), SpanReader(reader, sentences=settings.answer.sentences)
    passes = ForwardPasses(settings)
    whole, bare, lengths = [], [], []

    def read(question: str) -> object:
        return spans.read(question, order.rerank(question, hits))

    for question in questions:
        with passes.recorded():
            whole.append(seconds_of(partial(read, question)))
        bare.append(passes.seconds())
        lengths += passes.lengths
    return {
        "passages": len(hits),
        "tokens of a pair": statistics.mean(lengths),
        **_beside("ranking and reading", whole[WARM:], bare[WARM:]),
    }


def measure_asking(questions: Sequence[str], settings: Settings) -> Sizes:
    """Milliseconds of a warm question over the library of ``settings``, beside its model calls."""
    recorder = RecordingEncoder(load_encoder(settings.encoder))
    passes = ForwardPasses(settings)
    whole, bare = [], []
    # One event loop for all, as a page or a server has it: a new one starts its threads anew.
    with open_library(settings, encoder=recorder) as library, asyncio.Runner() as loop:
        tools = local_tools(library)
        for question in questions:
            recorder.calls.clear()
            with passes.recorded():
                whole.append(seconds_of(partial(loop.run, ask(question, tools=tools))))
            calls = list(recorder.calls)
            encoding = sum(seconds_of(partial(recorder.encoder.encode, texts)) for texts in calls)
            bare.append(encoding + passes.seconds())
    return _beside("question", whole[WARM:], bare[WARM:])


def _hits_of_length(documents: Sequence[Document], settings: Settings) -> list[Hit]:
    """The passages whose length in tokens, title included, comes nearest to what is wanted."""
    passages = [
        Passage(
            document_id=one.id,
            source=one.source,
            title=one.title,
            start=0,
            end=len(one.text),
            text=one.text,
        )
        for one in documents
    ]
    lengths = load_encoder(settings.encoder).count_tokens([view(one).text for one in passages])
    order = sorted(range(len(passages)), key=lambda place: abs(lengths[place] - TOKENS))
    return [Hit(passage=passages[place], score=1.0) for place in order[:PASSAGES]]


def _beside(name: str, whole: Sequence[float], bare: Sequence[float]) -> Sizes:
    """Percentiles in milliseconds of both, in seconds, and the ratio of their medians."""
    ratios = [one / other for one, other in zip(whole, bare, strict=True)]
    return {
        **percentiles(name, whole),
        **percentiles("forward passes alone", bare),
        "ratio of p50": statistics.median(whole) / statistics.median(bare),
        "median of ratios": statistics.median(ratios),
    }
