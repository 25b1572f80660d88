"""XML of any kind: records as lines, running text as paragraphs."""

from __future__ import annotations

from lxml import etree
from lxml.etree import _Element as Element

from groundwire.retrievers.archive import parse_xml
from groundwire.retrievers.reading import Composer, Reading


def read_xml(data: bytes, text: str | None) -> Reading:
    """An XML file; an element of leaves becomes one line of ``name: value`` pairs."""
    root = parse_xml(_as_utf8(data, text))
    composer = Composer()
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if not isinstance(element.tag, str):
            continue
        if _is_running(element):
            composer.paragraph(" ".join("".join(element.itertext()).split()))
            walk.skip_subtree()
        elif _is_record(element):
            composer.line(_record(element))
            walk.skip_subtree()
        else:
            composer.line("; ".join(_attributes(element)))
    title = root.find(".//{*}title")
    return composer.finish(None if title is None else "".join(title.itertext()))


def _as_utf8(data: bytes, text: str | None) -> bytes:
    """The source without its declaration, which names an encoding that was dealt with."""
    content = text if text is not None else data.decode("utf-8", "replace")
    if content.lstrip().startswith("<?xml"):
        content = content.split("?>", 1)[-1]
    return content.strip().encode("utf-8")


def _name(element: Element) -> str:
    return str(etree.QName(element).localname)


def _attributes(element: Element) -> list[str]:
    pairs = ((etree.QName(name).localname, value) for name, value in element.attrib.items())
    hidden = {"schemaLocation", "noNamespaceSchemaLocation", "space"}
    return [f"{name}: {value}" for name, value in pairs if value.strip() and name not in hidden]


def _is_running(element: Element) -> bool:
    """Whether words and elements stand side by side, as in a sentence with emphasis."""
    children = list(element)
    words = [element.text, *(child.tail for child in children)]
    return bool(children) and any(word and word.strip() for word in words)


def _is_record(element: Element) -> bool:
    return all(len(child) == 0 for child in element)


def _record(element: Element) -> str:
    leaves = [element] if len(element) == 0 else list(element)
    pairs = [] if len(element) == 0 else _attributes(element)
    for leaf in leaves:
        if isinstance(leaf.tag, str):
            pairs += [f"{_name(leaf)} {pair}" for pair in _attributes(leaf)]
            value = " ".join((leaf.text or "").split())
            pairs += [f"{_name(leaf)}: {value}"] if value else []
    return "; ".join(pairs)
