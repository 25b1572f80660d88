"""Text of strangers as HTML that shows exactly that text: where this room writes HTML."""

from __future__ import annotations

import html

from groundwire.core.text import presentable

# Streamlit takes common indentation away from HTML of several lines, and an HTML parser turns CR
# into LF: as character references they arrive as they are.
_KEPT = {ord(mark): f"&#{ord(mark)};" for mark in "\n\r\t\u2028\u2029"}


class Html(str):
    """A string that is HTML on purpose. Only ``element`` makes one from text."""

    __slots__ = ()


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
