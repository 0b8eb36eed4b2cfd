"""Strikes, streets and barracks: what the run counted, and what the record counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dualpower.report.evidence import Evidence, draw_evidence, evidence, series
from dualpower.report.plots_year import name_bands, shade
from dualpower.report.style import MODEL, NothingToDraw, date_axis, describe, sheet, styled, value_axis, whole
from dualpower.report.view import Array, View, look

if TYPE_CHECKING:
    from dualpower.run import Run

MEASURED = ("activity", "activity_share", "strikers", "marchers", "soldiers_refusing", "refusing_share")
COUNTED = (
    ("strikers", "Strikers", "persons"),
    ("marchers", "In the street", "persons"),
    ("soldiers_refusing", "Soldiers out: refusing, marching or in arms", "persons"),
)


@dataclass
class Panel:
    """A line of the run and the rows of the record that are about it."""

    title: str
    unit: str
    values: Array
    found: list[Evidence] = field(default_factory=list)

    @property
    def percent(self) -> bool:
        """Whether it is a share."""
        return self.unit == "share"

    def top(self, first: int = 0, last: int | None = None) -> float:
        """The largest number to be shown between two days."""
        line = self.values[first : None if last is None else last + 1]
        ends = [item.top for item in self.found if first <= item.x <= (last or np.inf)]
        return max([float(np.nanmax(line)) if np.isfinite(line).any() else 0.0, *ends, 1e-9])


def panels(view: View, most: int = 4) -> list[Panel]:
    """What is worth a panel: the run's own counts, and every other line that the record speaks of often.

    Rows of the record whose line is the same as one of the run's counts (within two per cent) are drawn there.
    """
    own = [
        Panel(title, unit, values) for name, title, unit in COUNTED if (values := view.get(name, "date")) is not None
    ]
    others: dict[tuple[object, ...], Panel] = {}
    for item in evidence(view, MEASURED):
        about = item.meant.about
        if about not in others:
            line = series(view, item)
            others[about] = next((panel for panel in own if _same(panel.values, line)), _panel(item, line))
        others[about].found.append(item)
    extra = [panel for panel in others.values() if not any(panel is one for one in own)]
    extra.sort(key=lambda panel: -len(panel.found))
    told = [panel for panel in own if panel.found or not any(_alike(panel.values, e.values) for e in extra)]
    return told + extra[: max(0, most - len(told))]


def _panel(item: Evidence, line: Array) -> Panel:
    share = item.observation.measure in ("activity_share", "refusing_share")
    title = item.quantity.replace("_", " ").capitalize()
    if item.group and title in [name for _, name, _ in COUNTED]:
        title = f"{title}: {item.group}"  # a part of what has a panel already
    return Panel(title, "share" if share else "persons", line)


def _same(one: Array, other: Array) -> bool:
    scale = float(np.nanmax(np.abs(one))) if np.isfinite(one).any() else 0.0
    return scale > 0 and bool(np.nanmax(np.abs(np.nan_to_num(one) - np.nan_to_num(other)), initial=0.0) <= 0.02 * scale)


def _alike(one: Array, other: Array) -> bool:
    if len(one) < 3 or not np.ptp(np.nan_to_num(one)) or not np.ptp(np.nan_to_num(other)):
        return False
    return bool(np.corrcoef(np.nan_to_num(one), np.nan_to_num(other))[0, 1] > 0.97)


@styled
def activity(run: Run) -> Figure:
    """Draw strikers, people in the street and soldiers who refuse, over the whole run, with the record."""
    view = look(run)
    shown = panels(view)
    if not shown:
        raise NothingToDraw("This run does not count strikers, marchers or refusals.")
    figure, grid = sheet(0.95 + 1.45 * len(shown), len(shown), top=0.45, hspace=0.34)
    regimes = view.bands
    for i, (axes, panel) in enumerate(zip(grid, shown, strict=True)):
        shade(axes, regimes)
        if not i:
            name_bands(axes, regimes, view.days.count)
        _draw(view, axes, panel, panel.top())
        axes.set_title(panel.title, pad=13 if not i else 5)
        date_axis(axes, view.days, named=i == len(shown) - 1)
    return describe(figure, _words(view, shown))


def _draw(view: View, axes: Axes, panel: Panel, top: float) -> None:
    axes.plot(view.days.x, panel.values, color=MODEL, zorder=2)
    for item in panel.found:
        draw_evidence(view, axes, item)
    value_axis(axes, panel.unit, top * 1.08, percent=panel.percent)


def _words(view: View, shown: list[Panel]) -> str:
    told = []
    for panel in shown:
        if np.isfinite(panel.values).any():
            day = int(np.nanargmax(panel.values))
            value = f"{100 * panel.values[day]:.0f} %" if panel.percent else whole(float(panel.values[day]))
            told.append(
                f"{panel.title}: highest {value} on {view.days.both(view.days.dates[day])}; "
                f"{len(panel.found)} observations of the record"
            )
    return "Lines over time, with the record as points. " + ". ".join(told) + "."


def windows(view: View, shown: list[Panel], width: int = 22, most: int = 2) -> list[tuple[int, int]]:
    """The stretches of days of which the record has most to say; the run's own peaks where it is silent."""
    counts = np.zeros(view.days.count)
    for item in (item for panel in shown for item in panel.found):
        counts[int(np.clip(item.x, 0, view.days.count - 1))] += 1
    if not counts.any():
        counts = sum((np.nan_to_num(panel.values) for panel in shown), np.zeros(view.days.count))
    if view.days.count <= width + 2:
        return []
    found: list[int] = []
    for _ in range(most):
        dense = np.convolve(counts, np.ones(width + 1), mode="same")
        if not dense.max() > 0:
            break
        place = _middle(dense, int(np.argmax(dense)))
        found.append(place)
        counts[max(0, place - width // 2) : place + width // 2 + 1] = 0  # what one window shows the next need not
    found.sort()
    return [(max(0, place - width // 2), min(view.days.count - 1, place + width // 2)) for place in found]


def _middle(values: Array, place: int) -> int:
    """Middle of the plateau of equal values on which a place lies."""
    last = place
    while last + 1 < len(values) and values[last + 1] == values[place]:
        last += 1
    return (place + last) // 2


@styled
def closeups(run: Run) -> Figure:
    """Draw the days of which the record has most to say, day by day."""
    view = look(run)
    shown = panels(view)[:3]
    spans = windows(view, shown)
    if not spans:
        raise NothingToDraw("The run is too short, or too quiet, for a closer look at some of its days.")
    figure, grid = sheet(0.8 + 1.6 * len(shown), len(shown), len(spans), wspace=0.22, hspace=0.34)
    for i, axes in enumerate(grid):
        panel, (first, last) = shown[i // len(spans)], spans[i % len(spans)]
        shade(axes, view.bands)
        days = slice(first, last + 1)
        axes.plot(view.days.x[days], panel.values[days], "o-", color=MODEL, markersize=2.6, zorder=2)
        for item in (item for item in panel.found if first <= item.x <= last):
            draw_evidence(view, axes, item)
        value_axis(axes, panel.unit if i % len(spans) == 0 else "", panel.top(first, last) * 1.1, percent=panel.percent)
        axes.set_title(panel.title)
        date_axis(axes, view.days, first, last, named=i // len(spans) == len(shown) - 1)
    ends = [[view.days.both(view.days.dates[place]) for place in span] for span in spans]
    told = " and ".join(" to ".join(pair) for pair in ends)
    return describe(figure, f"The same lines and points, day by day: {told}.")
