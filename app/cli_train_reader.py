"""The command that adapts the reader to a person's own questions: train reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from groundwire.app.cli_command import DONE, SOME_FAILED, JsonCommand, Result, Surroundings
from groundwire.app.cli_text import count, printable
from groundwire.app.cli_train import tell_progress
from groundwire.core.errors import UsageError

if TYPE_CHECKING:
    from groundwire.app.adapting import Attempt
    from groundwire.core.protocols import PassageReader
    from groundwire.eval import Comparison
    from groundwire.training import Parted


@dataclass(frozen=True, kw_only=True)
class TrainReader(JsonCommand):
    """Adapt the reader to your own labelled questions, if a test says that this makes it better.

    A third of the questions is held back, by whole articles where the file has several, else by
    whole paragraphs. The reader learns from the others, starting from the weights that come with
    groundwire: some 90 seconds for 100 questions on two processor cores. Then it and the reader in
    use answer the questions held back, and it is used from then on only if it is better by a
    paired test. An interrupted training goes on when the same command is given again. Needs the
    extra "models".

    Exit code 0: the adapted reader is used. 3: it is not shown to be better, and nothing changes.
    1: it could not be trained. 2: wrong usage, or too few questions.
    """

    data: Annotated[
        str, typer.Option(metavar="FILE", help="Questions in the format of SQuAD 1.1 or 2.0.")
    ]
    batches: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Batches of 32 examples to learn from; by default as many as take every "
            "question three times.",
        ),
    ] = None
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="What is held back, and learned when.")
    ] = 13

    def run(self, surroundings: Surroundings) -> Result:
        """Part, train, test; the weights in use are replaced, or left as they are."""
        from groundwire.app.adapting import Attempt
        from groundwire.app.cli_train_results import ADAPTED, IN_USE, Tried
        from groundwire.models import adapted_reader, load_passage_reader
        from groundwire.training import hold_back, read_squad

        settings = surroundings.settings()
        path = Path(self.data)
        if not path.is_file():
            raise UsageError(f"There is no file {printable(self.data)}.", "Name another one.")
        parted = hold_back(read_squad(path), seed=self.seed)
        threads, own = settings.encoder.threads, adapted_reader(settings.home)
        in_use = load_passage_reader(threads=threads, folder=own)
        surroundings.say(_parts(parted))
        attempt = Attempt(parted=parted, seed=self.seed, batches=self.batches, settings=settings)
        candidate = self.make_candidate(surroundings, attempt)
        readers = {
            IN_USE: in_use,
            ADAPTED: load_passage_reader(threads=threads, folder=candidate),
        }
        tried = Tried(
            data=path,
            parted=parted,
            seed=self.seed,
            candidate=candidate,
            comparison=_compare(surroundings, attempt, readers),
            weights={name: reader.name for name, reader in readers.items()},
        )
        folder = tried.adopt(settings.home) if tried.is_better else None
        return Result(
            data=tried.as_data(folder),
            show=lambda console: tried.show(console, folder),
            code=DONE if folder else SOME_FAILED,
        )

    def make_candidate(self, surroundings: Surroundings, attempt: Attempt) -> Path:
        """The folder of weights that were trained and exported; GroundwireError if that fails."""
        from groundwire.app.adapting import make_candidate

        return make_candidate(attempt, tell_progress(surroundings), surroundings.log.file)


def _compare(
    surroundings: Surroundings, attempt: Attempt, readers: Mapping[str, PassageReader]
) -> Comparison:
    """Both readers on the questions held back, over all paragraphs of the file."""
    from groundwire.app.mining import squad_source
    from groundwire.eval import open_corpus, try_readers
    from groundwire.training import answerable

    told, parted = tell_progress(surroundings), attempt.parted
    corpus = squad_source("own", [*parted.training, *parted.held_back]).corpus
    with open_corpus(corpus, attempt.settings) as library:
        return try_readers(
            answerable(parted.held_back),
            readers,
            library,
            seed=attempt.seed,
            on_asked=lambda done, total: told("testing", done, total),
        )


def _parts(parted: Parted) -> str:
    from groundwire.training import answerable

    held = len(answerable(parted.held_back))
    training = count(len(answerable(parted.training)), "question")
    return f"{training} to train on, {held:,} of other {parted.unit}s held back."
