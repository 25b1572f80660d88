"""JSON, JSON lines and notebooks: every record a line, every leaf with its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeAlias

from groundwire.core.errors import DocumentFailed
from groundwire.retrievers.read_text import read_markdown
from groundwire.retrievers.reading import Composer, Reading

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
# A value longer than this is a text of its own, not a cell of a record.
_LONGEST_VALUE = 200
_TITLES = ("title", "name", "headline")


def read_json(_data: bytes, text: str | None) -> Reading:
    """A JSON file as lines of ``name: value``; what lies deeper is named ``outer.inner``."""
    content: Json = json.loads(text or "")
    composer = Composer()
    _write(composer, content)
    title = None
    if isinstance(content, dict):
        found = (content.get(name) for name in _TITLES)
        title = next((value for value in found if isinstance(value, str) and value), None)
    return composer.finish(title)


def read_json_lines(_data: bytes, text: str | None) -> Reading:
    """A file with one JSON value a line."""
    composer = Composer()
    for number, line in enumerate((text or "").split("\n"), start=1):
        if line.strip():
            try:
                _write(composer, json.loads(line))
            except ValueError as error:
                raise DocumentFailed(
                    f"line {number} is not JSON", "Correct it, or rename the file to .txt."
                ) from error
    return composer.finish()


def read_notebook(_data: bytes, text: str | None) -> Reading:
    """A notebook: its text as Markdown, its code fenced, the text its code printed."""
    notebook = json.loads(text or "")
    blocks = [block for cell in notebook["cells"] for block in _cell(cell)]
    return read_markdown("\n\n".join(block for block in blocks if block.strip()))


def _cell(cell: dict[str, Json]) -> Iterator[str]:
    source = _joined(cell.get("source"))
    if cell.get("cell_type") != "code":
        yield source
        return
    if source.strip():
        yield f"```\n{source}\n```"
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else []:
        printed = _printed(output).strip()
        if printed:
            yield f"```\n{printed}\n```"


def _printed(output: Json) -> str:
    if not isinstance(output, dict):
        return ""
    data = output.get("data")
    plain = data.get("text/plain") if isinstance(data, dict) else None
    return _joined(output.get("text") or plain)


def _joined(source: Json) -> str:
    return "".join(map(str, source)) if isinstance(source, list) else str(source or "")


def _write(composer: Composer, value: Json, name: str = "") -> None:
    """Write ``value``: a record of short values as one line, all else part by part."""
    if isinstance(value, dict) and _is_record(value):
        pairs = [f"{_path(name, key)}: {_leaf(item)}" for key, item in value.items() if item != ""]
        composer.line("; ".join(pairs))
    elif isinstance(value, dict):
        composer.gap()
        for key, item in value.items():
            _write(composer, item, _path(name, key))
        composer.gap()
    elif isinstance(value, list):
        _write_list(composer, value, name)
    else:
        composer.line(_named(name, _leaf(value)))


def _write_list(composer: Composer, items: list[Json], name: str) -> None:
    if all(map(_is_leaf, items)):
        composer.line(_named(name, ", ".join(map(_leaf, items))))
        return
    for item in items:
        _write(composer, item, name)


def _named(name: str, text: str) -> str:
    return f"{name}: {text}" if name and text else text


def _path(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key


def _is_leaf(value: Json) -> bool:
    return not isinstance(value, dict | list)


def _is_record(value: dict[str, Json]) -> bool:
    return all(_is_leaf(item) and len(_leaf(item)) <= _LONGEST_VALUE for item in value.values())


def _leaf(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
