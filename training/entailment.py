"""Recipe: the entailment model.

    python -m groundwire.training.entailment --mined FILE --data FOLDER --out FOLDER

``--mined`` is written by `groundwire train mine`, ``--data`` holds ``verification/``. ``--trunk``
names the checkpoint or the folder of a ranker-reader whose trunk to start from: it has learned to
hold a question against a passage.
"""

from __future__ import annotations

import argparse
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from groundwire.models.pair_tokens import (
    MOST_CLAIM,
    Pair,
    TokenizedText,
    encode_texts,
    make_pair,
)
from groundwire.training.entailment_examples import EntailmentExample, Label, make_examples
from groundwire.training.loop import Course, Plan, train
from groundwire.training.mined import read_mined
from groundwire.training.packaged import packaged_model
from groundwire.training.reader import choose
from groundwire.training.reader_model import ReaderModel
from groundwire.training.shipped import start_weights
from groundwire.training.trunk import (
    Classifier,
    PairBatch,
    load_tokenizer,
    load_trunk,
    pad_pairs,
)
from groundwire.training.verification_data import read_judged

MOST_TOKENS = 256
SEED = 17
OUTPUTS = ("supported", "neutral", "contradicted")
# Judged pairs are few and real: each is seen so often.
REPEATS = 3
# Pairs that differ by one thing are what the model gets wrong: so many times as many are made.
HARD = 3
# Every so many judged pairs one is held back, to calibrate with.
HELD_BACK = 6
# Of made pairs about as many are held back, so that what is calibrated suits both.
MADE_HELD_BACK = 500


class EntailmentModel(nn.Module):
    """A trunk and what its first token says: supported, neutral, contradicted."""

    def __init__(self, trunk: PreTrainedModel) -> None:
        super().__init__()
        self.trunk = trunk
        self.whole = Classifier(trunk.config.hidden_size, len(OUTPUTS))

    def forward(self, batch: PairBatch) -> Tensor:
        """Logits of shape (pairs, OUTPUTS)."""
        hidden = self.trunk(
            input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask
        ).last_hidden_state
        logits: Tensor = self.whole(hidden[:, 0])
        return logits.float()


class EntailmentCourse:
    """The loss of the entailment model for a batch of examples."""

    def __init__(self, model: EntailmentModel, tokenizer: Tokenizer, device: str) -> None:
        self._model, self._tokenizer, self._device = model, tokenizer, device

    def loss(self, examples: Sequence[EntailmentExample]) -> Tensor:
        """Cross entropy; of a pair that is only known not to hold, the two others count as one."""
        batch = pad_pairs(encode_pairs(self._tokenizer, examples)).to(self._device)
        logits = self._model(batch)
        labels = torch.tensor([int(one.label) for one in examples], device=self._device)
        unknown = labels == Label.NOT
        exact = cross_entropy(
            logits, labels.masked_fill(unknown, -1), reduction="sum", ignore_index=-1
        )
        spread = torch.logsumexp(logits, dim=1) - torch.logsumexp(logits[:, 1:], dim=1)
        return (exact + spread[unknown].sum()) / len(examples)


def encode_pairs(tokenizer: Tokenizer, examples: Sequence[EntailmentExample]) -> list[Pair]:
    """Sentence and evidence as tokens; of long evidence the window that shares most words."""
    claims = encode_texts(tokenizer, [one.sentence for one in examples])
    evidence = encode_texts(tokenizer, [one.evidence for one in examples])
    return [
        make_pair(
            claim,
            text,
            start=_best_start(claim, text),
            most=MOST_TOKENS,
            most_first=MOST_CLAIM,
        )
        for claim, text in zip(claims, evidence, strict=True)
    ]


def _best_start(claim: TokenizedText, evidence: TokenizedText) -> int:
    """Where the window of ``evidence`` begins that holds most of the claim's tokens."""
    room = MOST_TOKENS - min(len(claim.ids), MOST_CLAIM) - 3
    starts = range(0, max(1, len(evidence.ids) - room // 2), room // 2)
    wanted = set(claim.ids)
    return max(starts, key=lambda start: len(wanted & set(evidence.ids[start : start + room])))


def training_examples(
    mined: Path, data: Path, questions: int
) -> tuple[list[EntailmentExample], list[EntailmentExample]]:
    """What to learn from, and what is held back to calibrate with (made and judged pairs)."""
    chosen = choose(list(read_mined(mined)), questions, SEED)
    made = list(make_examples(chosen, seed=SEED, hard=HARD))
    kept = max(1, min(len(made) // 40, MADE_HELD_BACK))
    judged = [pair.example for pair in read_judged(data) if pair.split == "train"]
    learned, held_back = made[:-kept], made[-kept:]
    for number, example in enumerate(judged):
        if number % HELD_BACK == 0:
            held_back.append(example)
        else:
            learned += [example] * REPEATS
    return learned, held_back


def _describe(examples: Sequence[EntailmentExample]) -> Iterator[str]:
    for label, count in sorted(Counter(one.label for one in examples).items()):
        yield f"{label.name.lower()} {count}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description="Train the entailment model.")
    parser.add_argument("--mined", type=Path, required=True, help="training questions, mined")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds verification/")
    parser.add_argument("--source", type=Path, help="folder of all-MiniLM-L6-v2; else its package")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and weights")
    parser.add_argument("--trunk", type=Path, help="ranker-reader whose trunk to start from")
    parser.add_argument("--start", type=Path, help="entailment model to start from as a whole")
    parser.add_argument("--questions", type=int, default=1_000_000, help="most of one source")
    parser.add_argument("--batches", type=int, help="most batches of 32 examples to learn from")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.manual_seed(SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    verification = options.data / "verification"
    examples, _ = training_examples(options.mined, verification, options.questions)
    logging.getLogger(__name__).info(
        "%d examples: %s", len(examples), ", ".join(_describe(examples))
    )
    model = EntailmentModel(load_trunk(options.source or packaged_model())).to(device)
    if options.trunk:
        weights = start_weights(options.trunk, ReaderModel(model.trunk))
        trunk = {name: weight for name, weight in weights.items() if name.startswith("trunk.")}
        model.load_state_dict(trunk, strict=False)
    if options.start:
        model.load_state_dict(start_weights(options.start, model), strict=False)
    course = EntailmentCourse(model, load_tokenizer(), device)
    train(
        model,
        Course(
            examples=examples,
            loss=course.loss,
            length=lambda one: len(one.evidence) + len(one.sentence),
        ),
        Plan(folder=options.out, seed=SEED, rate=options.rate, batches=options.batches),
    )


if __name__ == "__main__":
    main()
