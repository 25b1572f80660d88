"""What travels along the graph: the state that steps update, and the tools they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from groundwire.agents.calibration import least_support
from groundwire.agents.claim_verifier import ClaimVerifier
from groundwire.agents.hop_searcher import Searcher
from groundwire.agents.listing_reader import ListingReader
from groundwire.agents.model_reader import ModelReader
from groundwire.agents.step_reader import StepReader
from groundwire.agents.threads import Threads
from groundwire.core.protocols import LanguageModel, Reader, Reranker, Rewriter, Verifier
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
    Usage,
)
from groundwire.core.settings import Settings
from groundwire.retrievers import Library, Scope


@dataclass(frozen=True, kw_only=True)
class State:
    """A question on its way to an answer. Sequences are lists, as checkpoints give them back.

    ``assurance`` is what the sentences were, or will be, verified under; ``language_model`` the
    one that writes them, if any, and ``usage`` what it cost so far. ``failure`` is why it never
    gave a usable reply, where nobody answers in its place; ``mended`` says that it was asked once
    more about this draft. ``notices`` go with the answer.
    """

    question: str
    run_id: str
    scope: Scope = field(default_factory=Scope)
    assurance: Assurance | None = None
    language_model: str | None = None
    history: list[Turn] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    draft: Draft = field(default_factory=Draft)
    sentences: list[Sentence] = field(default_factory=list)
    rounds: int = 0
    usage: Usage = field(default_factory=Usage)
    failure: str | None = None
    mended: bool = False
    notices: list[str] = field(default_factory=list)
    answer: Answer | None = None

    @property
    def resolved_question(self) -> str:
        """The question as it stands alone, once it was rewritten."""
        return self.queries[0].text if self.queries else self.question


@dataclass(frozen=True, kw_only=True)
class Writing:
    """A language model that reads, and what verifies it; ``fallback``: else the local one reads.

    ``renew`` gives the model anew for a run, which has a budget of its own.
    """

    reader: ModelReader
    verifier: ClaimVerifier
    fallback: bool = False
    renew: Callable[[], LanguageModel] | None = None

    def begin(self) -> Writing:
        """The same for a run that begins now."""
        return replace(self, reader=ModelReader(self.renew())) if self.renew else self


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the steps work with; opened once, used for many questions.

    ``started`` is when the run began, by ``clock``: each run has a copy of its own. ``models`` are
    the identities of those in force, by name. ``writing`` is None in the local engine; ``notice``
    goes with every answer.
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
    writing: Writing | None = None
    notice: str | None = None
    clock: Callable[[], float]
    models: Mapping[str, str] = field(default_factory=dict)
    started: float = 0.0

    def begin(self) -> Tools:
        """The same tools for a run that begins now."""
        writing = self.writing and self.writing.begin()
        return replace(self, started=self.clock(), writing=writing)

    @property
    def threshold(self) -> float:
        """Support from which a sentence is supported; infinite where nothing is to be answered."""
        return least_support(self.assurance)

    def threshold_for(self, draft: Draft) -> float:
        """The same for the sentences of ``draft``, which decides who verifies them."""
        if draft.written_by and self.writing:
            return self.writing.verifier.threshold
        return self.threshold

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return round(self.clock() - self.started, 4)

    @property
    def seconds_left(self) -> float | None:
        """Seconds that the run may still take; None without a limit."""
        limit = self.settings.limits.seconds
        return max(0.0, limit - (self.clock() - self.started)) if limit else None

    @property
    def time_is_up(self) -> bool:
        """Whether the run has used the seconds it may take."""
        return self.seconds_left == 0

    @property
    def out_of_time(self) -> str:
        """Why a language model was not asked, and what to do."""
        return (
            f"The time limit of {self.settings.limits.seconds:g} s (limits.seconds) was over "
            "before the language model could be asked. Raise it, or set it to 0."
        )

    def event(self, step: str, **data: object) -> Event:
        """What a step tells those who watch."""
        return Event(step=step, seconds=self.seconds, data=data)

    def __enter__(self) -> Tools:
        return self

    def __exit__(self, *_error: object) -> None:
        self.library.close()
