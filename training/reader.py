"""Recipe: the ranker-reader.

    python -m groundwire.training.reader --mined FILE --out FOLDER

``--mined`` is written by `groundwire train mine`. The same command again goes on from the
checkpoint in ``--out``; ``--start`` names one of an earlier run, or the folder of an exported model
(models/weights/reader), whose weights to start from.
"""

from __future__ import annotations

import argparse
import logging
import random
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from groundwire.models.pair_tokens import Pair, encode_texts, windows
from groundwire.training.loop import Course, Plan, train
from groundwire.training.mined import MinedQuestion, read_mined
from groundwire.training.packaged import packaged_model
from groundwire.training.reader_examples import ReaderExample, make_examples
from groundwire.training.reader_model import ReaderModel
from groundwire.training.shipped import start_weights
from groundwire.training.trunk import load_tokenizer, load_trunk, pad_pairs

# Of a longer pair one window is learned, cut as the model later reads it. More room costs answers:
# of the paragraphs over 180 tokens, windows of 256 gave F1 59.5, of 192 72.1 (n = 200).
MOST_TOKENS = 192
SEED = 13
KINDS = ("span", "yes", "no")


class ReaderCourse:
    """The loss of the ranker-reader for a batch of examples."""

    def __init__(self, model: ReaderModel, tokenizer: Tokenizer, device: str) -> None:
        self._model, self._tokenizer, self._device = model, tokenizer, device

    def loss(self, examples: Sequence[ReaderExample]) -> Tensor:
        """Span, relevance, whether the passage answers, and the answer's kind, summed."""
        pairs, spans = zip(*encode_examples(self._tokenizer, examples), strict=True)
        batch = pad_pairs(pairs).to(self._device)
        reading = self._model(batch)
        starts = torch.tensor([span[0] for span in spans], device=self._device)
        ends = torch.tensor([span[1] for span in spans], device=self._device)
        span = cross_entropy(reading.start, starts) + cross_entropy(reading.end, ends)
        relevant = self._labels([float(one.relevant) for one in examples])
        answers = self._labels([-1.0 if one.answers is None else one.answers for one in examples])
        kinds = [-1 if one.kind is None else KINDS.index(one.kind) for one in examples]
        return (
            span / 2
            + binary_cross_entropy_with_logits(reading.whole[:, 0], relevant)
            + _known(reading.whole[:, 1], answers)
            + 0.2 * _kind(reading.whole[:, 2:], torch.tensor(kinds, device=self._device))
        )

    def _labels(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self._device)


def encode_examples(
    tokenizer: Tokenizer, examples: Sequence[ReaderExample]
) -> list[tuple[Pair, tuple[int, int]]]:
    """Of each example one window, and first and last token of the answer in it; (0, 0): none."""
    first = encode_texts(tokenizer, [one.question for one in examples])
    second = encode_texts(tokenizer, [one.text for one in examples])
    return [
        _window(list(windows(*texts, most=MOST_TOKENS)), example)
        for example, *texts in zip(examples, first, second, strict=True)
    ]


def _window(pairs: Sequence[Pair], example: ReaderExample) -> tuple[Pair, tuple[int, int]]:
    """One of ``pairs`` and the answer's tokens within it: one that holds the answer, if any does.

    Which one of several, the example says.
    """
    located = [(pair, _locate(pair, example)) for pair in pairs]
    holding = [one for one in located if one[1] != (0, 0)]
    choices = holding or located
    return choices[int(example.window * len(choices))]


def _token_at(offsets: Sequence[tuple[int, int]], character: int) -> int:
    return next((n for n, (_, end) in enumerate(offsets) if end > character), len(offsets) - 1)


def _locate(pair: Pair, example: ReaderExample) -> tuple[int, int]:
    """First and last token of the answer within the pair; (0, 0) unless all of it is there."""
    if example.start is None or example.end is None or not pair.spans:
        return 0, 0
    first = _token_at(pair.spans, example.start)
    last = _token_at(pair.spans, example.end - 1)
    before = example.text[example.start : pair.spans[first][0]]
    cut = before.strip() or pair.spans[last][1] < example.end
    if cut or first > last or pair.spans[first][0] >= example.end:
        return 0, 0
    return pair.second + first, pair.second + last


def _known(logits: Tensor, labels: Tensor) -> Tensor:
    known = labels >= 0
    if not known.any():
        return logits.sum() * 0
    return binary_cross_entropy_with_logits(logits[known], labels[known])


def _kind(logits: Tensor, kinds: Tensor) -> Tensor:
    return cross_entropy(logits, kinds, ignore_index=-1) if (kinds >= 0).any() else logits.sum() * 0


def choose(questions: Sequence[MinedQuestion], most: int, seed: int) -> list[MinedQuestion]:
    """At most ``most`` questions of each source, drawn by ``seed``; in the file's order."""
    draw = random.Random(seed)  # noqa: S311 (not a secret)
    chosen: list[MinedQuestion] = []
    for _, group in groupby(questions, key=lambda one: one.source):
        rows = list(group)
        kept = sorted(draw.sample(range(len(rows)), min(most, len(rows))))
        chosen += [rows[place] for place in kept]
    return chosen


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description="Train the ranker-reader.")
    parser.add_argument("--mined", type=Path, required=True, help="training questions, mined")
    parser.add_argument("--source", type=Path, help="folder of all-MiniLM-L6-v2; else its package")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and weights")
    parser.add_argument("--questions", type=int, default=1_000_000, help="most of one source")
    parser.add_argument("--passes", type=int, default=1, help="times that each question is taken")
    parser.add_argument("--batches", type=int, help="most batches of 32 examples to learn from")
    parser.add_argument(
        "--start", type=Path, help="checkpoint, or folder of an export, to start from"
    )
    parser.add_argument("--rate", type=float, default=2e-4, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=SEED, help="of the examples and their order")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    questions = choose(list(read_mined(options.mined)), options.questions, options.seed)
    # Another seed for each pass: other look-alikes, and other changes.
    examples = [
        example
        for number in range(options.passes)
        for example in make_examples(questions, seed=options.seed + number)
    ]
    logging.getLogger(__name__).info(
        "%d examples of %d questions, on %s", len(examples), len(questions), device
    )
    model = ReaderModel(load_trunk(options.source or packaged_model())).to(device)
    if options.start:
        model.load_state_dict(start_weights(options.start, model), strict=False)
    course = ReaderCourse(model, load_tokenizer(), device)
    train(
        model,
        Course(examples=examples, loss=course.loss, length=lambda one: len(one.text)),
        Plan(folder=options.out, seed=options.seed, rate=options.rate, batches=options.batches),
    )


if __name__ == "__main__":
    main()
