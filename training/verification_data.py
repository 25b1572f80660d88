"""Claims that people judged: the files under ``verification/`` of the data folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundwire.training.entailment_examples import EntailmentExample, Label

LICENSED, EXPERTS = "licensed.jsonl", "expertqa-claims.jsonl"
# What the sources call their labels.
_LABELS = {
    "entailment": Label.SUPPORTED,
    "contradiction": Label.CONTRADICTED,
    "consistent": Label.SUPPORTED,
    "inconsistent": Label.NOT,
    "supported": Label.SUPPORTED,
    "partially_supported": Label.NOT,
    "not_supported": Label.NOT,
    "Complete": Label.SUPPORTED,
    "Partial": Label.NOT,
    "Incomplete": Label.NOT,
    "Missing": Label.NOT,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedPair:
    """An example with the source that it comes from and the ``split`` that it belongs to."""

    source: str
    split: str
    example: EntailmentExample


def read_judged(folder: Path) -> Iterator[JudgedPair]:
    """All pairs of ``folder`` whose label says something and that have evidence."""
    for row in _rows(folder / LICENSED):
        pair = row["premise"], row["hypothesis"], row["label"]
        yield JudgedPair(source=row["source"], split=row["split"], example=_example(*pair))
    for row in _rows(folder / EXPERTS):
        for claim in _claims(row):
            if claim["evidence"] and claim["support"] in _LABELS:
                pair = "\n".join(claim["evidence"]), claim["claim_string"], claim["support"]
                yield JudgedPair(source="expertqa", split=row["split"], example=_example(*pair))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _claims(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (claim for answer in row["answers"].values() for claim in answer["claims"])


def _example(evidence: str, sentence: str, label: str) -> EntailmentExample:
    return EntailmentExample(evidence=evidence, sentence=sentence, label=_LABELS[label])
