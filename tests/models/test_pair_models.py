from __future__ import annotations

import json
import subprocess
import sys

from groundwire.models import load_entailment, load_passage_reader, load_term_picker


def test_naming_the_loaders_brings_in_nothing_heavy() -> None:
    code = """
import json, sys
from groundwire.models import load_entailment, load_passage_reader, load_term_picker
print(json.dumps(sorted({"onnxruntime", "tokenizers", "torch"} & set(sys.modules))))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == []


def test_every_step_gets_the_same_bundled_reader() -> None:
    reader = load_passage_reader()
    assert reader is load_passage_reader()
    text = "The water mill at Orrin was built in 1874 by the brothers Tamsin and Jory Pell."
    right, wrong = reader.read(
        "When was the mill at Orrin built?", [text, "Ferries leave every forty minutes."]
    )
    assert text[right.spans[0].start : right.spans[0].end] == "1874"
    assert right.relevance > 0.5 > wrong.relevance


def test_every_step_gets_the_same_bundled_entailment_model() -> None:
    judge = load_entailment()
    assert judge is load_entailment()
    evidence = "The water mill at Orrin was built in 1874 by the brothers Tamsin and Jory Pell."
    right, wrong = judge.support(
        [(evidence, "The mill at Orrin was built in 1874."), (evidence, "Ferries leave at noon.")]
    )
    assert right > 0.5 > wrong


def test_the_bundled_picker_finds_what_a_question_leaves_out() -> None:
    picked = load_term_picker().pick(
        "When was it founded?", ["Who runs the Silver Otter?", "The town of Tarnholm runs her."]
    )
    needed = [word for word, probability in picked if probability >= 0.5]
    assert {"Silver", "Otter"} <= set(needed)
    assert "runs" not in needed
