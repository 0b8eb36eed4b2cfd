"""Whom people follow: shares of the camps by group of people and by district."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dualpower.report.style import MUTED, describe, sheet, styled, whole
from dualpower.report.view import Array, View, home, look, members_of, sizes, weighted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dualpower.run import Run

NO_CAMP = "#8f8d89"


def camp_colour(view: View, camp: str) -> str:
    """The colour of a camp: that of its party, grey for `none`."""
    return NO_CAMP if camp == "none" else view.colour("parties", camp)


def stack_order(view: View) -> list[int]:
    """Positions of the camps from bottom to top: parties as declared, then `none`."""
    camps = view.names("camp")
    return sorted(range(len(camps)), key=lambda k: (camps[k] == "none", k))


def weekly(days: int) -> Array:
    """Days enough to draw a slow curve: at most about forty-five, the last one always among them."""
    step = max(1, days // 44)
    return np.unique(np.r_[np.arange(0, days, step), days - 1])


@styled
def allegiance(run: Run) -> Figure:
    """Draw the shares of the camps in each group of people as stacked areas; small multiples."""
    view = look(run)
    shares, size = view.need("camp_share", "date", "unit", "camp"), sizes(view)
    groups = members_of(view.along("group", "unit"))
    near = home(view)
    rows = sorted(groups, key=lambda g: (not near[groups[g]].any(), -float(size[0, groups[g]].sum())))[:12]
    cols = min(4, len(rows))
    lines = -(-len(rows) // cols)
    days = weekly(view.days.count)
    drawn = np.stack([weighted(shares[days], size[days], groups[g]) for g in rows])
    figure, (axes,) = sheet(0.62 + 1.2 * lines, left=0.6, right=0.1, top=0.3, bottom=0.3)
    places = [(i // cols, i % cols) for i in range(len(rows))]
    stacked_tiles(view, axes, drawn, places)
    for g, (row, col) in zip(rows, places, strict=True):
        title = f"{g.replace('_', ' ')}  {whole(size[0, groups[g]].sum())}"
        axes.text(col + 0.03, row + 0.16, title, fontsize=7.5, fontweight="bold", va="center")
    _frame(view, axes, places)
    key(figure, view)
    return describe(figure, _words(view, dict(zip(rows, drawn, strict=True))))


def stacked_tiles(view: View, axes: Axes, shares: Array, places: Sequence[tuple[int, int]]) -> None:
    """Draw stacked areas as tiles of one panel, row 0 at the top; one collection a camp.

    Parameters
    ----------
    view : View
        Names and colours.
    axes : Axes
        Its limits are set here: one unit across and one down for each tile.
    shares : array (tile, day, camp)
        Shares of the camps; NaN counts as nought.
    places : sequence of (row, column)
        Where each tile stands.
    """
    camps, order = view.names("camp"), stack_order(view)
    filled = np.nan_to_num(shares[:, :, order])
    tops = np.cumsum(filled, axis=2)
    floors = tops - filled
    x = 0.03 + 0.94 * np.linspace(0, 1, shares.shape[1])
    for i, k in enumerate(order):
        outlines = []
        for tile, (row, col) in enumerate(places):
            below, above = row + 0.97 - 0.7 * floors[tile, :, i], row + 0.97 - 0.7 * tops[tile, :, i]
            outlines.append(np.r_[np.c_[col + x, below], np.c_[col + x, above][::-1]])
        alpha = 0.25 if camps[k] == "none" else 0.9
        axes.add_collection(PolyCollection(outlines, facecolors=camp_colour(view, camps[k]), alpha=alpha, linewidths=0))
    axes.set_xlim(0, max(col for _, col in places) + 1)
    axes.set_ylim(max(row for row, _ in places) + 1, 0)


def _frame(view: View, axes: Axes, places: Sequence[tuple[int, int]]) -> None:
    """Say at the left what the height means and below the lowest panel of each column what the width means."""
    lowest = {col: row for row, col in sorted(places)}
    lines = max(lowest.values()) + 1
    axes.spines["bottom"].set_visible(False)
    axes.set_yticks([row + at for row in range(lines) for at in (0.27, 0.97)], ["100 %", "0 %"] * lines)
    axes.set_xticks([])
    axes.tick_params(length=0, pad=1)
    for col, row in lowest.items():
        for at, side, date in zip((0.03, 0.97), ("left", "right"), _ends(view), strict=True):
            axes.text(col + at, row + 1.0, date, ha=side, va="top", fontsize=7.0, color=MUTED)
    axes.set_ylabel("share of the camps", labelpad=0)


def _ends(view: View) -> list[str]:
    return [view.days.both_short(view.days.dates[place]) for place in (0, -1)]


def key(figure: Figure, view: View) -> None:
    """Name the colours of the camps along the top of a figure."""
    camps = [view.names("camp")[k] for k in stack_order(view)]
    names = [view.brief("parties", camp, 16) for camp in camps]
    width, height = figure.get_size_inches()
    x = 0.15
    for camp, name in zip(camps, names, strict=True):
        patch = Rectangle((x / width, 1 - 0.2 / height), 0.11 / width, 0.11 / height, transform=figure.transFigure)
        patch.set(color=camp_colour(view, camp), alpha=0.25 if camp == "none" else 0.9, linewidth=0)
        figure.add_artist(patch)
        figure.text((x + 0.15) / width, 1 - 0.145 / height, name, fontsize=7.5, va="center")
        x += 0.34 + 0.062 * len(name)


def _words(view: View, ends: dict[str, Array]) -> str:
    camps = [view.title("parties", camp) for camp in view.names("camp")]
    told = []
    for group, shares in ends.items():
        if np.isfinite(shares[-1]).any():
            k = int(np.nanargmax(shares[-1]))
            told.append(f"{group}: {camps[k]} {100 * shares[-1, k]:.0f} %")
    start = "Stacked areas of the camps' shares over time, one panel a group. Largest camp on the last day: "
    return start + "; ".join(told) + "."
