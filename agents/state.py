"""What travels along the graph: the state that steps update, and the tools they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from groundwire.agents.threads import Threads
from groundwire.core.protocols import Reader, Reranker, Rewriter, Verifier
from groundwire.core.schema import (
    Answer,
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
    """A question on its way to an answer. Sequences are lists, as checkpoints give them back."""

    question: str
    run_id: str
    started: float
    scope: Scope = field(default_factory=Scope)
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
    """What the steps work with; opened once, used for many questions."""

    settings: Settings
    library: Library
    rewriter: Rewriter
    reranker: Reranker
    reader: Reader
    verifier: Verifier
    threads: Threads
    threshold: float
    clock: Callable[[], float]

    def time_is_up(self, state: State) -> bool:
        """Whether the run has used the seconds it may take."""
        limit = self.settings.limits.seconds
        return limit > 0 and self.clock() - state.started >= limit

    def event(self, state: State, step: str, **data: object) -> Event:
        """What a step tells those who watch."""
        return Event(step=step, seconds=round(self.clock() - state.started, 4), data=data)

    def __enter__(self) -> Tools:
        return self

    def __exit__(self, *_error: object) -> None:
        self.library.close()
