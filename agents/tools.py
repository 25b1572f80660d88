"""Opening what the steps work with, from settings."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from groundwire.agents.answer_verifier import AnswerVerifier
from groundwire.agents.calibration import SPANS, Calibration, least_support
from groundwire.agents.calibration_files import read_calibration
from groundwire.agents.claim_verifier import ClaimVerifier
from groundwire.agents.conversation_rewriter import ConversationRewriter
from groundwire.agents.first_sentence_reader import FirstSentenceReader
from groundwire.agents.fused_order import FusedOrder
from groundwire.agents.hop_searcher import HopSearcher, OneHopSearcher, Searcher
from groundwire.agents.likeness import Likeness
from groundwire.agents.listing_reader import ListingReader
from groundwire.agents.model_order import ModelOrder
from groundwire.agents.model_reader import ModelReader
from groundwire.agents.models_in_force import (
    chain_scorer,
    claim_judge,
    models_in_force,
    passage_reader,
    searches_on,
)
from groundwire.agents.score_verifier import ScoreVerifier
from groundwire.agents.sentence_reader import SentenceReader
from groundwire.agents.span_reader import SpanReader
from groundwire.agents.state import Tools, Writing
from groundwire.agents.step_reader import StepReader
from groundwire.agents.threads import Threads
from groundwire.agents.weighing import ENOUGH
from groundwire.core.errors import SettingsError
from groundwire.core.protocols import LanguageModel, Reader, Reranker, Verifier
from groundwire.core.settings import Settings
from groundwire.models import Budget, load_language_model, load_term_picker
from groundwire.retrievers import Library, open_library, weigh_terms

NOT_CERTIFIED = (
    "A risk is stated (answer.risk), and none is certified for what a language model writes: the "
    "local engine answered."
)


def open_tools(settings: Settings, *, clock: Callable[[], float] = time.time) -> Tools:
    """The library and the models, opened once for many questions; a context manager.

    With a language model configured for chat, that one reads. Raises LibraryError or ModelError
    when something cannot be opened.
    """
    calibration = read_calibration(settings)
    with ExitStack() as stack:  # an error leaves nothing open
        library = stack.enter_context(open_library(settings))
        tools = local_tools(
            library,
            clock=clock,
            calibration=calibration,
            language_model=load_language_model(settings, "chat"),
            fallback=settings.llm.fallback == "local",
        )
        stack.pop_all()
    if not tools.writing:
        return tools
    return replace(tools, writing=replace(tools.writing, renew=partial(_chat_model, settings)))


def _chat_model(settings: Settings) -> LanguageModel:
    """The configured one, held to a budget that begins now."""
    model = load_language_model(settings, "chat", budget=Budget(settings.limits))
    if model is None:
        raise SettingsError("No language model is configured.", "Set llm.chat.model.")
    return model


def local_tools(
    library: Library,
    *,
    clock: Callable[[], float] = time.time,
    calibration: Calibration | None = None,
    language_model: LanguageModel | None = None,
    fallback: bool = False,
) -> Tools:
    """The local engine over an open library; ``calibration``: by default that of its home folder.

    With a ``language_model`` that one reads, unless a risk is stated: for what it writes none is
    certified. With ``fallback`` the local engine answers where it gives no usable reply. Raises
    ModelError when the calibration is damaged.
    """
    settings = library.settings
    calibration = calibration or read_calibration(settings)
    models = models_in_force(settings, library.encoder)
    assurance = calibration.assure(settings.answer, models)
    build = _with_models if settings.answer.reader == SPANS else _without_models
    engine = build(library, calibration, least_support(assurance))
    writing = None
    if language_model and not _states_risk(settings):
        writing = _writing(library, language_model, fallback=fallback)
        models = {**models, "language model": language_model.name}
    return Tools(
        settings=settings,
        library=library,
        rewriter=ConversationRewriter(load_term_picker(threads=settings.encoder.threads)),
        searcher=_searcher(library),
        reranker=engine.reranker,
        reader=engine.reader,
        verifier=engine.verifier,
        step_reader=_step_reader(library),
        listing_reader=_listing_reader(library, engine),
        writing=writing,
        notice=NOT_CERTIFIED if language_model and not writing else None,
        threads=Threads(library, clock),
        assurance=assurance,
        models=models,
        clock=clock,
    )


def _states_risk(settings: Settings) -> bool:
    return settings.answer.risk is not None and settings.answer.threshold is None


def _writing(library: Library, model: LanguageModel, *, fallback: bool) -> Writing:
    """A language model reads, and the entailment model verifies, at the support it is made for."""
    chosen = library.settings.answer.threshold
    threshold = ENOUGH if chosen is None else chosen
    return Writing(
        reader=ModelReader(model),
        verifier=ClaimVerifier(library, claim_judge(library.settings), threshold=threshold),
        fallback=fallback,
    )


def _searcher(library: Library) -> Searcher:
    if searches_on(library.settings):
        return HopSearcher(library, chain_scorer())
    return OneHopSearcher(library)


def _step_reader(library: Library) -> StepReader | None:
    if searches_on(library.settings):
        return StepReader(library, passage_reader(library.settings))
    return None


class _Engine(NamedTuple):
    reranker: Reranker
    reader: Reader
    verifier: Verifier


def _listing_reader(library: Library, engine: _Engine) -> ListingReader | None:
    chosen = library.settings.answer
    if chosen.reader != SPANS:
        return None
    passages = passage_reader(library.settings)
    return ListingReader(passages, engine.reader, engine.verifier, read=chosen.read)


def _with_models(library: Library, calibration: Calibration, threshold: float) -> _Engine:
    """Trained models rank, read and verify; the one that verifies is not the one that reads."""
    settings = library.settings
    reader = passage_reader(settings)
    return _Engine(
        reranker=ModelOrder(reader),
        reader=SpanReader(reader, sentences=settings.answer.sentences),
        verifier=AnswerVerifier(
            reader,
            claim_judge(settings),
            _likeness(library),
            calibration=calibration,
            threshold=threshold,
        ),
    )


def _without_models(library: Library, calibration: Calibration, threshold: float) -> _Engine:
    """The encoder and the words alone: what the trained models are measured against."""
    chosen = library.settings.answer
    reader: Reader = FirstSentenceReader()
    if chosen.reader == "sentences":
        reader = SentenceReader(
            library.encoder, partial(weigh_terms, library), sentences=chosen.sentences
        )
    return _Engine(
        reranker=FusedOrder(),
        reader=reader,
        verifier=ScoreVerifier(_likeness(library), calibration=calibration, threshold=threshold),
    )


def _likeness(library: Library) -> Likeness:
    return Likeness(library.encoder, partial(weigh_terms, library))
