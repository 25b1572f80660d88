"""The words of evaluation. Read from top to bottom, this file is the flow.

A task holds questions over passages. A system gives each question an outcome; measures turn
outcomes into cases, which are what a run keeps; means and comparisons come from cases alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from groundwire.core.schema import Answer, Turn

# --- what is asked, of what ------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class CorpusLine:
    """A passage of a judged collection, named by its ``id``; texts may repeat or be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Corpus:
    """The passages that a task is asked over. ``content`` is a SHA-256 over all of them."""

    name: str
    content: str
    ids: frozenset[str]
    lines: Callable[[], Iterator[CorpusLine]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Where an answer stands in a document of a collection; no ``end`` means all of it."""

    source: str
    start: int = 0
    end: int | None = None

    @property
    def id(self) -> str:
        """What names it among relevant passages and in rankings."""
        return self.source if self.end is None else f"{self.source}:{self.start}-{self.end}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A judged question. What is not known of it is None or empty, and is not scored.

    ``answers``: the short answers, any of which is right; empty if it cannot be answered.
    ``wanted``: several answers, each of which must be there, each in any of its spellings.
    ``references``: long answers to compare with. ``relevant``: passages judged relevant, with
    their grades above 0; empty if nothing was judged. ``spans``: the same for questions over a
    collection, whose passages have no names; ``relevant`` then holds their ids. ``kind``: a group
    to report by.
    """

    id: str
    text: str
    answerable: bool | None = None
    answers: tuple[str, ...] | None = None
    wanted: tuple[tuple[str, ...], ...] = ()
    references: tuple[str, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    history: tuple[Turn, ...] = ()
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Questions over a corpus, or over a ``collection`` of the library where there is none.

    ``content`` is a SHA-256 over the questions and the corpus. ``notices`` is what a person
    should know of the files.
    """

    name: str
    content: str
    questions: tuple[Question, ...]
    corpus: Corpus | None = None
    collection: str | None = None
    notices: tuple[str, ...] = ()


# --- what a system gave ----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a system gave for a question.

    ``answer`` is None where only passages were searched for, or where it failed with ``error``.
    ``ranking`` holds ids of passages, best first; ``cited`` those that the answer rests on, with
    the text of each. ``support`` is that of the best sentence drafted, also if it was not shown.
    ``quotes_exact`` tells of each shown quote whether it equals its source. ``trace`` is what a
    person looks into when the answer is bad; it holds what JSON can hold.
    """

    question: Question
    seconds: float
    answer: Answer | None = None
    ranking: tuple[str, ...] = ()
    cited: Mapping[str, str] = field(default_factory=dict)
    support: float | None = None
    quotes_exact: tuple[bool, ...] = ()
    passages_read: int = 0
    trace: Mapping[str, object] = field(default_factory=dict)
    error: str | None = None


# --- what is kept ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A line of ``cases.jsonl``: all that means, curves and comparisons are computed from.

    ``status`` is that of the answer, ``retrieved`` where passages alone were asked for, or
    ``failed``. ``measures`` holds what could be scored; what is missing is unscored. ``usage``
    counts passages read, LLM calls, tokens and money.
    """

    id: str
    question: str
    status: str
    short_answer: str | None
    ranking: tuple[str, ...]
    measures: Mapping[str, float]
    seconds: float
    error: str | None = None
    text: str = ""
    support: float | None = None
    kind: str = ""
    answerable: bool | None = None
    answers: tuple[str, ...] | None = None
    relevant: tuple[str, ...] = ()
    usage: Mapping[str, float] = field(default_factory=dict)
    trace: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A measure over a run: its value, its 95 % bootstrap interval, the cases that it rests on."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """What ``results.json`` holds. Means are shares between 0 and 1.

    ``unscored`` says of a measure without a value why. ``baselines`` holds the same measures for
    the cheap systems that stand beside this one in every report.
    """

    task: str
    system: str
    n: int
    failed: int
    fingerprint: Mapping[str, object]
    measures: Mapping[str, Estimate]
    unscored: Mapping[str, str]
    latency_seconds: Mapping[str, float]
    throughput_per_second: float
    usage: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, Estimate]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A finished run as it was read from its folder."""

    folder: str
    results: Results
    cases: tuple[Case, ...]


# --- whether a difference is real ------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Two systems on the same ``n`` questions by one measure.

    ``difference`` is the second's value minus the first's, with its 95 % paired bootstrap
    interval; ``p`` is of ``test``, ``p_corrected`` after Holm over all comparisons made
    together. ``winner`` is named only where that is under 0.05. ``detectable`` is the smallest
    difference that this n would have shown four times in five, ``needed`` the questions that the
    difference seen would take; None where it cannot be said.
    """

    task: str
    measure: str
    first: str
    second: str
    n: int
    first_mean: float
    second_mean: float
    difference: float
    low: float
    high: float
    test: str
    p: float
    p_corrected: float
    winner: str | None
    detectable: float | None
    needed: int | None
