"""Text of strangers as HTML that shows exactly that text: the one place where HTML is written."""

from __future__ import annotations

import html

# Streamlit removes common indentation and blank lines' spaces, and an HTML parser turns CR into
# LF: as character references they arrive as they are.
_KEPT = {ord(mark): f"&#{ord(mark)};" for mark in "\n\r\t\x0c\x0b\x1c\x1d\x1e\x1f\x85\u2028\u2029"}


class Html(str):
    """A string that is HTML on purpose. Only ``element`` makes one from text."""

    __slots__ = ()


def presentable(text: str) -> str:
    """``text`` with what no page can show (lone surrogates, NUL) as replacement characters."""
    return (
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    )


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
