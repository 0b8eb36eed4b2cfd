"""Parties from within, and what presses on people: lines, members, hardship."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from dualpower.report.evidence import Evidence, draw_evidence, evidence, parties_of
from dualpower.report.plots_year import shade
from dualpower.report.style import (
    GRID,
    INK,
    NothingToDraw,
    date_axis,
    describe,
    end_labels,
    sheet,
    styled,
    value_axis,
    whole,
)
from dualpower.report.view import Array, View, home, look, sizes, weighted

if TYPE_CHECKING:
    from dualpower.run import Run

ISSUE_COLOURS = ("#8a6d00", "#b3332b", "#0072b2", "#3a8f5c", "#8a5ba6", "#7a7a7a")
ISSUE_DASHES = ("solid", (0, (6, 1.5)), (0, (2, 1.2)), (0, (5, 1.2, 1.2, 1.2)), (0, (1, 1)), "solid")


@styled
def lines(run: Run) -> Figure:
    """Draw where each party stands on the questions on which some party moves most."""
    view = look(run)
    values = view.need("line", "date", "party", "topic")
    topics = _moving(values, 4)
    if not len(topics):
        raise NothingToDraw("No party takes a stand on anything in this run.")
    rows = -(-len(topics) // 2)
    cols = min(2, len(topics))
    figure, grid = sheet(0.75 + 1.55 * rows, rows, cols, right=1.0, hspace=0.35, wspace=0.45)
    for i, axes in enumerate(grid):
        if i < len(topics):
            _stand(view, axes, values[:, :, topics[i]], view.topic(view.names("topic")[topics[i]]))
            date_axis(axes, view.days, named=i + cols >= len(topics))
        else:
            axes.set_axis_off()
    return describe(figure, _line_words(view, values, topics))


def _moving(values: Array, most: int) -> list[int]:
    """Topics with the widest movement of any party, in their own order; those nobody speaks on are left out."""
    filled = np.nan_to_num(values)
    movement = np.ptp(filled, axis=0).max(axis=0) + 1e-3 * np.ptp(filled[-1], axis=0)
    ranked = [int(k) for k in np.argsort(-movement, kind="stable") if np.abs(filled[..., k]).max() > 0]
    return sorted(ranked[:most])


def _stand(view: View, axes: Axes, values: Array, title: str) -> None:
    shade(axes, view.bands)
    axes.set_title(title)
    axes.set_ylim(-1.08, 1.08)
    axes.axhline(0, color=GRID, linewidth=0.8)
    axes.set_yticks([-1, 0, 1])
    axes.set_yticklabels(["against  −1", "0", "for  +1"])
    axes.set_ylabel("line", labelpad=-14)
    labels = []
    for k, party in enumerate(view.names("party")):
        axes.plot(view.days.x, values[:, k], color=view.colour("parties", party))
        labels.append((values[-1, k], view.brief("parties", party), view.colour("parties", party)))
    end_labels(axes, view.days.count * 1.02, labels, gap=7.5)


def _line_words(view: View, values: Array, topics: list[int]) -> str:
    told = []
    for t in topics:
        moved = np.ptp(np.nan_to_num(values[:, :, t]), axis=0)
        k = int(moved.argmax())
        name = view.title("parties", view.names("party")[k])
        told.append(
            f"{view.topic(view.names('topic')[t])}: {name} moves most, "
            f"from {values[0, k, t]:+.2f} to {values[-1, k, t]:+.2f}"
        )
    return "Lines of the parties over time, −1 against to +1 for. " + "; ".join(told) + "."


@styled
def members(run: Run) -> Figure:
    """Draw the members of each party on a logarithmic scale beside the record: everywhere, then nearer home."""
    view = look(run)
    values = np.nan_to_num(view.need("members", "date", "unit", "party"))
    panels = _scopes(view, values.shape[1])
    figure, grid = sheet(0.75 + 2.0 * len(panels), len(panels), right=1.2, hspace=0.22)
    for i, (axes, (title, where, found)) in enumerate(zip(grid, panels, strict=True)):
        _ranks(view, axes, title, values, where, found)
        date_axis(axes, view.days, named=i == len(panels) - 1)
    last = values[-1].sum(axis=0)
    told = ", ".join(f"{view.title('parties', p)} {whole(v)}" for p, v in zip(view.names("party"), last, strict=True))
    return describe(figure, f"Members of the parties over time; on the last day, everywhere: {told}.")


def _counted(view: View) -> set[str]:
    """Parties of which the scenario gives cells, or the record members; all, if it is none. Of others nothing is known,
    and what the law of recruiting makes of them is no number to show.
    """
    told = {party for item in evidence(view, ("members",)) for party in parties_of(view, item)}
    told |= set(map(str, getattr(view.run.scenario, "cells", {}).get("party", ())))
    return told or set(view.names("party"))


Scope = tuple[str, "Array | None", list[Evidence]]


def _scopes(view: View, units: int) -> list[Scope]:
    """Everywhere, and the smaller whole of which the record says most: title, units, rows of the record."""
    groups: dict[bytes, list[Evidence]] = {}
    for item in evidence(view, ("members",)):
        groups.setdefault(item.observation.units.tobytes(), []).append(item)
    everywhere = np.ones(units, np.float32)
    abroad = np.array(view.along("place", "unit")) == "country"
    scopes: list[Scope] = [("Members of the parties, everywhere", None, groups.pop(everywhere.tobytes(), []))]
    near = [found for found in groups.values() if not (found[0].observation.units[abroad] > 0).any()]
    if near:
        most = max(near, key=len)
        scopes.append((f"Members of the parties, {most[0].place}", most[0].observation.units, most))
    return scopes


def _ranks(view: View, axes: Axes, title: str, values: Array, where: Array | None, found: list[Evidence]) -> None:
    totals = values.sum(axis=1) if where is None else np.einsum("dup,u->dp", values, where)
    shade(axes, view.bands)
    top = max([float(totals.max()), 100.0, *(item.top for item in found)])
    axes.set_yscale("log")
    least = float(totals[totals >= 1].min()) if (totals >= 1).any() else 10.0
    axes.set_ylim(max(1.0, top / 1e4, min(least, top / 20) / 2), top * 1.6)
    axes.set_title(f"{title} (logarithmic)")
    axes.set_ylabel("members")
    axes.yaxis.set_major_formatter(lambda value, _: whole(value))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    labels, counted = [], _counted(view)
    for k, party in enumerate(view.names("party")):
        if party not in counted:
            continue
        colour = view.colour("parties", party)
        axes.plot(view.days.x, np.maximum(totals[:, k], 1.0), color=colour)
        labels.append((float(totals[-1, k]), view.brief("parties", party), colour))
    for item in found:
        draw_evidence(view, axes, item, _party_colour(view, item))
    end_labels(axes, view.days.count * 1.012, labels)


def _party_colour(view: View, item: Evidence) -> str:
    parties = parties_of(view, item)
    return view.colour("parties", parties[0]) if len(parties) == 1 else INK


@styled
def hardship(run: Run) -> Figure:
    """Draw the intensity of each issue, which is given to the run, and the mean grievance, which comes out of it."""
    view = look(run)
    intensity = view.get("intensity", "date", "issue")
    grievance = view.get("grievance", "date", "unit")
    panels = [name for name, values in (("intensity", intensity), ("grievance", grievance)) if values is not None]
    if not panels:
        raise NothingToDraw("This run has no series of hardship.")
    figure, grid = sheet(0.8 + 1.35 * len(panels), len(panels), right=1.2)
    for i, (axes, name) in enumerate(zip(grid, panels, strict=True)):
        shade(axes, view.bands)
        if name == "intensity" and intensity is not None:
            _intensities(view, axes, intensity)
        elif grievance is not None:
            _grievance(view, axes, grievance)
        date_axis(axes, view.days, named=i == len(panels) - 1)
    told = "Intensity of each issue over time, as the scenario gives it, and the mean grievance in the city."
    return describe(figure, told)


def _intensities(view: View, axes: Axes, intensity: Array) -> None:
    axes.set_title("Intensity of each issue (given by the scenario's series; events come on top)")
    value_axis(axes, "intensity", max(1.0, float(np.nanmax(intensity))) * 1.05, most=3)
    labels = []
    for k, issue in enumerate(view.names("issue")):
        colour = ISSUE_COLOURS[k % len(ISSUE_COLOURS)]
        axes.plot(view.days.x, intensity[:, k], color=colour, linestyle=ISSUE_DASHES[k % 6])
        labels.append((float(intensity[-1, k]), view.topic(issue), colour))
    end_labels(axes, view.days.count * 1.012, labels)


def _grievance(view: View, axes: Axes, grievance: Array) -> None:
    mean = weighted(grievance, sizes(view), home(view))
    axes.set_title("Mean grievance in the city (result)")
    value_axis(axes, "grievance", float(np.nan_to_num(mean).max()) * 1.1, most=3)
    axes.plot(view.days.x, mean, color=INK)
