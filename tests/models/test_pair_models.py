from __future__ import annotations

import json
import subprocess
import sys

import pytest

from groundwire.models import load_entailment, load_passage_reader
from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_models import ENTAILMENT, READER

shipped = pytest.mark.skipif(
    not (bundled_folder(READER).exists() and bundled_folder(ENTAILMENT).exists()),
    reason="the weights are not in this checkout",
)


def test_naming_the_loaders_brings_in_nothing_heavy() -> None:
    code = """
import json, sys
from groundwire.models import load_entailment, load_passage_reader
print(json.dumps(sorted({"onnxruntime", "tokenizers", "torch"} & set(sys.modules))))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == []


@shipped
def test_every_step_gets_the_same_bundled_reader() -> None:
    reader = load_passage_reader()
    assert reader is load_passage_reader()
    text = "The water mill at Orrin was built in 1874 by the brothers Tamsin and Jory Pell."
    right, wrong = reader.read(
        "When was the mill at Orrin built?", [text, "Ferries leave every forty minutes."]
    )
    assert text[right.spans[0].start : right.spans[0].end] == "1874"
    assert right.relevance > 0.5 > wrong.relevance


@shipped
def test_every_step_gets_the_same_bundled_entailment_model() -> None:
    judge = load_entailment()
    assert judge is load_entailment()
    evidence = "The water mill at Orrin was built in 1874 by the brothers Tamsin and Jory Pell."
    right, wrong = judge.support(
        [(evidence, "The mill at Orrin was built in 1874."), (evidence, "Ferries leave at noon.")]
    )
    assert right > 0.5 > wrong
