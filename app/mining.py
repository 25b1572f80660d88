"""Training questions with the passages that look like answers: what the recipes read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundwire.core.errors import UsageError
from groundwire.core.settings import Settings
from groundwire.eval import (
    Choice,
    Corpus,
    CorpusLine,
    corpus_of,
    find_tasks,
    open_corpus,
    read_task,
)
from groundwire.retrievers import Library, search
from groundwire.training import SquadQuestion, read_squad

SQUAD = Path("squad") / "train-v1.1.json"
SPLIT = "train"
# Passages looked at, and look-alikes kept of them. Of a question over several passages more are
# kept: such questions are few, and each round of training takes others.
DEPTH, KEPT, KEPT_OF_SEVERAL = 30, 6, 20
# An answer of so few characters stands in many passages by chance.
SHORTEST = 3
OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A training question. ``start`` is where its answer stands in its only gold passage."""

    text: str
    answers: tuple[str, ...]
    gold: tuple[str, ...]
    start: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Training questions over one corpus."""

    name: str
    corpus: Corpus
    questions: tuple[Asked, ...]


def find_sources(data: Path) -> list[Source]:
    """What ``data`` holds to train on: SQuAD, and the tasks that have questions to train on.

    Raises UsageError if there is nothing.
    """
    sources = []
    for summary in find_tasks(data):
        if summary.splits.get(SPLIT) and not summary.problem:
            task = read_task(summary.path, choice=Choice(split=SPLIT))
            asked = tuple(
                Asked(text=one.text, answers=one.answers, gold=tuple(one.relevant))
                for one in task.questions
                if one.answers and one.relevant
            )
            if task.corpus and asked:
                sources.append(Source(name=summary.name, corpus=task.corpus, questions=asked))
    if (data / SQUAD).is_file():
        sources.append(squad_source("squad", read_squad(data / SQUAD)))
    if not sources:
        raise UsageError(
            f"{data} holds no questions to train on.",
            f"It takes {SQUAD}, or tasks whose questions are of the split {SPLIT!r}.",
        )
    return sources


def squad_source(name: str, questions: Iterable[SquadQuestion]) -> Source:
    """Answerable questions in the format of SQuAD, over all paragraphs of their file."""
    lines: dict[str, CorpusLine] = {}
    asked = []
    for one in questions:
        lines.setdefault(one.place, CorpusLine(id=one.place, title=one.title, text=one.context))
        if one.answers:
            text, start = one.answers[0]
            asked.append(Asked(text=one.text, answers=(text,), gold=(one.place,), start=start))
    corpus = corpus_of(f"{name}-paragraphs", list(lines.values()))
    return Source(name=name, corpus=corpus, questions=tuple(asked))


def write_mined(path: Path, sources: Iterable[Source], settings: Settings, tell: OnProgress) -> int:
    """Write passages and questions of ``sources`` to ``path``; the number of questions.

    The file is complete or not there. ``tell`` hears a source's name, questions done and in all.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    written = 0
    with unfinished.open("w", encoding="utf-8") as file:
        for source in sources:
            for row in _rows(source, settings, tell):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                written += row["kind"] == "question"
    unfinished.replace(path)
    return written


def _rows(source: Source, settings: Settings, tell: OnProgress) -> Iterator[Mapping[str, Any]]:
    def named(identity: str) -> str:
        return f"{source.name}:{identity}"

    for line in source.corpus.lines():
        yield {"kind": "passage", "id": named(line.id), "title": line.title, "text": line.text}
    with open_corpus(source.corpus, settings) as library, ThreadPoolExecutor() as pool:
        found = pool.map(lambda asked: _look_alikes(library, asked), source.questions)
        for done, (asked, negatives) in enumerate(
            zip(source.questions, found, strict=True), start=1
        ):
            tell(source.name, done, len(source.questions))
            yield {
                "kind": "question",
                "source": source.name,
                "question": asked.text,
                "answers": list(asked.answers),
                "gold": [named(one) for one in asked.gold],
                "start": asked.start,
                "negatives": [named(one) for one in negatives],
            }


def _look_alikes(library: Library, asked: Asked) -> list[str]:
    """Passages that search finds and that do not bear the answer, the best ones first."""
    hits = search(library, asked.text, k=DEPTH)
    wanted = [answer.lower() for answer in asked.answers if len(answer) >= SHORTEST]
    yes_no = {answer.lower() for answer in asked.answers} <= {"yes", "no"}
    found = [
        hit.passage.source
        for hit in hits
        if hit.passage.source not in asked.gold
        and (yes_no or not any(answer in hit.passage.text.lower() for answer in wanted))
    ]
    return found[: KEPT if asked.start is not None else KEPT_OF_SEVERAL]
