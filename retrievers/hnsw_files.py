"""Whether the files of a vector index are whole: a cut one would crash the process that loads it.

The layout is that of hnswlib ("Efficient and robust approximate nearest neighbor search using
Hierarchical Navigable Small World graphs", Malkov and Yashunin) as Chroma writes it: a header,
then for every element a fixed block, a length, and a list of links with its size before it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

_FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")
# Version, offset of level 0, room for elements, elements, bytes of an element.
_HEADER = struct.Struct("<iQQQQ")
_VERSION = 1
_SIZE = struct.Struct("<I")


def find_damage(folder: Path) -> str | None:
    """What is wrong with the files in ``folder`` and below, or None. Raises OSError."""
    return next((said for part in sorted(folder.glob("*/")) for said in _damages(part)), None)


def _damages(part: Path) -> Iterator[str]:
    there = [name for name in _FILES if (part / name).exists()]
    if not there:
        return  # nothing was written yet: the vectors stand in Chroma's log
    if len(there) < len(_FILES):
        missing = ", ".join(sorted({*_FILES} - {*there}))
        yield f"{part.name} lacks {missing}"
        return
    header = (part / "header.bin").read_bytes()
    if len(header) < _HEADER.size:
        yield f"{part.name}/header.bin is cut off"
        return
    version, _, room, elements, size = _HEADER.unpack_from(header)
    if version != _VERSION:
        yield f"{part.name}/header.bin is not a header"
        return
    blocks = elements or room  # an empty index is written with all its room
    expected = {"data_level0.bin": blocks * size, "length.bin": blocks * _SIZE.size}
    for name, most in expected.items():
        found = (part / name).stat().st_size
        if found != most:
            yield f"{part.name}/{name} has {found} bytes instead of {most}"
    if not _is_walkable((part / "link_lists.bin").read_bytes(), elements):
        yield f"{part.name}/link_lists.bin is cut off"


def _is_walkable(lists: bytes, elements: int) -> bool:
    at = 0
    for _ in range(elements):
        if at + _SIZE.size > len(lists):
            return False
        at += _SIZE.size + _SIZE.unpack_from(lists, at)[0]
    return at == len(lists)
