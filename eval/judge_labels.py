"""How far judges agree with people: labels from a file against the verdicts on the same sentences.

A file is JSON Lines or CSV with the columns ``id`` (of the question), ``sentence`` (its number in
the answer, from 1, or its text) and ``label``, one of the grades of the rubric. Texts are the
surer way: a number means another sentence once the answer has changed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundwire.core.errors import UsageError
from groundwire.eval.judge_panel import MAJORITY, JudgedSentence
from groundwire.eval.judging import Grade, majority
from groundwire.eval.statistics import Agreement, agreement

COLUMNS = ("id", "sentence", "label")


@dataclass(frozen=True, kw_only=True, slots=True)
class HumanLabel:
    """What a person says of a sentence: its number from 1, or its text where that is None."""

    id: str
    number: int | None
    text: str
    grade: Grade


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelAgreement:
    """How far a judge, or the ``majority``, agrees with people on what is supported.

    ``agreement`` is None where no labelled sentence has a verdict. ``unmatched`` labels are of
    sentences that were not judged, ``without_verdict`` of such that were, in vain.
    """

    judge: str
    agreement: Agreement | None
    unmatched: int
    without_verdict: int


def read_labels(path: Path) -> list[HumanLabel]:
    """The labels in a file; UsageError naming file and line for what is none or stands twice."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Name a UTF-8 file.") from error
    rows = _csv_rows(path, text) if path.suffix.lower() == ".csv" else _json_rows(path, text)
    labels: dict[tuple[str, int | None, str], HumanLabel] = {}
    for number, row in rows:
        label = _label(row, f"{path}, line {number}")
        key = (label.id, label.number, label.text)
        if key in labels:
            raise UsageError(f"{path}, line {number}: a sentence is labelled twice.", "Keep one.")
        labels[key] = label
    if not labels:
        raise UsageError(f"{path} holds no labels.", f"Give it the columns {', '.join(COLUMNS)}.")
    return list(labels.values())


def agree_with_labels(
    judged: Sequence[JudgedSentence], labels: Sequence[HumanLabel]
) -> list[LabelAgreement]:
    """The agreement of each judge with ``labels``, and that of their majority where several are.

    What is compared is whether a sentence is supported or not; each judge speaks by the majority
    of its repeats.
    """
    names = list(dict.fromkeys(name for sentence in judged for name in sentence.rulings))
    matched = list(_match(judged, labels))
    found = [sentence for _, sentence in matched]
    votes = {name: [majority(one.rulings[name].votes) for one in found] for name in names}
    if len(names) > 1:
        votes[MAJORITY] = [one.majority for one in found]
    wanted = [label.grade is Grade.SUPPORTED for label, _ in matched]
    unmatched = len(labels) - len(matched)
    return [_compare(name, wanted, said, unmatched) for name, said in votes.items()]


def _match(
    judged: Sequence[JudgedSentence], labels: Sequence[HumanLabel]
) -> Iterator[tuple[HumanLabel, JudgedSentence]]:
    """The labels of sentences that were judged, each with its sentence."""
    places: dict[tuple[str, int | str], JudgedSentence] = {}
    for one in judged:
        places[one.id, one.number] = places[one.id, _plain(one.text)] = one
    for label in labels:
        key = label.id, label.text if label.number is None else label.number
        if key in places:
            yield label, places[key]


def _compare(
    name: str, wanted: Sequence[bool], said: Sequence[bool | None], unmatched: int
) -> LabelAgreement:
    both = [(one, other) for one, other in zip(wanted, said, strict=True) if other is not None]
    return LabelAgreement(
        judge=name,
        agreement=agreement([one for one, _ in both], [other for _, other in both])
        if both
        else None,
        unmatched=unmatched,
        without_verdict=len(wanted) - len(both),
    )


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{path}, line {number}: no JSON ({error}).", "Mend it.") from error
        if not isinstance(row, dict):
            raise UsageError(f"{path}, line {number}: no JSON object.", "Write one a line.")
        yield number, row


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(
            f"{path}, line 1: the columns {', '.join(missing)} are missing.",
            f"Its first line names the columns {', '.join(COLUMNS)}.",
        )
    try:
        yield from ((reader.line_num, row) for row in reader)
    except csv.Error as error:
        where = f"{path}, line {reader.line_num}"
        raise UsageError(f"{where}: this is no CSV ({error}).", "Mend it.") from error


def _label(row: Mapping[str, object], where: str) -> HumanLabel:
    given = {name: "" if row.get(name) is None else str(row[name]).strip() for name in COLUMNS}
    if missing := [name for name in COLUMNS if not given[name]]:
        raise UsageError(f"{where}: {', '.join(missing)} is missing.", "Fill it in.")
    key, sentence, label = given.values()
    try:
        grade = Grade(label.lower())
    except ValueError as error:
        known = ", ".join(f'"{one}"' for one in Grade)
        raise UsageError(f"{where}: {label!r} is no label.", f"Labels are {known}.") from error
    number = int(sentence) if sentence.isdecimal() else None
    return HumanLabel(id=key, number=number, text=_plain(sentence), grade=grade)


def _plain(text: str) -> str:
    return " ".join(text.split())
