"""Errors are sentences for people."""

from groundwire.core.errors import GroundwireError


def test_an_error_says_what_happened_and_what_to_do() -> None:
    error = GroundwireError("The disk is full.", "Free some space.")
    assert str(error) == "The disk is full. Free some space."
    assert (error.what, error.advice) == ("The disk is full.", "Free some space.")


def test_without_advice_nothing_hangs_on() -> None:
    assert str(GroundwireError("It broke.")) == "It broke."
