"""Every error groundwire raises on purpose: what happened, and what to do now."""

from __future__ import annotations

from groundwire.core.schema import Usage


class GroundwireError(Exception):
    """A failure meant to be read by a person.

    ``what`` says what happened and to which file or setting; ``advice`` says what to do now.
    """

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        end = "" if self.what.endswith((".", "!", "?", ":")) or not self.advice else "."
        return f"{self.what}{end} {self.advice}".strip()


class SettingsError(GroundwireError):
    """A setting is unknown, has the wrong type or is out of bounds."""


class UsageError(GroundwireError):
    """A command or call was given words it cannot act on."""


class DocumentSkipped(GroundwireError):  # noqa: N818 - an outcome
    """A file was left out for a reason that is no fault: empty, too large, without a text layer."""


class DocumentFailed(GroundwireError):  # noqa: N818 - an outcome
    """A file could not be read although it should have been: damaged, encrypted, unreadable."""


class LibraryError(GroundwireError):
    """The library as a whole cannot be used: not writable, from a newer version, or damaged."""


class IndexDamaged(LibraryError):  # noqa: N818 - a state
    """A derived index does not open or does not agree with the database; it can be rebuilt."""


class ModelError(GroundwireError):
    """A model could not be loaded or gave something unusable; ``usage`` is what trying cost."""

    def __init__(self, what: str, advice: str = "", *, usage: Usage | None = None) -> None:
        super().__init__(what, advice)
        self.usage = usage or Usage()


class BudgetSpent(ModelError):  # noqa: N818 - a state
    """What a run may cost does not allow another call; nothing was sent."""


class LedgerError(GroundwireError):
    """A quote is not what stands at its offsets: its document has changed, or there is a bug."""
