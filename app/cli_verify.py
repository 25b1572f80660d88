"""The command that checks a text against the library, sentence by sentence."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from groundwire.app.cli_command import DONE, SOME_FAILED, JsonCommand, Result, Surroundings
from groundwire.core.errors import DocumentFailed, DocumentSkipped, GroundwireError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from groundwire.agents import CheckedSentence
    from groundwire.core.protocols import ClaimJudge
    from groundwire.core.schema import Document
    from groundwire.core.settings import Settings

STANDARD_INPUT = "-"


@dataclass(frozen=True, kw_only=True)
class Verify(JsonCommand):
    """Check a text, whoever wrote it, sentence by sentence against the library.

    Each sentence is supported, unsupported or contradicted by the passages that fit it best.
    Headings, code, questions and courtesies claim nothing and are not checked.

    Exit code 0: no sentence lacks support. 3: some are unsupported or contradicted. 1: the text
    could not be read or checked. 2: wrong usage.
    """

    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="Text, Markdown or any format that `add` reads; - reads text."
        ),
    ]
    against: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only against this collection; else against all."),
    ] = None
    lists = ("sentences",)

    def run(self, surroundings: Surroundings) -> Result:
        """Read the text, check its sentences, and say which ones lack support."""
        settings = surroundings.settings()
        document = self._read(settings)

        from groundwire.app.cli_verify_results import show_checked

        found = self._check(surroundings, settings, document)
        return Result(
            data=self._told(found),
            show=lambda console: show_checked(console, self._name, found),
            code=SOME_FAILED if _lacks_support(found) else DONE,
        )

    def failure(self, error: GroundwireError) -> Mapping[str, Any]:
        """The keys of a success, with nothing in them."""
        from groundwire.core.schema import Verdict

        counts = {verdict.value: 0 for verdict in Verdict}
        asked = {"file": self.file, "collection": self.against, "counts": counts}
        return asked | dict(super().failure(error))

    def load_judge(self, settings: Settings) -> ClaimJudge:
        """The entailment model that comes with groundwire; ModelError if it cannot be opened."""
        from groundwire.models import load_entailment

        return load_entailment(threads=settings.encoder.threads)

    @property
    def _name(self) -> str:
        return "standard input" if self.file == STANDARD_INPUT else self.file

    def _read(self, settings: Settings) -> Document:
        from groundwire.retrievers import document_from_bytes, load_document

        if self.file != STANDARD_INPUT and not _is_there(self.file):
            raise UsageError(
                f"There is no file {self.file}.", "Correct the path, or give - to read text."
            )
        try:
            if self.file == STANDARD_INPUT:
                return document_from_bytes(self._name, sys.stdin.buffer.read(), settings.reading)
            return load_document(self.file, settings.reading)
        except (DocumentSkipped, DocumentFailed) as error:
            told = f"{self._name} cannot be checked: {error.what.rstrip('.')}."
            raise type(error)(told, error.advice or "Give a file with text in it.") from error

    def _check(
        self, surroundings: Surroundings, settings: Settings, document: Document
    ) -> list[CheckedSentence]:
        from groundwire.agents import check_claims, find_claims
        from groundwire.app.cli_verify_results import follow_sentences
        from groundwire.retrievers import Scope, check_scope, open_library

        scope = Scope(collection=self.against)
        with open_library(settings) as library:
            if not library.has_documents:
                raise UsageError(
                    "The library is empty: there is nothing to check against.",
                    "Add documents first: groundwire add PATH.",
                )
            check_scope(library, scope)
            if notice := library.notice:
                surroundings.say(notice)
            judge = self.load_judge(settings)
            claims = find_claims(document)
            checked = check_claims(library, judge, claims=claims, scope=scope)
            return follow_sentences(surroundings.log, checked, total=len(claims))

    def _told(self, found: Sequence[CheckedSentence]) -> dict[str, Any]:
        """What ``--json`` prints; ``status`` is the verdict on the worst sentence."""
        from groundwire.agents import count_verdicts
        from groundwire.core.wire import as_json

        counts = count_verdicts(found)
        return {
            "file": self.file,
            "collection": self.against,
            "sentences": as_json(found),
            "counts": as_json(counts),
            "status": counts.verdict.value,
        }


def _lacks_support(found: Sequence[CheckedSentence]) -> bool:
    from groundwire.core.schema import Verdict

    lacking = {Verdict.UNSUPPORTED, Verdict.CONTRADICTED}
    return any(sentence.verdict in lacking for sentence in found)


def _is_there(file: str) -> bool:
    try:
        return Path(file).exists()
    except OSError:  # longer than a name may be, as when a text is given in place of a file
        return False
