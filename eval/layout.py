"""The common layout of judged collections: corpus.jsonl, queries.jsonl and qrels.tsv."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.core.schema import Answer, Status, Turn
from groundwire.eval.corpus import CORPUS_FILE
from groundwire.eval.lines import Fields, Seen, broken, read_lines, read_rows
from groundwire.eval.schema import Question

QUERIES, JUDGEMENTS = "queries.jsonl", "qrels.tsv"
# What conversations are marked with; every other mark leaves open whether there is an answer.
ANSWERABILITY = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False}
# Long answers go by either name.
REFERENCES = ("long_answer", "reference_answer")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question with the split it names, if any."""

    question: Question
    split: str | None


def is_layout(folder: Path) -> bool:
    """Whether ``folder`` holds questions in the common layout."""
    return (folder / QUERIES).is_file()


def find_corpus(folder: Path) -> Path:
    """The folder with the passages of ``folder``: itself, or the one it is named after.

    ``multihop-2wiki-weak`` is named after ``multihop-2wiki``. Raises UsageError if there is none.
    """
    # What a relative path like "." is called is only known once it is resolved.
    whole = folder.resolve()
    parts = whole.name.split("-")
    names = ["-".join(parts[:kept]) for kept in range(len(parts), 0, -1)]
    for place in (whole.with_name(name) for name in names):
        if (place / CORPUS_FILE).is_file():
            return folder if place == whole else place
    raise UsageError(
        f"{folder} has no {CORPUS_FILE}, nor has a folder that it is named after.",
        "Say where the passages are with --corpus FOLDER.",
    )


def read_questions(folder: Path, passages: Collection[str]) -> tuple[list[Asked], tuple[str, ...]]:
    """The questions of ``folder`` in the order of the file, and what should be known of them.

    ``passages`` are the ids of the corpus. Raises UsageError naming file and line for whatever is
    broken, stands twice, judges an unknown passage, or should have an answer and has none.
    """
    path = folder / QUERIES
    seen = Seen(path)
    asked = []
    for number, row in read_rows(path):
        fields = Fields(row, path, number)
        seen.add(fields.identity("_id"), number)
        asked.append(_question(fields))
    judged = _read_judgements(folder / JUDGEMENTS, passages)
    strange = len(judged.keys() - seen.lines.keys())
    nouns = "question that is" if strange == 1 else "questions that are"
    notices = (f"{JUDGEMENTS} judges {strange} {nouns} not in {QUERIES}.",) if strange else ()
    found = [_with_judgements(one, judged) for one in asked]
    if found and not any(_can_be_scored(one.question) for one in found):
        raise UsageError(
            f"{folder} has neither judgements nor answers, so nothing can be scored.",
            f"Give {JUDGEMENTS}, or answers in {QUERIES}.",
        )
    return found, notices


def _with_judgements(asked: Asked, judged: Mapping[str, Mapping[str, int]]) -> Asked:
    relevant = judged.get(asked.question.id, {})
    return replace(asked, question=replace(asked.question, relevant=relevant))


def _can_be_scored(question: Question) -> bool:
    known = question.answers is not None or question.answerable is not None
    return bool(question.relevant or question.references or question.wanted) or known


def _question(fields: Fields) -> Asked:
    question = Question(
        id=fields.identity("_id"),
        text=fields.question("text"),
        answerable=_answerable(fields),
        answers=_not_blank(fields.texts("answers")),
        wanted=fields.lists_of_texts("wanted"),
        references=_not_blank(fields.text(name, "") for name in REFERENCES) or (),
        history=tuple(_history(fields)),
        kind=fields.text("type", "") or _mark(fields).lower(),
    )
    return Asked(question=_settle(question, fields), split=fields.text("split", "") or None)


def _settle(question: Question, fields: Fields) -> Question:
    """``question`` with what its fields say of each other.

    Without the field ``answers`` an answer may just not be known; an empty list says that there
    is none.
    """
    if question.answerable is False:
        return replace(question, answers=(), wanted=(), references=())
    has_answer = bool(question.answers or question.wanted)
    should_have = question.answerable or question.answers == ()
    if should_have and not (has_answer or question.references):
        raise fields.broken("this answerable question has no answer")
    return replace(
        question, answerable=has_answer or question.answerable, answers=question.answers or None
    )


def _not_blank(texts: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if texts is None else tuple(filter(str.strip, texts))


def _answerable(fields: Fields) -> bool | None:
    stated = fields.flag("answerable")
    return ANSWERABILITY.get(_mark(fields)) if stated is None else stated


def _mark(fields: Fields) -> str:
    """How a conversation's question is marked; a list holds one mark."""
    if fields.holds_list("answerability"):
        return ((fields.texts("answerability") or ()) + ("",))[0]
    return fields.text("answerability", "")


def _history(fields: Fields) -> list[Turn]:
    """What was said before: each question with the answer that followed it."""
    turns: list[Turn] = []
    for said in fields.rows("history"):
        speaker, text = said.text("speaker"), said.text("text")
        if speaker == "user":
            turns.append(Turn(question=text, answer=None, asked_at=""))
        elif speaker == "agent" and turns:
            answer = Answer(question=turns[-1].question, status=Status.ANSWERED, text=text)
            turns[-1] = replace(turns[-1], answer=answer)
        elif speaker != "agent":
            raise fields.broken(f"the speaker {speaker!r} is neither user nor agent")
    return turns


def _read_judgements(path: Path, passages: Collection[str]) -> dict[str, dict[str, int]]:
    """Relevant passages with their grades by question; none where there is no such file."""
    found: dict[str, dict[str, int]] = {}
    if not path.exists():
        return found
    for place, (number, line) in enumerate(read_lines(path)):
        cells = line.split("\t")
        if len(cells) != 3:
            raise broken(path, number, f"{len(cells)} columns instead of query, passage and score")
        query, passage, score = cells
        if place == 0 and not _is_number(score):
            continue  # the header
        if not _is_number(score):
            raise broken(path, number, f"the score {score!r} is no number")
        if passage not in passages:
            raise broken(path, number, f"the passage {passage!r} is not in the corpus")
        if float(score) > 0:
            # A grade under 1 is relevant, too; ranking measures take whole grades.
            found.setdefault(query, {})[passage] = max(1, round(float(score)))
    return found


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
