"""The recipe of the term classifier, over a trunk of one small layer."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import BertConfig, BertModel

from groundwire.training.conversation import TermCourse, make_course, report, save_weights
from groundwire.training.conversation_examples import TermExample
from groundwire.training.conversation_model import TermModel
from groundwire.training.loop import Plan, train
from groundwire.training.trunk import load_tokenizer

NAMES = ("Tarnholm", "Kestrel", "Harrowmead", "Orrin", "Pellin", "Sandhollow", "Brackwater")


def dialogue(number: int) -> TermExample:
    """Of what was said, the name is always wanted, and nothing else."""
    name = NAMES[number % len(NAMES)]
    return TermExample(
        dialogue=f"talk {number}",
        question="When was it built?",
        history=(f"Where is {name}?", "On the northern coast."),
        wanted=frozenset({name.lower()}),
    )


@pytest.fixture
def model() -> TermModel:
    torch.manual_seed(1)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    return TermModel(BertModel(config, add_pooling_layer=False)).eval()


def test_it_learns_which_words_are_wanted(model: TermModel, tmp_path: Path) -> None:
    course = TermCourse(model, load_tokenizer(), "cpu")
    examples = [dialogue(number) for number in range(128)]
    train(model, make_course(examples, [], course), Plan(folder=tmp_path, batch=16, rate=1e-2))
    for picked in course.pick(examples[: len(NAMES)]):
        (wanted,) = picked.example.wanted
        assert max(picked.logits, key=lambda word: picked.logits[word]) == wanted
        assert set(picked.logits) == {wanted, "northern", "coast"}


def test_scores_and_weights_are_written_for_the_export(model: TermModel, tmp_path: Path) -> None:
    course = TermCourse(model, load_tokenizer(), "cpu")
    threshold = report(course, [dialogue(1), dialogue(2)], [dialogue(3)], tmp_path)
    scores = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert scores["threshold"] == threshold
    assert scores["dev"]["recall"]["low"] <= scores["dev"]["recall"]["value"]
    save_weights(model, threshold, tmp_path)
    saved = load_file(tmp_path / "weights.safetensors")
    assert float(saved["term.bias"]) == pytest.approx(model.term.bias.item() - threshold)
    assert set(saved) == {name for name, one in model.named_parameters() if one.requires_grad}


def test_a_batch_without_a_word_to_judge_has_no_loss(model: TermModel) -> None:
    course = TermCourse(model, load_tokenizer(), "cpu")
    empty = TermExample(dialogue="a", question="Why?", history=("Why?",), wanted=frozenset())
    assert course.loss([empty]).item() == 0
    assert course.pick([empty])[0].logits == {}
