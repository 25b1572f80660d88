"""Recipe: the term classifier, which picks the words that a conversation's question leaves out.

    python -m groundwire.training.conversation --data FOLDER --out FOLDER

``--data`` is the folder that holds ``rewriting/`` and ``squad/train-v1.1.json``. The threshold is
chosen on dialogues that are held back from training. ``--out`` gets checkpoint, scores and
weights.safetensors, which `training.export_pair` takes.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from groundwire.models.conversation_words import ConversationText, fold, fold_all, lay_out
from groundwire.models.pair_tokens import Pair, encode_texts, make_pair
from groundwire.training.conversation_examples import (
    TermExample,
    read_rewrites,
    split_dialogues,
    vary,
)
from groundwire.training.conversation_model import TermModel
from groundwire.training.conversation_scores import Picked, choose_threshold, score_terms
from groundwire.training.loop import Course, Plan, train
from groundwire.training.made_dialogues import make_dialogues
from groundwire.training.packaged import packaged_model
from groundwire.training.trunk import load_tokenizer, load_trunk, pad_pairs

MOST_TOKENS = 256
SEED = 13
# How often each question is seen, the first time with its whole history; a made one is seen once.
ROUNDS, MADE = 3, 5000
# A word that is wanted counts so many times: there are about ten others for each.
WEIGHT = 3.0
SCORED_AT_ONCE = 32
logger = logging.getLogger(__name__)


class TermCourse:
    """The loss of the term classifier for a batch, and what it makes of examples."""

    def __init__(self, model: TermModel, tokenizer: Tokenizer, device: str) -> None:
        self._model, self._tokenizer, self._device = model, tokenizer, device

    def loss(self, examples: Sequence[TermExample]) -> Tensor:
        """Cross-entropy over the first pieces of the words that the question does not say."""
        chosen, labels = [], []
        logits, placed = self._forward(examples)
        for row, (example, words) in enumerate(zip(examples, placed, strict=True)):
            for key, token in words:
                chosen.append(logits[row, token])
                labels.append(float(key in example.wanted))
        if not chosen:
            return logits.sum() * 0
        return binary_cross_entropy_with_logits(
            torch.stack(chosen),
            torch.tensor(labels, device=self._device),
            pos_weight=torch.tensor(WEIGHT, device=self._device),
        )

    @torch.no_grad()
    def pick(self, examples: Sequence[TermExample]) -> list[Picked]:
        """The logits of each example's words, with the words that are wanted."""
        found: list[Picked] = []
        for start in range(0, len(examples), SCORED_AT_ONCE):
            part = examples[start : start + SCORED_AT_ONCE]
            logits, placed = self._forward(part)
            for row, (example, words) in enumerate(zip(part, placed, strict=True)):
                found.append(Picked(example=example, logits=_highest(logits[row], words)))
        return found

    def _forward(
        self, examples: Sequence[TermExample]
    ) -> tuple[Tensor, list[list[tuple[str, int]]]]:
        """Logits, and of each example the folded words with the places of their first pieces."""
        texts = [lay_out(example.history) for example in examples]
        first = encode_texts(self._tokenizer, [example.question for example in examples])
        second = encode_texts(self._tokenizer, [text.text for text in texts])
        pairs = [make_pair(*both, most=MOST_TOKENS) for both in zip(first, second, strict=True)]
        placed = [_place(*three) for three in zip(examples, texts, pairs, strict=True)]
        return self._model(pad_pairs(pairs).to(self._device)), placed


def _place(example: TermExample, text: ConversationText, pair: Pair) -> list[tuple[str, int]]:
    said = fold_all(example.question)
    tokens = {start: pair.second + number for number, (start, _) in enumerate(pair.spans)}
    keys = [(fold(word.text), tokens.get(word.start)) for word in text.words]
    return [(key, token) for key, token in keys if token is not None and key not in said]


def _highest(logits: Tensor, words: Sequence[tuple[str, int]]) -> dict[str, float]:
    highest: dict[str, float] = {}
    for key, token in words:
        highest[key] = max(highest.get(key, float("-inf")), float(logits[token]))
    return highest


def make_course(
    trained: Sequence[TermExample], made: Sequence[TermExample], course: TermCourse
) -> Course[TermExample]:
    """What is learned: questions that people rewrote, ``ROUNDS`` times each, and made ones."""
    return Course(
        examples=[*vary(trained, rounds=ROUNDS, seed=SEED), *made],
        loss=course.loss,
        length=lambda one: sum(len(text) for text in one.history),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description="Train the term classifier.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds rewriting/")
    parser.add_argument("--source", type=Path, help="folder of all-MiniLM-L6-v2; else its package")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and weights")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    parser.add_argument("--made", type=int, default=MADE, help="most conversations made by rule")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    trained, held = split_dialogues(read_rewrites(options.data / "rewriting" / "train.jsonl"))
    dev = read_rewrites(options.data / "rewriting" / "dev.jsonl")
    squad = options.data / "squad" / "train-v1.1.json"
    made = make_dialogues(squad, most=options.made, seed=SEED)
    logger.info(
        "%d questions and %d made ones to train on, %d held back, on %s",
        len(trained),
        len(made),
        len(held),
        device,
    )
    model = TermModel(load_trunk(options.source or packaged_model())).to(device)
    course = TermCourse(model, load_tokenizer(), device)
    train(
        model,
        make_course(trained, made, course),
        Plan(folder=options.out, batch=16, rate=options.rate, seed=SEED),
    )
    threshold = report(course, held, dev, options.out)
    save_weights(model, threshold, options.out)


def report(
    course: TermCourse, held: Sequence[TermExample], dev: Sequence[TermExample], folder: Path
) -> float:
    """The threshold, chosen on ``held``; it and the scores of both are written to scores.json."""
    picked = course.pick(held)
    threshold = choose_threshold(picked)
    scores = {
        "threshold": threshold,
        "held_back": score_terms(picked, threshold, seed=SEED),
        "dev": score_terms(course.pick(dev), threshold, seed=SEED),
    }
    text = json.dumps(scores, indent=2)
    (folder / "scores.json").write_text(text + "\n", encoding="utf-8")
    logger.info("%s", text)
    return threshold


def save_weights(model: TermModel, threshold: float, folder: Path) -> None:
    """Write weights.safetensors for the export, in which ``threshold`` has become probability 0.5.

    The checkpoint beside it stays as it was trained.
    """
    weights = {
        name: weight.detach().clone()
        for name, weight in model.named_parameters()
        if weight.requires_grad
    }
    weights["term.bias"] -= threshold
    save_file(weights, folder / "weights.safetensors")


if __name__ == "__main__":
    main()
