"""The year in one strip: regimes as bands, events as numbered marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dualpower.report.happenings import Happening, happenings, telling
from dualpower.report.style import GRID, INK, MODEL, PAPER, WIDTH, NothingToDraw, date_axis, describe, sheet, styled
from dualpower.report.view import Band, View, look

if TYPE_CHECKING:
    from dualpower.run import Run


def shade(axes: Axes, regimes: Sequence[Band]) -> None:
    """Lay the regimes of the year behind a panel, as pale bands."""
    for band in regimes:
        axes.axvspan(band.first - 0.5, band.last + 0.5, color=band.colour, alpha=0.13, linewidth=0, zorder=0)


def name_bands(axes: Axes, regimes: Sequence[Band], days: int) -> None:
    """Write the names of the regimes above a panel, where they have room; the last may end at its band's end."""
    inch = axes.get_position().width * WIDTH / max(days, 1)
    taken = 0.0
    for band in regimes:
        wide = 0.062 * len(band.name) / inch
        if band.last - band.first + 1 > wide:
            _name(axes, band, band.first, "left")
            taken = band.first + wide
        elif band is regimes[-1] and band.last - wide > taken:
            _name(axes, band, band.last + 0.5, "right")


def _name(axes: Axes, band: Band, x: float, side: Literal["left", "right"]) -> None:
    across = axes.get_xaxis_transform()
    axes.text(x, 1.01, band.name, transform=across, fontsize=7, color=band.colour, va="bottom", ha=side)


@styled
def year(run: Run) -> Figure:
    """Draw the regimes of the run as a strip, and the telling events above it, numbered as in the report's list."""
    view = look(run)
    regimes = view.bands
    if not regimes:
        raise NothingToDraw("This run does not say which regime held on which day.")
    marks = _marks(view)
    levels = max((level for _, level, _, _ in marks), default=-1) + 1
    figure, (axes,) = sheet(0.95 + 0.2 * levels, left=0.15, right=0.15, top=0.05, bottom=0.5)
    axes.set_ylim(-1.6, max(levels, 0.5))
    axes.set_yticks([])
    _strip(axes, regimes, view.days.count)
    for place, level, number, item in marks:
        _mark(axes, place, level, number, item)
    date_axis(axes, view.days)
    told = "; ".join(f"{band.name} from {view.days.both(view.days.dates[band.first])}" for band in regimes)
    return describe(figure, f"Strip of the regimes over time: {told}. {len(marks)} events are marked above it.")


def _marks(view: View) -> list[tuple[int, int, int, Happening]]:
    """Place, height, number and event of each mark; heights are chosen so that marks do not touch."""
    radius = 0.165 / (WIDTH - 0.3) * view.days.count
    last: list[float] = []
    marks = []
    for number, item in enumerate(telling(happenings(view)), 1):
        place = view.days.position(item.when) if item.when else None
        if place is None:
            continue
        level = next((i for i, x in enumerate(last) if place - x > radius), len(last))
        last[level : level + 1] = [place]
        marks.append((place, level, number, item))
    return marks


def _strip(axes: Axes, regimes: Sequence[Band], days: int) -> None:
    for band in regimes:
        width = band.last - band.first + 1
        axes.barh(-1.05, width, left=band.first - 0.5, height=0.9, color=band.colour, edgecolor=PAPER, linewidth=1)
        if (WIDTH - 0.3) * width / days > 0.068 * len(band.name) + 0.1:
            axes.text(
                band.first + width / 2 - 0.5,
                -1.05,
                band.name,
                color="white",
                ha="center",
                va="center",
                fontsize=7.5,
                fontweight="bold",
            )


def _mark(axes: Axes, place: int, level: int, number: int, item: Happening) -> None:
    axes.plot([place, place], [-0.6, level + 0.1], color=GRID, linewidth=0.7, zorder=1)
    face, edge = (MODEL, "white") if item.happened else (PAPER, INK)
    state = item.date if item.happened else "did not happen"
    (dot,) = axes.plot(
        place,
        level + 0.35,
        "o" if item.happened else "s",
        markersize=9.5 if item.happened else 9,
        markerfacecolor=face,
        markeredgecolor=MODEL if item.happened else INK,
        zorder=3,
    )
    dot.set_gid(f"tip|{number}. {item.name}: {state}")
    axes.text(place, level + 0.33, str(number), color=edge, ha="center", va="center", fontsize=6.5, zorder=4)
