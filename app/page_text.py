"""Text of strangers as HTML that shows exactly that text: the one place where HTML is written."""

from __future__ import annotations

import html

# Streamlit takes common indentation away from HTML of several lines, and an HTML parser turns CR
# into LF: as character references they arrive as they are.
_KEPT = {ord(mark): f"&#{ord(mark)};" for mark in "\n\r\t\u2028\u2029"}
# Control characters: the HTML standard allows none but blanks, not even as references.
_UNSEEN = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (9, 10, 13)}


class Html(str):
    """A string that is HTML on purpose. Only ``element`` makes one from text."""

    __slots__ = ()


def presentable(text: str) -> str:
    """``text`` with what no page can show, control characters and lone surrogates, replaced."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.translate(_UNSEEN)


def escape(text: str) -> Html:
    """HTML that shows ``text`` and nothing else; what is Html already stays as it is."""
    if isinstance(text, Html):
        return text
    return Html(html.escape(presentable(text), quote=True).translate(_KEPT))


def element(name: str, css_class: str, *children: str) -> Html:
    """An element around ``children``; every child that is not Html is escaped.

    ``dir="auto"`` keeps text of either writing direction inside its own element.
    """
    inside = "".join(escape(child) for child in children)
    return Html(f'<{name} class="{html.escape(css_class)}" dir="auto">{inside}</{name}>')
