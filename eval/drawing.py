"""From a matplotlib drawing to SVG that is always the same and can be read on any background."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from html import escape
from io import StringIO
from threading import Lock
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from groundwire.core.text import presentable

# After Okabe and Ito, "Color Universal Design": told apart by people who see few colours. Blue and
# purple are changed in lightness so that all four stand out from white and from black.
COLOURS = ("#2b86c5", "#d55e00", "#009e73", "#b866a0")
MARKS = "osD^"
INK = "#7a7b7c"
"""Stands for the colour of text, which follows the reader's light or dark."""
SMALL = 8.0
WIDE, NARROW = (4.8, 3.0), (2.9, 2.1)
"""Inches of 72 points; a narrow screen shows half a wide one's width and can still be read."""

_LONGEST_NAME = 28
# A grey that can be read on both, for viewers that do not say which they have.
_STYLE = (
    "svg{color:#767778}"
    "@media (prefers-color-scheme:light){svg{color:#63676b}}"
    "@media (prefers-color-scheme:dark){svg{color:#a3a4a3}}"
)
_FONT = "DejaVu Sans"
_SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "groundwire",
    "svg.fonttype": "none",  # text stays text: that is small, and any font will do
    "font.family": [_FONT],
    "font.size": 9.0,
    "text.parse_math": False,  # a name may hold a dollar sign
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
# The settings of matplotlib and the filter of warnings are shared by all threads of a process.
_DRAWING = Lock()


def draw_svg(
    draw: Callable[[Axes], None], *, title: str, description: str, inches: tuple[float, float]
) -> str:
    """What ``draw`` puts on the axes, on a transparent ground, as an SVG element.

    ``title`` and ``description`` are what somebody hears who cannot see it.
    """
    written = StringIO()
    with _DRAWING, mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        # The viewer has letters that the font of the drawing lacks.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = Figure(figsize=inches, layout="constrained")
        axes = figure.add_subplot()
        draw(axes)
        figure.patch.set_visible(False)
        axes.patch.set_visible(False)
        figure.savefig(written, format="svg", metadata=_NO_METADATA)
    # Before the element stand a declaration and an address, neither of which a page needs.
    attributes, _, drawn = written.getvalue().partition("<svg ")[2].partition(">")
    label = escape(presentable(f"{title}. {description}"), quote=True)
    head = f'<svg role="img" aria-label="{label}" {attributes}>'
    body = f"<title>{label}</title><style>{_STYLE}</style>{drawn}"
    return head + body.replace(INK, "currentColor").replace(f"'{_FONT}'", "sans-serif")


def label_of(name: str) -> str:
    """``name`` on one line; neither empty nor after an underscore, which a legend leaves out."""
    line = " ".join(presentable(name).split()).lstrip("_") or "without a name"
    return line if len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def show_legend(axes: Axes) -> None:
    """Name what is drawn, above it."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.01),
        borderaxespad=0,
        ncols=2,
        handletextpad=0.3,
        columnspacing=1.2,
        fontsize=SMALL,
    )
