"""Compound files: what they hold, and Outlook messages among them."""

from __future__ import annotations

import io

import olefile


def stream_names(data: bytes) -> set[str]:
    """The names of the streams and storages at the top of a compound file."""
    with olefile.OleFileIO(io.BytesIO(data)) as file:
        return {entry[0] for entry in file.listdir(streams=True, storages=True)}
