"""Opening what the steps work with, from settings."""

from __future__ import annotations

import time
from collections.abc import Callable

from groundwire.agents.calibration import Calibration, least_support, read_calibration
from groundwire.agents.conversation_rewriter import ConversationRewriter
from groundwire.agents.first_sentence_reader import FirstSentenceReader
from groundwire.agents.fused_order import FusedOrder
from groundwire.agents.score_verifier import ScoreVerifier
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
    calibration = read_calibration(settings)  # first, so that an error leaves nothing open
    return local_tools(open_library(settings), clock=clock, calibration=calibration)


def _reader(library: Library, weigh: Callable[[str], TermWeights]) -> Reader:
    chosen = library.settings.answer
    if chosen.reader == "first-sentence":
        return FirstSentenceReader()
    return SentenceReader(library.encoder, weigh, sentences=chosen.sentences)


def local_tools(
    library: Library,
    *,
    clock: Callable[[], float] = time.time,
    calibration: Calibration | None = None,
) -> Tools:
    """The local engine over an open library; ``calibration``: by default that of its home folder.

    Raises ModelError when the calibration is damaged.
    """
    settings = library.settings

    def weigh(question: str) -> TermWeights:
        return weigh_terms(library, question)

    calibration = calibration or read_calibration(settings)
    assurance = calibration.assure(settings.answer)
    return Tools(
        settings=settings,
        library=library,
        rewriter=ConversationRewriter(),
        reranker=FusedOrder(),
        reader=_reader(library, weigh),
        verifier=ScoreVerifier(
            library.encoder, weigh, calibration=calibration, threshold=least_support(assurance)
        ),
        threads=Threads(library, clock),
        assurance=assurance,
        clock=clock,
    )
