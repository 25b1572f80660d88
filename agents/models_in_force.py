"""Which models answer under given settings, and their identities."""

from __future__ import annotations

from groundwire.agents.calibration import SPANS
from groundwire.core.protocols import ChainScorer, ClaimJudge, Encoder, PassageReader
from groundwire.core.settings import Settings
from groundwire.models import (
    adapted_reader,
    load_chain_scorer,
    load_entailment,
    load_passage_reader,
)
from groundwire.retrievers import FEATURES


def passage_reader(settings: Settings) -> PassageReader:
    """The ranker-reader of the trained engine; ModelError when its weights are unusable.

    Those that were adapted to a person's own questions come before the bundled ones.
    """
    own = adapted_reader(settings.home)
    return load_passage_reader(threads=settings.encoder.threads, folder=own)


def claim_judge(settings: Settings) -> ClaimJudge:
    """The entailment model of the trained engine; ModelError when its weights are unusable."""
    return load_entailment(threads=settings.encoder.threads)


def chain_scorer() -> ChainScorer:
    """The score of chains; ModelError when its weights are unusable."""
    return load_chain_scorer(FEATURES)


def models_in_force(settings: Settings, encoder: Encoder) -> dict[str, str]:
    """Identities by name of the models that an answer is found, read and verified with.

    They decide what a calibration is worth. Raises ModelError when weights are unusable.
    """
    found = {"encoder": encoder.name}
    if searches_on(settings):
        found["chains"] = chain_scorer().name
    if settings.answer.reader == SPANS:
        found["reader"] = passage_reader(settings).name
        found["entailment"] = claim_judge(settings).name
    return found


def searches_on(settings: Settings) -> bool:
    """Whether search takes several hops: the readers that do without trained models take one."""
    return settings.answer.reader == SPANS and settings.limits.hops > 1
