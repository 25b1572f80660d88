"""Opening what the steps work with, from settings."""

from __future__ import annotations

import time
from collections.abc import Callable

from groundwire.agents.conversation_rewriter import ConversationRewriter
from groundwire.agents.first_sentence_reader import FirstSentenceReader
from groundwire.agents.fused_order import FusedOrder
from groundwire.agents.score_verifier import Calibration, ScoreVerifier
from groundwire.agents.sentence_reader import SentenceReader
from groundwire.agents.state import Tools
from groundwire.agents.threads import Threads
from groundwire.core.protocols import Reader
from groundwire.core.settings import Settings
from groundwire.retrievers import Library, TermWeights, open_library, weigh_terms


def open_tools(settings: Settings, *, clock: Callable[[], float] = time.time) -> Tools:
    """The library and the local models, opened once for many questions; a context manager.

    Raises LibraryError or ModelError when one of them cannot be opened.
    """
    return local_tools(open_library(settings), clock=clock)


def _reader(library: Library, weigh: Callable[[str], TermWeights]) -> Reader:
    chosen = library.settings.answer
    if chosen.reader == "first-sentence":
        return FirstSentenceReader()
    return SentenceReader(library.encoder, weigh, sentences=chosen.sentences)


def local_tools(library: Library, *, clock: Callable[[], float] = time.time) -> Tools:
    """The local engine over an open library."""
    settings = library.settings

    def weigh(question: str) -> TermWeights:
        return weigh_terms(library, question)

    calibration = Calibration()
    chosen = settings.answer.threshold
    threshold = calibration.threshold if chosen is None else chosen
    return Tools(
        settings=settings,
        library=library,
        rewriter=ConversationRewriter(),
        reranker=FusedOrder(),
        reader=_reader(library, weigh),
        verifier=ScoreVerifier(
            library.encoder, weigh, calibration=calibration, threshold=threshold
        ),
        threads=Threads(library, clock),
        threshold=threshold,
        clock=clock,
    )
