"""Is the plumbing right? Recall of each retriever on judged collections, against exact search.

``python -m groundwire.eval.recall FOLDER...``
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from groundwire.core.settings import load_settings
from groundwire.eval.corpus import CORPUS_TYPE, Question, add_corpus, read_questions
from groundwire.retrievers import Library, Scope, open_library, search

logger = logging.getLogger(__name__)
DEPTHS = (2, 5, 20)
EVERYTHING = Scope(where=(("type", CORPUS_TYPE),))


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """A way to search: settings, and a scope. Any filter makes the vector search exact."""

    name: str
    flags: Mapping[str, object] = field(default_factory=dict)
    scope: Scope = field(default_factory=Scope)


SYSTEMS = (
    System(name="bm25", flags={"search.dense_weight": 0}),
    System(name="dense", flags={"search.lexical_weight": 0}),
    System(name="dense, exact", flags={"search.lexical_weight": 0}, scope=EVERYTHING),
    System(name="hybrid"),
)


def recall_at(ranking: Sequence[str], relevant: frozenset[str], k: int) -> float:
    """The share of ``relevant`` among the first ``k`` of ``ranking``."""
    return len(relevant.intersection(ranking[:k])) / len(relevant)


def measure_recall(folder: Path, home: Path) -> dict[str, dict[str, float]]:
    """R@2, R@5 and R@20 of every system on one collection, whose library is kept in ``home``."""
    questions = [question for question in read_questions(folder) if question.relevant]
    with open_library(load_settings(home=home, environ={})) as library:
        if not library.has_documents:
            add_corpus(library, folder)
    scores = {}
    for system in SYSTEMS:
        settings = load_settings(home=home, flags=system.flags, environ={})
        with open_library(settings) as library:
            rankings = [rank_sources(library, one.text, system.scope) for one in questions]
        scores[system.name] = {f"R@{k}": _mean_recall(questions, rankings, k) for k in DEPTHS}
    return scores


def rank_sources(library: Library, text: str, scope: Scope) -> list[str]:
    """Ids of the corpus lines that a search finds, best first."""
    hits = search(library, text, k=max(DEPTHS), scope=scope)
    return [hit.passage.source for hit in hits]


def _mean_recall(questions: Sequence[Question], rankings: Sequence[Sequence[str]], k: int) -> float:
    found = zip(questions, rankings, strict=True)
    return sum(recall_at(ranking, one.relevant, k) for one, ranking in found) / len(questions)


def main(folders: Sequence[str]) -> None:
    """Measure every collection and log a table; libraries are built in a temporary folder."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for folder in map(Path, folders):
        with tempfile.TemporaryDirectory() as home:
            for name, scores in measure_recall(folder, Path(home)).items():
                row = "  ".join(f"{measure} {share:6.1%}" for measure, share in scores.items())
                logger.info("%-20s %-14s %s", folder.name, name, row)


if __name__ == "__main__":
    main(sys.argv[1:])
