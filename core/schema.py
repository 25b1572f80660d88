"""The words everybody speaks. Read from top to bottom, this file is the flow.

All offsets are in characters (Unicode code points) of a document's canonical text, start
inclusive, end exclusive. The output type of one step is the input type of the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# --- documents -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading that stands at ``start`` and holds until the next one of its level or above."""

    start: int
    level: int
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PageSpan:
    """The part of the canonical text that came from one page or slide; numbers start at 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSpan:
    """A table in the canonical text; ``header`` is its header row, indexed with every passage."""

    start: int
    end: int
    header: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hyperlink:
    """Words of the canonical text that lead elsewhere; ``target`` as the file has it."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file as it was read. ``id`` is the SHA-256 of the source bytes, in hexadecimal."""

    id: str
    source: str
    title: str
    text: str
    media_type: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[PageSpan, ...] = ()
    tables: tuple[TableSpan, ...] = ()
    links: tuple[Hyperlink, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A passage to be: where it stands, and the ``context`` indexed with it, not stored in it."""

    start: int
    end: int
    heading: str | None = None
    page: int | None = None
    context: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A stored passage: ``text`` equals ``canonical_text[start:end]`` of its document."""

    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    page: int | None = None
    heading: str | None = None


# --- searching -------------------------------------------------------------------------------


class QueryKind(StrEnum):
    """Where a query came from."""

    ORIGINAL = "original"
    REWRITE = "rewrite"
    SUB_QUESTION = "sub-question"
    HYPOTHETICAL = "hypothetical"
    FEEDBACK = "feedback"


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """What is searched for."""

    text: str
    kind: QueryKind = QueryKind.ORIGINAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A passage that a search found: ``scores`` by retriever, ``chain`` empty if found directly."""

    passage: Passage
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    chain: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One step of the chain that led to a passage: from where, and via which name or query."""

    document_id: str
    start: int
    end: int
    via: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A passage that may bear an answer, by ``score``; ``chain`` is empty if found directly."""

    passage: Passage
    score: float
    chain: tuple[Link, ...] = ()


# --- answering -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """The exact characters a sentence rests on: ``canonical_text[start:end] == quote``, always."""

    document_id: str
    source: str
    title: str
    start: int
    end: int
    quote: str
    page: int | None = None
    heading: str | None = None


class Verdict(StrEnum):
    """What the verifier says of a sentence."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence of an answer, what it rests on, and how well (``support``, 0 to 1)."""

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict = Verdict.UNCHECKED
    support: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A sub-question that an answer rests on, what was found, and the characters that say so."""

    question: str
    answer: str
    citation: Citation


class Aggregation(StrEnum):
    """What is made of records that were read alone."""

    LIST = "list"
    COUNT = "count"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a reader proposes: sentences with citations, not yet verified, and a short answer.

    ``steps``: those that it rests on; then its sentences are what they cite. With an
    ``aggregation`` they are records, each of which stands alone, and the short answer is made of
    those that hold. ``written_by`` is the language model that wrote it, if one did; ``left_out``
    counts its sentences that rest on no passage.
    """

    sentences: tuple[Sentence, ...] = ()
    short_answer: str | None = None
    steps: tuple[Step, ...] = ()
    aggregation: Aggregation | None = None
    written_by: str | None = None
    left_out: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a run cost; the local engine costs nothing. ``cached_calls`` are those not needed."""

    seconds: float = 0.0
    llm_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    cached_calls: int = 0


class Status(StrEnum):
    """How a run ended. Abstaining is a result, not an error."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    ABSTAINED = "abstained"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Assurance:
    """From which support on a sentence counts as supported, and what that promises.

    With ``confidence`` at most a share ``risk`` of the answers to questions like those of ``task``,
    of which there were ``questions``, is wrong; None: nothing is certified. ``threshold`` is None
    where a risk was stated that no threshold keeps: nothing is answered then. ``other_models``
    names the models in force that are not those it was calibrated with: nothing holds then.
    """

    threshold: float | None
    risk: float | None
    confidence: float
    task: str
    questions: int
    other_models: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a person gets; ``reason`` says why when nothing or not all is answered.

    ``steps`` are the sub-questions that it rests on, if any; in a list or a count each is one of
    the things, and ``reason`` says that there may be more. ``assurance`` is None where nothing was
    verified, in old answers, and of what a ``language_model`` wrote: nothing is certified there.
    """

    question: str
    status: Status
    text: str = ""
    short_answer: str | None = None
    sentences: tuple[Sentence, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    queries: tuple[Query, ...] = ()
    reason: str | None = None
    usage: Usage = field(default_factory=Usage)
    run_id: str = ""
    assurance: Assurance | None = None
    steps: tuple[Step, ...] = ()
    language_model: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One question of a conversation; ``answer`` is None while it is not finished."""

    question: str
    answer: Answer | None
    asked_at: str


# --- watching --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something a person may watch while a run goes on.

    ``step`` names it; ``seconds`` is the time since the run began. ``data`` is what was found:
    ``queries`` (Query), ``hits`` (Hit) with ``notice`` (str, or None: what may be missing among
    them), ``evidence`` (Evidence), ``steps`` (Step), ``sentences`` (Sentence), ``usage`` (Usage of
    language models so far), and at last, in step ``answer``, ``answer`` (Answer).
    """

    step: str
    seconds: float
    data: Mapping[str, object] = field(default_factory=dict)
