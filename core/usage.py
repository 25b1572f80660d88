"""Adding up what several calls cost."""

from __future__ import annotations

from dataclasses import fields

from groundwire.core.schema import Usage


def add_usage(first: Usage, second: Usage) -> Usage:
    """What both cost together."""
    return Usage(
        **{
            part.name: getattr(first, part.name) + getattr(second, part.name)
            for part in fields(Usage)
        }
    )
