"""HTML: what a browser would show, as text."""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element as Element

from groundwire.core.errors import DocumentFailed
from groundwire.retrievers.html_tables import (
    BLOCKS,
    caption_of,
    has_names,
    is_hidden,
    table_rows,
)
from groundwire.retrievers.reading import Composer, Reading

_LEVELS = {f"h{level}": level for level in range(1, 7)}
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_LIMIT = etree.ErrorTypes.ERR_RESOURCE_LIMIT
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SPACE = re.compile(r"\s+")
_META = {"title", "author", "description", "keywords", "date", "language"}


def read_html(data: bytes, text: str | None) -> Reading:
    """A page: headings, paragraphs, lists and tables; scripts, styles and hidden parts dropped."""
    root = parse_html(_declared(data, text or ""))
    composer = Composer()
    if root is None:
        return composer.finish()
    write_html(composer, root)
    metadata = _metadata(root)
    return composer.finish(metadata.get("title"), metadata)


def parse_html(text: str) -> Element | None:
    """The root element of a page or fragment; None if there is none.

    Raises DocumentFailed where the parser would leave the rest of the page out.
    """
    source = _DECLARATION.sub("", text).replace("\0", "")
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None
    if any(entry.type == _LIMIT for entry in parser.error_log):
        raise DocumentFailed("its elements are nested too deeply", "Save it as plain text.")
    return root


def write_html(composer: Composer, root: Element) -> None:
    """Write what ``root`` shows."""
    page = _Page(composer)
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            page.leave(element)
        elif not page.enter(element):
            walk.skip_subtree()


class _Page:
    """Collects running text and writes it when a block ends."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._words: list[str] = []
        self._lists: list[int | None] = []
        self._mark = ""
        self._verbatim = 0

    def enter(self, element: Element) -> bool:
        """Begin ``element``; False if what is inside has been dealt with."""
        if is_hidden(element):
            return False
        tag = element.tag
        if tag == "br":
            self._words.append("\n")
        elif tag in BLOCKS:
            self.flush()
        if tag == "a":
            self._lead(element)
        if tag == "table" and (rows := table_rows(element)) is not None:
            for leading in element.iter("a"):
                self._lead(leading)
            self._composer.paragraph(caption_of(element))
            self._composer.table(rows, named=has_names(element))
            return False
        self._enter_list(tag)
        self._verbatim += tag == "pre"
        self.say(element.text)
        return True

    def leave(self, element: Element) -> None:
        """End ``element`` and go on with what follows it."""
        tag = element.tag
        if tag in _LEVELS:
            self._composer.heading("".join(self._words), _LEVELS[tag])
            self._words = []
        elif tag in BLOCKS:
            self.flush()
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if tag == "li":
            self._mark = ""
        if tag == "pre":
            self._verbatim -= 1
        self.say(element.tail)

    def say(self, text: str | None) -> None:
        """Go on with ``text``."""
        if text:
            self._words.append(text if self._verbatim else _SPACE.sub(" ", text))

    def flush(self) -> None:
        """Write what was said since the last block."""
        text, self._words = "".join(self._words), []
        if not text.strip():
            return
        if self._verbatim:
            self._composer.verbatim(text)
        elif self._lists:
            self._composer.line(self._mark + text.strip())
            self._mark = ""
        else:
            self._composer.paragraph(text)

    def _lead(self, element: Element) -> None:
        if target := element.get("href"):
            self._composer.link("".join(element.itertext()), target)

    def _enter_list(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            number = self._lists[-1] if self._lists else None
            if number is None:
                self._mark = "- "
            else:
                self._lists[-1] = number + 1
                self._mark = f"{number + 1}. "


def _metadata(root: Element) -> dict[str, str]:
    found = {}
    title = root.find(".//head/title")
    if title is not None:
        found["title"] = " ".join(title.text_content().split())
    for meta in root.iter("meta"):
        name = str(meta.get("name", meta.get("property", ""))).lower().removeprefix("og:")
        if name in _META:
            found.setdefault(name, " ".join(meta.get("content", "").split()))
    found.setdefault("language", root.get("lang", ""))
    return {name: value for name, value in found.items() if value}


def _declared(data: bytes, text: str) -> str:
    """``text``, or ``data`` in the encoding the page names, where it is not plainly UTF-8."""
    match = _CHARSET.search(data[:4096])
    seven_bit = data.isascii() and b"\x1b" not in data
    if match is None or seven_bit or b"\0" in data[:4096]:
        return text
    try:
        if not data.isascii():
            data.decode("utf-8")
            return text
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(match.group(1).decode("ascii"))
    except (LookupError, UnicodeDecodeError):
        return text
