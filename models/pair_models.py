"""The bundled models over pairs of texts, one object each a process."""

from __future__ import annotations

from functools import cache

from groundwire.core.protocols import ClaimJudge, PassageReader, TermPicker
from groundwire.models.manifest import bundled_folder

READER, ENTAILMENT, CONVERSATION = "reader", "entailment", "conversation"


def load_passage_reader(*, threads: int = 0) -> PassageReader:
    """The ranker-reader on ``threads`` (0: one a processor); the same object every time.

    So the steps of a question share what it read. Its weights are read when it is first used.
    Raises ModelError when they are missing, damaged or made for another encoder.
    """
    return _passage_reader(threads)


def load_entailment(*, threads: int = 0) -> ClaimJudge:
    """The entailment model on ``threads`` (0: one a processor); the same object every time.

    Its weights are read when it is first used. Raises ModelError when they are missing, damaged
    or made for another encoder.
    """
    return _entailment(threads)


def load_term_picker(*, threads: int = 0) -> TermPicker:
    """The term classifier on ``threads`` (0: one a processor); the same object every time.

    Its weights are read when it is first used. Raises ModelError when they are missing, damaged
    or made for another encoder.
    """
    return _term_picker(threads)


@cache
def _passage_reader(threads: int) -> PassageReader:
    from groundwire.models.passage_reader import ExtractiveReader

    return ExtractiveReader(bundled_folder(READER), threads=threads)


@cache
def _entailment(threads: int) -> ClaimJudge:
    from groundwire.models.entailment import EntailmentJudge

    return EntailmentJudge(bundled_folder(ENTAILMENT), threads=threads)


@cache
def _term_picker(threads: int) -> TermPicker:
    from groundwire.models.term_classifier import TermClassifier

    return TermClassifier(bundled_folder(CONVERSATION), threads=threads)
