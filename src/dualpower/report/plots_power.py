"""Who is obeyed: authority of the centres, the index of dual power, compliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dualpower.report.plots_year import name_bands, shade
from dualpower.report.style import (
    INK,
    NothingToDraw,
    date_axis,
    describe,
    end_labels,
    sheet,
    styled,
    value_axis,
)
from dualpower.report.view import Array, View, home, look, sizes, weighted

if TYPE_CHECKING:
    from dualpower.run import Run

CENTRE_COLOURS = ("#8a6d00", "#0072b2", "#d0312d", "#7a7a7a", "#009e73", "#a85c9a")
CENTRE_DASHES = ("solid", (0, (6, 1.5)), "solid", (0, (2, 1.2)), (0, (5, 1.2, 1.2, 1.2)), (0, (1, 1)))


@styled
def power(run: Run) -> Figure:
    """Draw the authority of each centre, the index of dual power, and mean compliance, over the regimes of the year."""
    view = look(run)
    panels: list[tuple[str, str, Array]] = []
    authority = view.get("authority", "date", "centre")
    if authority is not None:
        panels.append(("Authority of each centre", "authority", authority))
    index = view.get("dual_power", "date")
    if index is not None:
        panels.append(("Index of dual power: 1 where two centres are equally strong", "index", index[:, None]))
    compliance = view.get("compliance", "date", "unit", "centre")
    if compliance is not None:
        panels.append(
            (
                "Share of the people of the city who would obey each centre",
                "share",
                weighted(compliance, sizes(view), home(view)),
            )
        )
    if not panels:
        raise NothingToDraw("This run has no centres of power to compare.")
    figure, grid = sheet(0.95 + 1.5 * len(panels), len(panels), top=0.45, right=1.75, hspace=0.42)
    for i, (axes, (title, unit, values)) in enumerate(zip(grid, panels, strict=True)):
        _panel(view, axes, title, unit, values)
        date_axis(axes, view.days, named=i == len(panels) - 1)
    return describe(figure, _words(view, panels))


def _panel(view: View, axes: Axes, title: str, unit: str, values: Array) -> None:
    regimes = view.bands
    shade(axes, regimes)
    axes.set_title(title, pad=13)
    name_bands(axes, regimes, view.days.count)
    names = view.names("centre") if values.shape[1] > 1 or unit != "index" else [""]
    top = float(np.nanmax(values)) * 1.08 if unit == "authority" else 1.05  # a line at one is not cut in half
    value_axis(axes, unit, top, percent=unit == "share" or (unit == "authority" and top <= 1.1), most=3)
    labels = []
    for k, name in enumerate(names):
        colour = CENTRE_COLOURS[k % len(CENTRE_COLOURS)] if name else INK
        axes.plot(view.days.x, values[:, k], color=colour, linestyle=CENTRE_DASHES[k % 6] if name else "solid")
        labels.append((values[-1, k], view.brief("centres", name, 28) if name else "", colour))
    end_labels(axes, view.days.count * 1.012, labels)


def _words(view: View, panels: list[tuple[str, str, Array]]) -> str:
    told = []
    for title, unit, values in panels:
        last = values[-1]
        if unit == "index":
            told.append(f"{title}; at the end {last[0]:.2f}, highest {np.nanmax(values):.2f}")
        else:
            named = zip(view.names("centre"), last, strict=True)
            pairs = ", ".join(f"{view.title('centres', name)} {value:.2f}" for name, value in named)
            told.append(f"{title}; at the end {pairs}")
    return "Lines over time. " + ". ".join(told) + "."
