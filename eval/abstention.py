"""When to answer: fits the verifier's calibration and threshold, and reports what they are worth.

``python -m groundwire.eval.abstention FOLDER [LIMIT]`` with FOLDER in the layout of squad-open:
passages named ``article-number``, answerable and unanswerable questions. Every other article is
used to fit, the rest to report; answering nothing at all scores over half of all questions there,
so answerable and unanswerable questions are told apart.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from groundwire.agents import Tools, local_tools
from groundwire.agents.score_verifier import Calibration, ScoreVerifier
from groundwire.core.errors import UsageError
from groundwire.core.settings import load_settings
from groundwire.eval.corpus import open_corpus
from groundwire.eval.schema import Question
from groundwire.eval.squad import contains_answer, token_f1
from groundwire.eval.tasks import Choice, read_task
from groundwire.retrievers import search

logger = logging.getLogger(__name__)
# Newton's method converges in far fewer; a weak ridge keeps it stable on separable data.
STEPS, RIDGE = 25, 1e-3
# The share of the best Youden's J that is good enough.
NEARLY = 0.85
THRESHOLDS = tuple(np.linspace(0.02, 0.98, 97))


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A question with what the reader would answer, before anybody decides whether to."""

    article: str
    answerable: bool
    right: bool
    f1: float
    nearness: float
    coverage: float


def collect_cases(tools: Tools, questions: Sequence[Question]) -> list[Case]:
    """One case a question; questions for which nothing is found are left out."""
    found = (_read(tools, question) for question in questions)
    return [case for case in found if case]


def _read(tools: Tools, question: Question) -> Case | None:
    hits = search(tools.library, question.text, k=tools.settings.answer.evidence)
    evidence = tools.reranker.rerank(question.text, hits)[: tools.settings.answer.read]
    draft = tools.reader.read(question.text, evidence)
    if not draft.sentences or not isinstance(tools.verifier, ScoreVerifier):
        return None
    nearness, coverage = tools.verifier.features(question.text, draft)[0]
    source = min(question.relevant, default=hits[0].passage.source)
    golds = question.answers or ()
    return Case(
        article=source.rsplit("-", 1)[0],
        answerable=bool(golds),
        right=bool(golds) and contains_answer(draft.sentences[0].text, golds),
        f1=token_f1(draft.short_answer, golds),
        nearness=nearness,
        coverage=coverage,
    )


def fit_calibration(cases: Sequence[Case]) -> Calibration:
    """Logistic regression on "the best sentence holds the answer", by Newton's method.

    The threshold is the lowest that tells right sentences from the others nearly as well as the
    best one, by the difference of the two rates (Youden's J): a wrong sentence stands beside its
    source, while an abstention without need helps nobody.
    """
    features = np.array([[1.0, case.nearness, case.coverage] for case in cases])
    right = np.array([case.right for case in cases], dtype=float)
    weights = np.zeros(3)
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (right - share) - RIDGE * weights
        hessian = (features * (share * (1 - share))[:, None]).T @ features + RIDGE * np.eye(3)
        weights += np.linalg.solve(hessian, gradient)
    fitted = Calibration(
        bias=round(float(weights[0]), 3),
        nearness=round(float(weights[1]), 3),
        coverage=round(float(weights[2]), 3),
        threshold=0.5,
    )
    support = np.array([fitted.support(case.nearness, case.coverage) for case in cases])
    answered = [support >= threshold for threshold in THRESHOLDS]
    gains = np.array([kept[right == 1].mean() - kept[right == 0].mean() for kept in answered])
    nearly = int(np.argmax(gains >= NEARLY * gains.max()))
    best = float(THRESHOLDS[nearly])
    return Calibration(**{**asdict(fitted), "threshold": round(best, 3)})


def report(cases: Sequence[Case], calibration: Calibration) -> dict[str, float]:
    """What the calibration is worth on ``cases``: F1 by kind of question, shares, and AUC."""
    support = [calibration.support(case.nearness, case.coverage) for case in cases]
    answered = [value >= calibration.threshold for value in support]
    f1 = [
        case.f1 if kept else float(not case.answerable)
        for case, kept in zip(cases, answered, strict=True)
    ]
    answerable = np.array([case.answerable for case in cases])
    right = np.array([case.right for case in cases])
    kept = np.array(answered)
    return {
        "questions": len(cases),
        "F1": float(np.mean(f1)),
        "F1 answerable": float(np.mean(np.array(f1)[answerable])),
        "F1 unanswerable": float(np.mean(np.array(f1)[~answerable])),
        "answered": float(kept.mean()),
        "right sentence, if answerable": float(right[answerable].mean()),
        "right sentence, if answered": float(right[kept].mean()) if kept.any() else 0.0,
        "AUC of right": _area_under_roc(np.array(support), right),
        "AUC of answerable": _area_under_roc(np.array(support), answerable),
    }


def _area_under_roc(scores: np.ndarray, positive: np.ndarray) -> float:
    """The probability that a positive case scores higher than a negative one, ties half."""
    above, below = scores[positive], np.sort(scores[~positive])
    wins = np.searchsorted(below, above, "left") + np.searchsorted(below, above, "right")
    return float(wins.mean() / 2 / len(below))


def main(arguments: Sequence[str]) -> None:
    """Fit on every other article of a folder, and log the calibration and both reports."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    folder = Path(arguments[0])
    limit = int(arguments[1]) if len(arguments) > 1 else None
    task = read_task(folder, choice=Choice(limit=limit))
    if task.corpus is None:
        raise UsageError(f"{folder} has no corpus.", "Name a folder of judged questions.")
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings(home=Path(home), environ={})
        with open_corpus(task.corpus, settings) as library:
            cases = collect_cases(local_tools(library), task.questions)
    articles = sorted({case.article for case in cases})
    fit = [case for case in cases if articles.index(case.article) % 2 == 0]
    held_back = [case for case in cases if articles.index(case.article) % 2 == 1]
    calibration = fit_calibration(fit)
    logger.info("%s", json.dumps(asdict(calibration)))
    for name, part in (("fitted on", fit), ("held back", held_back)):
        logger.info("%s %s", name, json.dumps(report(part, calibration), indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
