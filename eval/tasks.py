"""Tasks: which questions over which passages, read from wherever they lie."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.core.wire import as_json
from groundwire.eval.clapnq import is_clapnq, read_clapnq
from groundwire.eval.corpus import CORPUS_FILE, read_corpus
from groundwire.eval.layout import QUERIES, Asked, find_corpus, is_layout, read_questions
from groundwire.eval.lines import read_lines, read_rows
from groundwire.eval.own_questions import is_own_questions, read_own_questions
from groundwire.eval.schema import Corpus, Question, Task

DEFAULT_COLLECTION = "default"
NO_SPLIT = "without split"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Which questions: of one split (and of none), and a random sample of ``limit`` by ``seed``."""

    split: str | None = None
    limit: int | None = None
    seed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskSummary:
    """A task in a list; ``problem`` says why a folder cannot be read as one."""

    name: str
    path: Path
    questions: int = 0
    passages: int = 0
    splits: Mapping[str, int]
    problem: str | None = None


def read_task(
    place: Path,
    *,
    corpus: Path | None = None,
    collection: str | None = None,
    choice: Choice | None = None,
) -> Task:
    """The task in a folder, or in a file of a person's own questions.

    ``corpus`` is a folder to take the passages from instead, ``collection`` what a file of
    questions is asked over. Raises UsageError, before anything runs, for whatever is missing,
    broken or contradictory, naming file and line.
    """
    if not place.exists():
        raise UsageError(f"There is no {place}.", "Name a folder or a file of questions.")
    if is_own_questions(place):
        return _own(place, corpus, collection or DEFAULT_COLLECTION, choice or Choice())
    if collection is not None:
        raise UsageError(
            f"--collection is for a file of questions, and {place} is none.",
            "Leave it out, or name a CSV or JSON Lines file.",
        )
    asked, passages, notices = _judged(place, corpus)
    questions = _choose(asked, choice or Choice(), place)
    return Task(
        name=place.resolve().name,
        content=_hash(questions, passages.content),
        questions=questions,
        corpus=passages,
        notices=notices,
    )


def _own(place: Path, corpus: Path | None, collection: str, choice: Choice) -> Task:
    if corpus is not None:
        raise UsageError(
            "--corpus is for folders of judged questions.", "Name a collection with --collection."
        )
    questions = _choose(read_own_questions(place), choice, place)
    return Task(
        name=place.stem,
        content=_hash(questions, f"collection {collection}"),
        questions=questions,
        collection=collection,
    )


def _judged(place: Path, corpus: Path | None) -> tuple[Sequence[Asked], Corpus, tuple[str, ...]]:
    if is_layout(place):
        passages = read_corpus(corpus or find_corpus(place))
        asked, notices = read_questions(place, passages.ids)
        return asked, passages, notices
    if is_clapnq(place):
        if corpus is not None:
            raise UsageError(f"{place} holds its own passages.", "Leave --corpus out.")
        return *read_clapnq(place), ()
    raise UsageError(
        f"{place} is no task.",
        f"A task is a folder with {QUERIES}, or a .csv, .tsv or .jsonl file with questions "
        "and answers.",
    )


def _choose(asked: Sequence[Asked], choice: Choice, place: Path) -> tuple[Question, ...]:
    """The questions that are chosen, in their order; UsageError when there are none."""
    if choice.limit is not None and choice.limit < 1:
        raise UsageError(f"--limit {choice.limit} asks nothing.", "Give 1 or more.")
    if choice.split is None:
        named = [one.question for one in asked]
    else:
        named = [one.question for one in asked if one.split in (choice.split, None)]
    if not named:
        raise _nothing_chosen(asked, choice, place)
    return tuple(named if choice.limit is None else _sample(named, choice.limit, choice.seed))


def _nothing_chosen(asked: Sequence[Asked], choice: Choice, place: Path) -> UsageError:
    splits = sorted({one.split for one in asked if one.split})
    there = f"its splits are {', '.join(splits)}" if splits else "it holds no question"
    wanted = f" of the split {choice.split!r}" if choice.split else ""
    return UsageError(f"{place} has no question{wanted}.", f"Choose otherwise: {there}.")


def _sample(questions: Sequence[Question], limit: int, seed: int) -> list[Question]:
    """Drawn by seed and ids alone: another order of the file, or another system, draws the same."""
    ids = sorted(question.id for question in questions)
    drawn = set(random.Random(seed).sample(ids, min(limit, len(ids))))  # noqa: S311 - no secret
    return [question for question in questions if question.id in drawn]


def find_tasks(folder: Path) -> list[TaskSummary]:
    """What can be run of ``folder`` and of the folders in it, by name."""
    places = [folder, *sorted(place for place in folder.iterdir() if place.is_dir())]
    return [_summarise(place) for place in places if is_layout(place) or is_clapnq(place)]


def _summarise(place: Path) -> TaskSummary:
    """Counts alone; a folder that is broken is told when it is read whole."""
    name = place.resolve().name
    try:
        if is_layout(place):
            rows = (row for _, row in read_rows(place / QUERIES))
            splits = Counter(str(row.get("split") or NO_SPLIT) for row in rows)
            passages = sum(1 for _ in read_lines(find_corpus(place) / CORPUS_FILE))
        else:
            asked, corpus = read_clapnq(place)
            splits = Counter(one.split or NO_SPLIT for one in asked)
            passages = len(corpus.ids)
    except UsageError as error:
        return TaskSummary(name=name, path=place, splits={}, problem=error.what)
    return TaskSummary(
        name=name, path=place, questions=splits.total(), passages=passages, splits=splits
    )


def _hash(questions: Sequence[Question], passages: str) -> str:
    """SHA-256 of everything of a task that a score depends on; ``passages`` is theirs."""
    digest = hashlib.sha256(passages.encode())
    for question in questions:
        digest.update(json.dumps(as_json(question), sort_keys=True).encode())
    return digest.hexdigest()
