"""Candidates that search in hops finds for training questions: what the chain score learns from."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from groundwire.app.mining import Asked, OnProgress, Source
from groundwire.core.settings import Settings
from groundwire.eval import corpus_of, open_corpus
from groundwire.retrievers import FEATURES, Library, hop, measure_candidates

# Questions of one source: those over one passage are by far the most, and teach the same.
MOST = 700
SEED = 13


def hop_sources(sources: Iterable[Source]) -> Iterator[Source]:
    """At most 700 questions of each source; where they need several passages, twice.

    The second time the passages have no titles, as mails and tables have none: what is learned
    from titles alone helps there little.
    """
    for source in sources:
        draw = random.Random(SEED)  # noqa: S311 (not a secret)
        questions = draw.sample(source.questions, min(MOST, len(source.questions)))
        drawn = replace(source, questions=tuple(questions))
        yield drawn
        if any(len(asked.gold) > 1 for asked in source.questions):
            yield _without_titles(drawn)


def write_hops(path: Path, sources: Iterable[Source], settings: Settings, tell: OnProgress) -> int:
    """Write the candidates of all questions of ``sources`` to ``path``; how many questions.

    The file is complete or not there. ``tell`` hears a source's name, questions done and in all.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    written = 0
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"features": list(FEATURES)}) + "\n")
        for source in sources:
            for row in _rows(source, settings, tell):
                file.write(json.dumps(row) + "\n")
                written += 1
    unfinished.replace(path)
    return written


def _without_titles(source: Source) -> Source:
    lines = [replace(line, title="") for line in source.corpus.lines()]
    name = f"{source.name}-untitled"
    return replace(source, name=name, corpus=corpus_of(name, lines))


def _rows(source: Source, settings: Settings, tell: OnProgress) -> Iterator[Mapping[str, Any]]:
    with open_corpus(source.corpus, settings) as library, ThreadPoolExecutor() as pool:
        found = pool.map(lambda asked: _candidates(library, asked), source.questions)
        for done, row in enumerate(found, start=1):
            tell(source.name, done, len(source.questions))
            yield {"source": source.name, **row}


def _candidates(library: Library, asked: Asked) -> Mapping[str, Any]:
    found = hop(library, asked.text)
    rows = measure_candidates(library, found)
    return {
        "features": [[round(float(value), 5) for value in row] for row in rows],
        "needed": [one.passage.source in asked.gold for one in found.candidates.values()],
    }
