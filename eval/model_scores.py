"""What the bundled models are worth by themselves, on judged data that they were not trained on.

``python -m groundwire.eval.model_scores FOLDER [LIMIT]``: FOLDER holds ``squad/`` and
``verification/``; LIMIT is the most questions or pairs of each kind, drawn by a seed.
"""

from __future__ import annotations

import logging
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from groundwire.core.findings import Reading
from groundwire.core.protocols import Entailment, PassageReader
from groundwire.eval.measure import Values
from groundwire.eval.schema import Estimate
from groundwire.eval.squad import exact_match, token_f1
from groundwire.eval.statistics import area_under_roc, estimate_mean, estimate_whole
from groundwire.models import load_entailment, load_passage_reader
from groundwire.training import (
    EntailmentExample,
    Label,
    SquadQuestion,
    made_pairs,
    read_judged,
    read_squad,
)

logger = logging.getLogger(__name__)
ANSWERABLE, WITH_UNANSWERABLE = "dev-v1.1-part.json", "dev-v2.0-part.json"
SEED = 29
# The sources of pairs judged by people, as their files name them.
JUDGED = {"wice": "WiCE", "expertqa": "ExpertQA", "halueval-qa": "HaluEval"}
AT_ONCE = 64
Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """A number with its 95 % interval, as a share of 1."""

    name: str
    value: Estimate


def score_reader(reader: PassageReader, questions: Sequence[SquadQuestion]) -> Iterator[Score]:
    """F1 and exact match where there is an answer; where some have none, how well that is told.

    The paragraph is given. "Answerable" is ranked by the probability that the passage answers.
    """
    readings = list(_read(reader, questions))
    pairs = [
        (one, reading) for one, reading in zip(questions, readings, strict=True) if one.answers
    ]
    said = [_best(one, reading) for one, reading in pairs]
    golds = [[text for text, _ in one.answers] for one, _ in pairs]
    scored = list(zip(said, golds, strict=True))
    yield Score(name="F1", value=_mean([token_f1(answer, gold) for answer, gold in scored]))
    yield Score(name="EM", value=_mean([exact_match(answer, gold) for answer, gold in scored]))
    if len(pairs) < len(questions):
        rows = np.array(
            [
                (reading.answers, bool(one.answers))
                for one, reading in zip(questions, readings, strict=True)
            ],
            dtype=float,
        )
        area = estimate_whole(rows, area_under_roc)
        if area:
            yield Score(name="area under ROC of answerable", value=area)


def score_entailment(model: Entailment, pairs: Sequence[EntailmentExample]) -> Score | None:
    """Balanced accuracy at 0.5: the mean of the shares right among supported and among others.

    None where one of the two kinds is missing.
    """
    rows = np.array(
        [
            (support, pair.label is Label.SUPPORTED)
            for part in _parts(pairs)
            for support, pair in zip(
                model.support([(one.evidence, one.sentence) for one in part]), part, strict=True
            )
        ],
        dtype=float,
    )
    found = estimate_whole(rows, balanced_accuracy)
    return Score(name="balanced accuracy", value=found) if found else None


def balanced_accuracy(rows: Values) -> float:
    """Of rows (support, supported or not); NaN where one kind is missing."""
    right = (rows[:, 0] >= 0.5) == (rows[:, 1] > 0)
    kinds = [right[rows[:, 1] == kind] for kind in (0.0, 1.0)]
    return float(np.mean([kind.mean() for kind in kinds])) if all(map(len, kinds)) else np.nan


def _mean(values: Sequence[float]) -> Estimate:
    return estimate_mean(np.array(values, dtype=float))


def _read(reader: PassageReader, questions: Sequence[SquadQuestion]) -> Iterator[Reading]:
    for one in questions:
        yield reader.read(one.text, [_shown(one)])[0]


def _shown(question: SquadQuestion) -> str:
    return f"{question.title}\n{question.context}"


def _best(question: SquadQuestion, reading: Reading) -> str:
    return _shown(question)[reading.spans[0].start : reading.spans[0].end] if reading.spans else ""


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def _drawn(items: Sequence[Item], limit: int | None) -> Sequence[Item]:
    if limit is None or limit >= len(items):
        return items
    return random.Random(SEED).sample(list(items), limit)  # noqa: S311 (not a secret)


def _report(source: str, score: Score | None) -> None:
    if score is not None:
        found = score.value
        logger.info(
            "%-28s %-30s %5.1f  [%.1f, %.1f]  n = %d",
            source,
            score.name,
            100 * found.mean,
            100 * found.low,
            100 * found.high,
            found.n,
        )


def main(arguments: Sequence[str]) -> None:
    """Measure the bundled reader and entailment model; one line a number."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    data = Path(arguments[0])
    limit = int(arguments[1]) if len(arguments) > 1 else None
    reader, entailment = load_passage_reader(), load_entailment()
    answerable = read_squad(data / "squad" / ANSWERABLE)
    for name, questions in (
        (ANSWERABLE, answerable),
        (WITH_UNANSWERABLE, read_squad(data / "squad" / WITH_UNANSWERABLE)),
    ):
        for score in score_reader(reader, _drawn(questions, limit)):
            _report(name, score)
    judged = [pair for pair in read_judged(data / "verification") if pair.split == "dev"]
    for source, name in JUDGED.items():
        pairs = [pair.example for pair in judged if pair.source.startswith(source)]
        _report(name, score_entailment(entailment, _drawn(pairs, limit)))
    made = made_pairs(answerable, seed=SEED)
    _report("made pairs", score_entailment(entailment, _drawn(made, limit)))


if __name__ == "__main__":
    main(sys.argv[1:])
