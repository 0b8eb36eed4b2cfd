"""Trials of force and their dead: chances and strengths of each contest, casualties beside the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from dualpower.report.evidence import Evidence, draw_across, evidence
from dualpower.report.plots_year import shade
from dualpower.report.style import (
    GRID,
    INK,
    MODEL,
    WIDTH,
    NothingToDraw,
    date_axis,
    describe,
    fit,
    sheet,
    styled,
    value_axis,
    whole,
)
from dualpower.report.view import Array, View, look

if TYPE_CHECKING:
    from dualpower.run import Run


LEAST = 0.5
"""Persons at the left end of a logarithmic axis."""

BRIEF = 10
"""Days that a contest lasts at most which somebody began; a crowd before the palace is there all year."""

SIDES: dict[str, Any] = {
    "contest_attack": {"color": MODEL, "linestyle": "solid", "marker": "o", "markersize": 2.0},
    "contest_defence": {"color": INK, "linestyle": (0, (4, 2)), "marker": "s", "markersize": 2.4},
}
"""How each side is drawn: both are the run's, so neither has the colour of the record; dash and mark differ too."""


_CALLED = {"contest_attack": "challenger", "contest_defence": "defender"}


def active_days(values: Array) -> Array:
    """Positions of the days on which a contest had a chance of a thousandth at least, or was begun with none."""
    chances = np.nan_to_num(values)
    begun, likely = np.flatnonzero(chances > 0), np.flatnonzero(chances >= 0.001)
    return begun if not len(likely) and len(begun) <= BRIEF else likely


@styled
def contests(run: Run) -> Figure:
    """Draw the strength of both sides of each contest that took place, the chance of success written on its days."""
    view = look(run)
    chances = view.need("contest_probability", "date", "contest")
    fought = [k for k in range(chances.shape[1]) if len(active_days(chances[:, k]))][:6]
    if not fought:
        raise NothingToDraw("No contest took place in this run: nobody had the numbers, or the occasion, to try.")
    cols = min(2, len(fought))
    rows = -(-len(fought) // cols)
    figure, grid = sheet(0.65 + 1.85 * rows, rows, cols, top=0.7, hspace=0.62, wspace=0.24)
    for i, axes in enumerate(grid):
        if i < len(fought):
            _contest(view, axes, fought[i], chances[:, fought[i]])
        else:
            axes.set_axis_off()
    handles, labels = grid[0].get_legend_handles_labels()
    title = "Persons on each side; in per cent, the chance on that day that the challenger wins"
    figure.legend(handles, labels, loc="upper right", ncols=2, fontsize=7.5, title=title, title_fontsize=7.5)
    return describe(figure, _words(view, chances, fought))


def _contest(view: View, axes: Axes, k: int, chances: Array) -> None:
    days = active_days(chances)
    first, last = max(0, int(days[0]) - 3), min(view.days.count - 1, int(days[-1]) + 3)
    shade(axes, view.bands)
    top = 10.0
    for name, style in SIDES.items():
        values = view.get(name, "date", "contest")
        if values is not None:
            force = np.where(np.nan_to_num(values[first : last + 1, k]) > 0, values[first : last + 1, k], np.nan)
            axes.plot(view.days.x[first : last + 1], force, label=_CALLED[name], **style)
            top = max(top, float(np.nan_to_num(force).max()))
    axes.set_yscale("log")
    axes.set_ylim(10, top * 12)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda value, _: whole(value))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_ylabel("strength (log)")
    room = axes.get_position().width * WIDTH
    axes.set_title(fit(view.title("contests", view.names("contest")[k]), room))
    date_axis(axes, view.days, first, last)
    axes.set_xlabel("")
    _chances(axes, chances, days, room / (last - first + 2))


def _chances(axes: Axes, chances: Array, days: Array, inches: float) -> None:
    """Write the chance above each day if there is room, else above the day on which it was highest."""
    told = days if inches > 0.3 else days[[int(np.nanargmax(chances[days]))]]
    for day in told:
        value = 100 * chances[day]
        text = "<1" if value < 1 else ">99" if value > 99 else f"{value:.0f}"
        axes.text(day, 0.9, f"{text} %", transform=axes.get_xaxis_transform(), fontsize=7, ha="center", color=MODEL)


def _words(view: View, chances: Array, fought: list[int]) -> str:
    told = []
    for k in fought:
        day = int(np.nanargmax(chances[:, k]))
        told.append(
            f"{view.title('contests', view.names('contest')[k])}: highest chance {100 * chances[day, k]:.0f} % "
            f"on {view.days.both(view.days.dates[day])}"
        )
    return "Chances of success and fighting strengths of the contests by day. " + "; ".join(told) + "."


@styled
def casualties(run: Run) -> Figure:
    """Draw the dead of each day, and below it what the record says of some periods beside the run."""
    view = look(run)
    deaths = view.need("deaths", "date")
    found = evidence(view, ("deaths", "casualties"))
    periods = _periods(found)
    figure, grid = sheet(
        2.0 + (0.85 + 0.24 * len(periods)) * bool(periods),
        1 + bool(periods),
        hspace=0.75,
        left=2.6 if periods else 0.75,
    )
    if periods:
        _share_heights(figure, grid, len(periods))
    _daily(view, grid[0], deaths)
    if periods:
        _compare(view, grid[1], periods)
    total = float(np.nansum(deaths))
    told = f"Bars of the dead by day, {whole(total)} in all; below, {len(periods)} periods beside the record."
    return describe(figure, told)


def _share_heights(figure: Figure, grid: list[Axes], rows: int) -> None:
    """Give the lower panel as much height as its rows need."""
    height = figure.get_figheight()
    width = grid[0].get_position().width
    grid[0].set_position((0.75 / WIDTH, 1 - 1.4 / height, 1 - 0.9 / WIDTH, 1.1 / height))
    grid[1].set_position((2.6 / WIDTH, 0.5 / height, width, 0.24 * rows / height))


def _daily(view: View, axes: Axes, deaths: Array) -> None:
    shade(axes, view.bands)
    axes.set_title("Killed on each day")
    days = np.flatnonzero(np.nan_to_num(deaths) > 0.05)
    axes.vlines(days, 0, deaths[days], color=MODEL, linewidth=1.8)
    value_axis(axes, "persons", max(1.0, float(np.nanmax(deaths))) * 1.08, most=3)
    date_axis(axes, view.days)


Period = tuple[str, int, int]


def _periods(found: list[Evidence]) -> dict[Period, list[Evidence]]:
    """Rows of the record by what they count and when, in order of date."""
    groups: dict[Period, list[Evidence]] = {}
    for item in found:
        o = item.observation
        groups.setdefault((o.measure, o.start, o.end - 1), []).append(item)
    return dict(sorted(groups.items(), key=lambda pair: (pair[0][1], pair[0][0]))[:14])


def _compare(view: View, axes: Axes, periods: dict[Period, list[Evidence]]) -> None:
    names = []
    for row, ((measure, first, last), items) in enumerate(periods.items()):
        values = view.get(measure, "date")
        total = float("nan") if values is None else float(np.nansum(values[first : last + 1]))
        for item in items:
            draw_across(axes, item, row + 0.12, size=3.8)
        inside = not total < LEAST  # else beyond the left end of a logarithmic axis
        axes.plot(total if inside else LEAST, row, "o" if inside else "<", color=MODEL, markersize=6, zorder=2)
        names.append(f"{_when(view, first, last)}: {'killed' if measure == 'deaths' else 'killed, wounded'}")
    axes.set_xscale("log")
    axes.set_yticks(range(len(names)))
    axes.set_yticklabels(names)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(left=0.8 * LEAST)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: whole(value))
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    diamond = "; diamond: article" if view.article else ""
    axes.set_title(f"Periods: run (large; arrow: fewer), record (small; hollow: memory or guess{diamond})")
    axes.set_xlabel("persons (logarithmic)")


def _when(view: View, first: int, last: int) -> str:
    from dualpower.report.dates import short

    start = short(view.days.dates[first])
    return start if first == last else f"{start} – {short(view.days.dates[last])}"
