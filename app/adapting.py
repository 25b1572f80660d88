"""A reader adapted to a person's own questions: mined, trained and exported in one folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from groundwire.app.mining import OnProgress, squad_source, write_mined
from groundwire.app.recipe_process import need_training, run_recipe
from groundwire.core.errors import LibraryError, UsageError
from groundwire.core.settings import Settings
from groundwire.models import load_encoder
from groundwire.models.manifest import bundled_folder
from groundwire.models.pair_manifest import read_pair_manifest
from groundwire.training import Parted, answerable

READER = "reader"
# Times that each question is taken, and examples of a batch, of which a question gives one or two.
PASSES, BATCH = 3, 32
# A quarter of the rate that weights are trained with from their beginning.
RATE = 5e-5


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What decides which weights come out: questions, seed, how long, and what it starts from.

    It starts from the bundled weights always: adapted ones may have learned from questions that
    are held back this time.
    """

    parted: Parted
    seed: int
    batches: int | None
    settings: Settings

    @property
    def folder(self) -> Path:
        """Where it is worked at, the same for the same attempt: so it goes on after a break."""
        start = read_pair_manifest(bundled_folder(READER)).identity
        parts = [
            *[(one.place, one.context, one.text, one.answers) for one in self.parted.training],
            (self.seed, self.batches, start, load_encoder(self.settings.encoder).name),
        ]
        digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return self.settings.home / "training" / f"reader-{digest[:16]}"

    @property
    def passes(self) -> int:
        """Enough for the batches that were asked for."""
        if self.batches is None:
            return PASSES
        return -(-self.batches * BATCH // len(answerable(self.parted.training)))


def make_candidate(attempt: Attempt, tell: OnProgress, terminal: IO[str]) -> Path:
    """The folder of weights adapted to the questions to train on; what is done is not done again.

    ``tell`` hears how far mining is, and what the recipe writes goes to ``terminal``. Raises what
    ``run_recipe`` raises, LibraryError where the home folder cannot be written, and UsageError
    while another process is at the same attempt.
    """
    work = attempt.folder
    candidate, learning = work / "candidate", work / "learning"
    with _alone(work):
        if candidate.exists():
            return candidate
        need_training()  # before minutes are spent on what it is for
        mined = work / "mined.jsonl"
        if not mined.exists():
            source = squad_source("own", attempt.parted.training)
            write_mined(mined, [source], attempt.settings, partial(_tell_mined, tell))
        advice = (
            "Mend what it names and give the same command again: it goes on from its last "
            f"checkpoint. Delete {work} to begin anew."
        )
        run_recipe("reader", _learning(attempt, mined, learning), advice=advice, terminal=terminal)
        unfinished = work / "candidate.unfinished"
        checkpoint = learning / "checkpoint.safetensors"
        named = ["--name", "reader-adapted", "--target", str(unfinished)]
        # It takes seconds, and its libraries say much that is nobody's concern.
        run_recipe("export_pair", [READER, "--weights", str(checkpoint), *named], advice=advice)
        unfinished.replace(candidate)
        # Ten times the size of what came of it.
        shutil.rmtree(learning, ignore_errors=True)
    return candidate


def _tell_mined(tell: OnProgress, _name: str, done: int, total: int) -> None:
    tell("look-alikes found", done, total)


def _learning(attempt: Attempt, mined: Path, learning: Path) -> list[str]:
    given: dict[str, object] = {
        "--mined": mined,
        "--start": bundled_folder(READER),
        "--out": learning,
        "--rate": RATE,
        "--seed": attempt.seed,
        "--passes": attempt.passes,
    }
    if attempt.batches is not None:
        given["--batches"] = attempt.batches
    return [str(word) for pair in given.items() for word in pair]


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """``work`` exists, and no other process works at it."""
    try:
        work.mkdir(parents=True, exist_ok=True)
        with FileLock(work / "lock", timeout=0):
            yield
    except Timeout as error:
        raise UsageError(
            f"Another process is training in {work}.", "Wait for it, or stop it."
        ) from error
    except OSError as error:
        raise LibraryError(
            f"{work} cannot be written: {error.strerror or error}.",
            "Make room, or choose another folder with --home DIR.",
        ) from error
