"""The models over pairs of texts, one object each a process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from groundwire.core.protocols import ChainScorer, ClaimJudge, PassageReader, TermPicker
from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_manifest import read_pair_manifest

READER, ENTAILMENT, CONVERSATION = "reader", "entailment", "conversation"
CHAINS = "chains"
# Readers kept: the bundled one, one of a person's own, and one that is tried.
READERS = 4


def load_passage_reader(*, threads: int = 0, folder: Path | None = None) -> PassageReader:
    """The ranker-reader on ``threads`` (0: one a processor); the same object every time.

    So the steps of a question share what it read. ``folder`` holds weights of one's own, None
    takes the bundled ones; the object is another one once they were replaced. They are read when
    it is first used. Raises ModelError when they are missing, damaged or made for another encoder.
    """
    place = folder or bundled_folder(READER)
    return _passage_reader(place, read_pair_manifest(place).identity, threads)


def load_entailment(*, threads: int = 0) -> ClaimJudge:
    """The entailment model on ``threads`` (0: one a processor); the same object every time.

    Its weights are read when it is first used. Raises ModelError when they are missing, damaged
    or made for another encoder.
    """
    return _entailment(threads)


def load_chain_scorer(features: Sequence[str]) -> ChainScorer:
    """The score of chains over ``features``; the same object every time.

    Its weights are read when it is first used. Raises ModelError when they are missing, damaged
    or made for other features.
    """
    return _chain_scorer(tuple(features))


def load_term_picker(*, threads: int = 0) -> TermPicker:
    """The term classifier on ``threads`` (0: one a processor); the same object every time.

    Its weights are read when it is first used. Raises ModelError when they are missing, damaged
    or made for another encoder.
    """
    return _term_picker(threads)


@lru_cache(maxsize=READERS)
def _passage_reader(
    folder: Path,
    identity: str,  # noqa: ARG001 (part of the key: the folder's content may be replaced)
    threads: int,
) -> PassageReader:
    from groundwire.models.passage_reader import ExtractiveReader

    return ExtractiveReader(folder, threads=threads)


@cache
def _entailment(threads: int) -> ClaimJudge:
    from groundwire.models.entailment import EntailmentJudge

    return EntailmentJudge(bundled_folder(ENTAILMENT), threads=threads)


@cache
def _chain_scorer(features: tuple[str, ...]) -> ChainScorer:
    from groundwire.models.bundled_chain_scorer import BundledChainScorer

    return BundledChainScorer(bundled_folder(CHAINS), features)


@cache
def _term_picker(threads: int) -> TermPicker:
    from groundwire.models.term_classifier import TermClassifier

    return TermClassifier(bundled_folder(CONVERSATION), threads=threads)
