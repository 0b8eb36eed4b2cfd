"""The score as a picture: each target's band, the run's number, misses first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dualpower.report.dates import stretch
from dualpower.report.scores import Row, rows_of
from dualpower.report.style import (
    GRID,
    INK,
    MODEL,
    MUTED,
    PAPER,
    RECORD,
    NothingToDraw,
    apart,
    describe,
    exact,
    sheet,
    styled,
)
from dualpower.report.text import shown_only
from dualpower.report.view import look

if TYPE_CHECKING:
    from dualpower.run import Run

FARTHEST = 8.0  # ratios beyond this are drawn as arrows at the edge
MARKS = (1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0)


@styled
def score_plot(run: Run, split: str) -> Figure:
    """Draw every target of a split as a ratio to the observed number: band, run, the article's own number.

    Parameters
    ----------
    run : Run
        What was simulated.
    split : str
        "calibrate" or "heldout".
    """
    view = look(run)
    rows = [row for row in rows_of(view) if row.split == split]
    drawn = [row for row in rows if row.observed > 0]
    if not drawn:
        raise NothingToDraw("There is no target with a number above nought to be drawn.")
    figure, (axes,) = sheet(0.75 + 0.2 * len(drawn), left=2.75, right=1.75, top=0.32, bottom=0.42)
    for place, row in enumerate(drawn):
        _row(axes, place, row)
    _frame(axes, drawn)
    judged = [row for row in drawn if not row.memory]
    inside, unsure = sum(row.inside for row in judged), len(drawn) - len(judged)
    shown = f"; {shown_only(unsure)}" if unsure else ""
    told = f"{inside} of {len(judged)} points lie inside their bands{shown}; the tables beside have the numbers."
    return describe(figure, f"Targets of the record as bands around one, with the run's number as a point: {told}")


def _ratio(value: float, row: Row) -> float:
    return float(np.clip(np.log2(max(value, 1e-12) / row.observed), -np.log2(FARTHEST), np.log2(FARTHEST)))


def _row(axes: Axes, place: int, row: Row) -> None:
    band = _ratio(row.low, row), _ratio(row.high, row)
    axes.plot(band, [place, place], color=MUTED, linewidth=5.5, alpha=0.45, solid_capstyle="butt", zorder=1)
    axes.plot(0, place, "|", color=INK, markersize=5.5, zorder=2)
    if np.isfinite(row.article) and row.article > 0 and abs(row.article - row.observed) > 1e-9:
        axes.plot(_ratio(row.article, row), place, "D", color=INK, markerfacecolor=PAPER, markersize=4, zorder=3)
    if not np.isfinite(row.simulated):
        return
    ratio = _ratio(row.simulated, row)
    far = row.simulated < row.observed / FARTHEST or row.simulated > row.observed * FARTHEST
    mark = ("<" if ratio < 0 else ">") if far else "o" if row.inside else "s"
    colour = MODEL if row.inside else RECORD
    face = PAPER if row.memory else colour  # shown, never judged
    (dot,) = axes.plot(ratio, place, mark, color=colour, markerfacecolor=face, markersize=5.2, zorder=4)
    dot.set_gid(
        f"tip|{row.target}: run {apart(row.simulated, row.low, row.high)}, record {exact(row.observed)} "
        f"({exact(row.low)} to {exact(row.high)} {row.unit})"
    )


def _frame(axes: Axes, rows: list[Row]) -> None:
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-3.12, 3.12)
    axes.set_yticks(range(len(rows)))
    axes.set_yticklabels([_label(row) for row in rows])
    axes.tick_params(axis="y", labelcolor=INK, pad=3)
    axes.set_xticks(np.log2(MARKS))
    axes.set_xticklabels(["⅛", "¼", "½", "1", "2", "4", "8"])
    axes.set_xlabel("run divided by the record's number (each step doubles)")
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.axvline(0, color=MUTED, linewidth=0.7, zorder=0)
    axes.set_axisbelow(True)
    for place, row in enumerate(rows):
        axes.text(
            3.22,
            place,
            f"{apart(row.simulated, row.low, row.high)}  v  {_span(row)}",
            fontsize=7,
            va="center",
            color=INK if row.inside or row.memory else RECORD,
        )
    missed = sum(not row.inside for row in rows)
    if 0 < missed < len(rows):
        axes.axhline(missed - 0.5, color=MUTED, linewidth=0.7, linestyle=(0, (2, 2)))
    order = "Misses first; square and vermilion outside the band, round and blue inside"
    rule = order if missed else "All inside their bands"
    axes.set_title(rule, fontsize=7.5, fontweight="normal")
    axes.text(3.22, -0.9, "run  v  record", fontsize=7, color=MUTED)


def _label(row: Row) -> str:
    text = f"{stretch(row.date, row.date_end)}  {row.what}"
    return (text if len(text) <= 50 else text[:49].rstrip() + "…") + (" *" if row.memory else "")


def _span(row: Row) -> str:
    return exact(row.observed) if row.low == row.high else f"{exact(row.low)}–{exact(row.high)}"
