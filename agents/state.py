"""What travels along the graph: the state that steps update, and the tools they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from groundwire.agents.calibration import least_support
from groundwire.agents.hop_searcher import Searcher
from groundwire.agents.listing_reader import ListingReader
from groundwire.agents.step_reader import StepReader
from groundwire.agents.threads import Threads
from groundwire.core.protocols import Reader, Reranker, Rewriter, Verifier
from groundwire.core.schema import (
    Answer,
    Assurance,
    Draft,
    Event,
    Evidence,
    Hit,
    Query,
    Sentence,
    Turn,
)
from groundwire.core.settings import Settings
from groundwire.retrievers import Library, Scope


@dataclass(frozen=True, kw_only=True)
class State:
    """A question on its way to an answer. Sequences are lists, as checkpoints give them back.

    ``assurance`` is what the sentences were, or will be, verified under.
    """

    question: str
    run_id: str
    scope: Scope = field(default_factory=Scope)
    assurance: Assurance | None = None
    history: list[Turn] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    draft: Draft = field(default_factory=Draft)
    sentences: list[Sentence] = field(default_factory=list)
    rounds: int = 0
    answer: Answer | None = None

    @property
    def resolved_question(self) -> str:
        """The question as it stands alone, once it was rewritten."""
        return self.queries[0].text if self.queries else self.question


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the steps work with; opened once, used for many questions.

    ``started`` is when the run began, by ``clock``: each run has a copy of its own. ``models`` are
    the identities of those in force, by name.
    """

    settings: Settings
    library: Library
    rewriter: Rewriter
    searcher: Searcher
    reranker: Reranker
    reader: Reader
    verifier: Verifier
    threads: Threads
    assurance: Assurance
    step_reader: StepReader | None = None
    listing_reader: ListingReader | None = None
    clock: Callable[[], float]
    models: Mapping[str, str] = field(default_factory=dict)
    started: float = 0.0

    def begin(self) -> Tools:
        """The same tools for a run that begins now."""
        return replace(self, started=self.clock())

    @property
    def threshold(self) -> float:
        """Support from which a sentence is supported; infinite where nothing is to be answered."""
        return least_support(self.assurance)

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return round(self.clock() - self.started, 4)

    @property
    def time_is_up(self) -> bool:
        """Whether the run has used the seconds it may take."""
        return 0 < self.settings.limits.seconds <= self.clock() - self.started

    def event(self, step: str, **data: object) -> Event:
        """What a step tells those who watch."""
        return Event(step=step, seconds=self.seconds, data=data)

    def __enter__(self) -> Tools:
        return self

    def __exit__(self, *_error: object) -> None:
        self.library.close()
