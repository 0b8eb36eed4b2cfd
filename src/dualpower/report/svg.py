"""How a figure becomes inline SVG.

Ink, grid and paper are drawn in four marker colours; inside a page they are exchanged for CSS variables, and the same
figure is then readable in a light and in a dark theme. Words stay words: they can be searched, read aloud and scaled.
"""

from __future__ import annotations

import io
import re
from html import escape

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from dualpower.report.style import GRID, INK, MUTED, PAPER, RC

VARIABLES = {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--grid)", PAPER: "var(--paper)"}


def svg(figure: Figure, key: str) -> str:
    """A figure as inline SVG: no header, no fixed size, own ids, theme variables for ink and paper.

    Parameters
    ----------
    figure : Figure
        What to write. An artist whose gid begins with ``tip|`` gets the rest of it as a tooltip.
    key : str
        Short text that makes the ids of this figure unlike those of all others in the page.
    """
    buffer = io.StringIO()
    with mpl.rc_context(RC):
        canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasSVG) else FigureCanvasSVG(figure)
        silent = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        canvas.print_svg(buffer, metadata=silent)  # type: ignore[no-untyped-call]
    return _inline(buffer.getvalue(), key, figure.get_label())


def _inline(text: str, key: str, words: object) -> str:
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', rf'\1 role="img" aria-label="{escape(str(words))}"', text, count=1)
    text = re.sub(r'<g id="tip\|([^"]*)">', r"<g><title>\1</title>", text)
    text = re.sub(r'<g id="[a-zA-Z_.]+\d*(?:_\d+)?">', "<g>", text)
    text = re.sub(r'( id="|href="#|url\(#)', rf"\1{key}-", text)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<(?:path|use) [^>]*>", _coarser, text)
    text = re.sub(r"font: ([^;\"]*?)(\d[\d.]*px) [^;\"]*", r"font: \1\2 var(--sans)", text)
    for colour, variable in VARIABLES.items():
        text = text.replace(colour, variable)
    return re.sub(r"\n\s*", "\n", text)


def _coarser(tag: re.Match[str]) -> str:
    """A tag with fewer decimals: a tenth of a point is less than a pixel. Words of the picture are left alone."""
    return re.sub(r"(?<=\d\d\.\d)\d+|(?<=\d\.\d\d)\d+", "", tag[0])
