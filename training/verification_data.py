"""Claims that people judged: the files under ``verification/`` of the data folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
    with (folder / LICENSED).open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            example = EntailmentExample(
                evidence=row["premise"],
                sentence=row["hypothesis"],
                label=_LABELS[row["label"]],
            )
            yield JudgedPair(source=row["source"], split=row["split"], example=example)
    with (folder / EXPERTS).open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            for answer in row["answers"].values():
                for claim in answer["claims"]:
                    if claim["evidence"] and claim["support"] in _LABELS:
                        example = EntailmentExample(
                            evidence="\n".join(claim["evidence"]),
                            sentence=claim["claim_string"],
                            label=_LABELS[claim["support"]],
                        )
                        yield JudgedPair(source="expertqa", split=row["split"], example=example)
