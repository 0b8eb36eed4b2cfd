"""How figures look.

Figures are drawn with Matplotlib's objects, never with pyplot, so that no global state is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from dualpower.report.dates import Days, tick_labels, ticks

INK, MUTED, GRID, PAPER = "#21201f", "#6b6a68", "#dddbd8", "#fffefd"
MODEL = "#0072b2"  # blue and vermilion stay apart in every common kind of colour blindness
RECORD = "#d55e00"
WIDTH = 9.2  # inches of every figure in the page

RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dualpower",
    "font.family": ["DejaVu Sans"],
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 5.0,
    "axes.titley": 1.0,  # a fixed height spares the measuring of every label
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "xtick.major.size": 2.5,
    "ytick.major.size": 0.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "text.color": INK,
    "axes.linewidth": 0.6,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "lines.linewidth": 1.5,
    "lines.solid_joinstyle": "round",
    "path.simplify_threshold": 0.3,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
}

P = ParamSpec("P")


class NothingToDraw(Exception):
    """A figure has nothing to show; the message is the sentence that stands in its place."""


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw a figure under the report's style, whatever the caller's Matplotlib settings are."""

    @wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context(RC):
            return draw(*args, **kwargs)

    return wrapper


def sheet(height: float, rows: int = 1, cols: int = 1, **margins: float) -> tuple[Figure, list[Axes]]:
    """A blank figure of the page's width with a grid of axes, read row by row.

    Parameters
    ----------
    height : float
        Height in inches.
    rows, cols : int
        Panels.
    **margins : float
        Inches left free: ``left``, ``right``, ``top``, ``bottom``; and ``wspace``, ``hspace`` as in Matplotlib.
    """
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasSVG(figure)
    grid = figure.subplots(rows, cols, squeeze=False)
    figure.subplots_adjust(
        left=margins.get("left", 0.75) / WIDTH,
        right=1 - margins.get("right", 0.15) / WIDTH,
        top=1 - margins.get("top", 0.3) / height,
        bottom=margins.get("bottom", 0.5) / height,
        wspace=margins.get("wspace", 0.2),
        hspace=margins.get("hspace", 0.35),
    )
    return figure, list(grid.flat)


def fit(text: str, inches: float, points: float = 8.5) -> str:
    """Cut a phrase at a word so that it takes no more than so many inches in letters of so many points."""
    room = int(inches * 72 / (0.58 * points))
    return text if len(text) <= room else text[: room - 1].rsplit(" ", 1)[0].rstrip(",:;") + " …"


def describe(figure: Figure, words: str) -> Figure:
    """Say in words what a figure shows; the page uses it as alternative text."""
    figure.set_label(words)
    return figure


def whole(value: float) -> str:
    """A number for a reader: thousands separated, no false precision."""
    if not np.isfinite(value):
        return "–"
    size = abs(value)
    if 0 < size < 0.01:
        return "<0.01"
    if size >= 1000:
        digits = 2 if size < 10_000 else 3
        step = 10 ** (int(np.floor(np.log10(size))) + 1 - digits)
        return f"{round(value / step) * step:,.0f}"
    return f"{value:.0f}" if size >= 100 or value == round(value) else f"{value:.2g}"


def apart(value: float, low: float, high: float) -> str:
    """A number as `whole` writes it, with so many more digits that a miss is not written as a number of the band."""
    shown = whole(value)
    if not np.isfinite(value) or low <= value <= high or shown.startswith("<"):
        return shown
    first = int(np.floor(np.log10(max(abs(value), 1e-12))))
    for places in range(1 - first, 9):
        if not low <= float(shown.replace(",", "")) <= high:
            break
        shown = f"{round(value, places):,.{max(places, 0)}f}"
    return shown


def exact(value: float) -> str:
    """A number as a source gives it: thousands separated, at most one decimal."""
    if not np.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.1f}"


def date_axis(axes: Axes, days: Days, first: int = 0, last: int | None = None, *, named: bool = True) -> None:
    """Put dates under an axis of day numbers; without ``named`` the axis stays bare, for panels above another."""
    last = days.count - 1 if last is None else last
    inches = axes.get_position().width * WIDTH
    places = ticks(days, first, last, max(2, int(inches / 0.66)))
    axes.xaxis.set_major_locator(FixedLocator(places) if named else NullLocator())
    axes.xaxis.set_minor_locator(NullLocator())
    if named:
        axes.xaxis.set_major_formatter(FixedFormatter(tick_labels(days, places)))
        axes.set_xlabel(days.axis_title)
        below(axes)
    pad = max((last - first) * 0.005, 0.5)
    axes.set_xlim(first - pad, last + pad)


def below(axes: Axes, inches: float = 0.36) -> None:
    """Put the name of the horizontal axis so far below it; a fixed place spares the measuring of every label."""
    axes.xaxis.set_label_coords(0.5, -inches / (axes.get_position().height * axes.figure.get_figheight()))  # type: ignore[union-attr]


def beside(axes: Axes, inches: float = 0.58) -> None:
    """Put the name of the vertical axis so far to the left of it."""
    axes.yaxis.set_label_coords(-inches / (axes.get_position().width * WIDTH), 0.5)


def value_axis(axes: Axes, title: str, top: float | None = None, *, percent: bool = False, most: int = 4) -> None:
    """A quiet vertical axis from zero, with a light grid."""
    axes.set_ylabel(title)
    beside(axes)
    if top is not None:
        axes.set_ylim(0, top if top > 0 and np.isfinite(top) else 1)
    axes.yaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(_percent if percent else _count))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def _percent(value: float, _: object = None) -> str:
    return f"{100 * value:.0f} %"


def _count(value: float, _: object = None) -> str:
    return f"{value:,.0f}" if abs(value) >= 1 or value == 0 else f"{value:g}"


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 (black) to 1 (white), as WCAG defines it."""
    rgb = np.asarray(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


@lru_cache(maxsize=256)
def readable(colour: str) -> str:
    """The nearest shade of a colour that stands out on light and on dark paper (contrast of 3 to 1 or so)."""
    try:
        rgb = np.asarray(to_rgb(colour))
    except ValueError:
        return MUTED
    if 0.11 <= luminance(colour) <= 0.32:
        return to_hex(colour)
    dark, light = (rgb, np.ones(3)) if luminance(colour) < 0.11 else (np.zeros(3), rgb)
    shares = np.linspace(0, 1, 41)[:, None]
    shades = [to_hex(tuple(shade)) for shade in dark + shares * (light - dark)]
    return min(shades, key=lambda shade: abs(luminance(shade) - (0.13 if luminance(colour) < 0.11 else 0.29)))


def end_labels(axes: Axes, x: float, lines: Sequence[tuple[float, str, str]], gap: float = 8.5) -> None:
    """Name lines at their right end, pushed apart where they would collide.

    Parameters
    ----------
    axes : Axes
        Its limits must be final.
    x : float
        Where the names begin, in data coordinates.
    lines : sequence of (height, text, colour)
        Heights in data coordinates.
    gap : float
        Least distance between two names, in points.
    """
    lines = sorted((line for line in lines if np.isfinite(line[0])), key=lambda line: line[0])
    if not lines:
        return
    bottom, top = axes.get_ylim()
    inches = axes.figure.get_figheight() * axes.get_position().height  # type: ignore[union-attr]
    step = gap / (72 * inches)
    logarithmic = axes.get_yscale() == "log"
    wished = [_fraction(line[0], bottom, top, logarithmic) for line in lines]
    for height, (_, text, colour) in zip(spread(wished, step), lines, strict=True):
        where = axes.get_xaxis_transform()  # data across, fraction of the axes upwards
        axes.text(x, height, text, color=colour, transform=where, va="center", fontsize=7.5, clip_on=False)


def _fraction(value: float, bottom: float, top: float, logarithmic: bool) -> float:
    if logarithmic:
        value, bottom, top = np.log(max(value, 1e-12)), np.log(bottom), np.log(top)
    return float(np.clip((value - bottom) / (top - bottom), 0, 1))


def spread(wished: Sequence[float], step: float) -> list[float]:
    """Places as near as possible to the wished ones (ascending), at least ``step`` apart; least squares."""
    blocks: list[list[float]] = []  # each block: members, mean of (wish - rank * step)
    for rank, wish in enumerate(wished):
        blocks.append([1, wish - rank * step])
        while len(blocks) > 1 and blocks[-2][1] > blocks[-1][1]:
            (n, a), (m, b) = blocks[-2], blocks[-1]
            blocks[-2:] = [[n + m, (n * a + m * b) / (n + m)]]
    bases = [base for n, base in blocks for _ in range(int(n))]
    return [base + rank * step for rank, base in enumerate(bases)]
