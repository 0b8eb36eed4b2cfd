"""The report of an ensemble: how it ends how often, fans of the main series, targets beside the spread of the draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from dualpower._amounts import counted
from dualpower._made import as_options
from dualpower.report.dates import Days
from dualpower.report.html import render, undisturbed
from dualpower.report.marks import draw_marks, marks, of_count, of_party
from dualpower.report.style import (
    MODEL,
    WIDTH,
    NothingToDraw,
    apart,
    date_axis,
    describe,
    end_labels,
    exact,
    readable,
    sheet,
    styled,
    value_axis,
    whole,
)  # fmt: skip
from dualpower.report.svg import svg
from dualpower.report.text import shown_only

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.experiment import Ensemble

COUNTS = (
    ("strikers", "Strikers"),
    ("marchers", "In the street"),
    ("soldiers_refusing", "Soldiers out: refusing, marching or in arms"),
)

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


class Plate(NamedTuple):
    """A figure and what stands below it."""

    svg: str
    caption: str


def ensemble_page(ensemble: Ensemble) -> str:
    """The report as one HTML page that needs nothing but itself."""
    tools = {"whole": whole, "apart": apart, "exact": exact}
    with undisturbed():
        return render("ensemble.html", contents(ensemble), tools)


def contents(ensemble: Ensemble) -> dict[str, Any]:
    """Everything that the page shows, by name."""
    index, scores, ends = ensemble.index, ensemble.score(), ensemble.probabilities()
    names, first = index["names"]["regimes"], ends.iloc[0]
    sentence = str(index["names"]["outcomes"].get(ends.index[0], names.get(ends.index[0], ends.index[0])))
    reached = scores[scores["median"].notna()]
    return {
        "title": index["scenario"]["title"],
        "outcome": f"{sentence} So it ends in {first['draws']:.0f} of {first['of']:.0f} draws.",
        "about": about(ensemble),
        "interventions": as_options(index["interventions"]),
        "ends": [{"name": names.get(key, key), **row} for key, row in ends.to_dict("index").items()],
        "headline": headline(reached),
        "targets": reached.sort_values(["in_band", "share_in_band"], kind="stable").to_dict("records"),
        "plates": plates(ensemble),
    }  # fmt: skip


def about(ensemble: Ensemble) -> str:
    """How many years of which days, and in what they differ."""
    days = Days(tuple(ensemble.dates), ensemble.scenario.calendar)
    differ = f" that differ in chance{' and in parameters' if ensemble.index['switches']['table'] else ''}"
    span = f"{days.both(ensemble.dates[0])} to {days.both(ensemble.dates[-1])}"
    return f"{counted(ensemble.draws, 'year')} from {span}{differ * (ensemble.draws > 1)}; seed {ensemble.seed}."


def headline(reached: pd.DataFrame) -> str:
    """How many judged targets the median draw meets, and how many are shown only."""
    judged = reached[~reached["memory"].astype(bool)] if len(reached) else reached
    inside = int(judged["in_band"].sum()) if len(judged) else 0
    unsure = len(reached) - len(judged)
    of = f"{len(judged)} bands of judged targets; {shown_only(unsure)}" if unsure else f"{len(judged)} bands"
    return f"The median draw is inside {inside} of {of}."


def plates(ensemble: Ensemble) -> list[Plate]:
    """All figures that the kept variables allow."""
    dot = "the dot is the record's number, hollow if from memory or a guess."
    drawn = [Plate(svg(regimes(ensemble), "regimes"), "Share of the draws under each regime, day by day.")]
    if not _not_kept(ensemble):
        caption = (
            "Median, middle half and 90 % of the draws; bars are bands of the targets that count the same people doing "
            f"the same (the suburbs in or out), {dot}"
        )
        drawn.append(Plate(svg(counts(ensemble), "counts"), caption))
    for council in sitting(ensemble) if "delegates" in ensemble.dataset else []:
        name = council_name(ensemble, council)
        caption = f"Parties in {name}: median and 90 % of the draws; bars are bands of the targets about it, {dot}"
        drawn.append(Plate(svg(delegates(ensemble, council), f"c-{council}"), caption))
    return drawn


def _days(ensemble: Ensemble) -> Days:
    return Days(tuple(ensemble.dates), ensemble.scenario.calendar)


@styled
def regimes(ensemble: Ensemble) -> Figure:
    """Draw the share of the draws under each regime over time."""
    shares, days = ensemble.regime_shares(), _days(ensemble)
    ruled = [regime for regime in ensemble.scenario.spec.regimes if shares[regime.id].max() > 0]
    figure, (axes,) = sheet(2.8, right=1.6, top=0.45)
    colours = [readable(regime.colour) for regime in ruled]
    axes.stackplot(days.x, [shares[regime.id] for regime in ruled], colors=colours, alpha=0.75, linewidth=0)
    value_axis(axes, "share of draws", 1.0, percent=True)
    date_axis(axes, days)
    ends = [float(shares[regime.id].iloc[-1]) for regime in ruled]
    middles = np.cumsum(ends) - np.array(ends) / 2
    named = zip(middles, ruled, colours, ends, strict=True)
    last = [(float(middle), regime.name, colour) for middle, regime, colour, end in named if end > 0]
    end_labels(axes, days.count + 1, last)
    gone = [Patch(color=colours[k], alpha=0.75, label=ruled[k].name) for k, end in enumerate(ends) if not end > 0]
    if gone:  # what rules to the end has its name at its end
        figure.legend(handles=gone, loc="upper left", ncols=4, borderaxespad=0.1, bbox_to_anchor=(0.75 / WIDTH, 1.0))
    return describe(figure, "Share of the draws under each regime")


def _not_kept(ensemble: Ensemble) -> list[str]:
    """Counts that the ensemble has not kept, so that they cannot be drawn."""
    return [name for name, _ in COUNTS if name not in ensemble.dataset]


@styled
def counts(ensemble: Ensemble) -> Figure:
    """Draw strikers, marchers and refusing soldiers as fans, with the bands of the record."""
    if lost := _not_kept(ensemble):
        raise NothingToDraw(f"the ensemble has not kept {', '.join(lost)}")
    days, targets = _days(ensemble), marks(ensemble)
    figure, panels = sheet(6.2, rows=len(COUNTS), left=0.95)
    for axes, (name, title) in zip(panels, COUNTS, strict=True):
        values = ensemble.dataset[name].to_numpy()
        _fan(axes, days, values, MODEL)
        highest = draw_marks(axes, list(filter(of_count(ensemble.scenario, name), targets)))
        top = max(highest, float(np.quantile(values, 0.95, axis=0).max()))
        axes.set_title(title)
        value_axis(axes, "persons", 1.1 * top)
        date_axis(axes, days, named=axes is panels[-1])
    return describe(figure, "Strikers, marchers and soldiers who do not obey")


@styled
def delegates(ensemble: Ensemble, council: str) -> Figure:
    """Draw the parties' shares of a council as fans, with the bands of the record."""
    days, targets, data = _days(ensemble), marks(ensemble), ensemble.dataset["delegates"].sel(council=council)
    figure, (axes,) = sheet(3.0, right=1.2)
    ends = []
    for party in ensemble.scenario.spec.parties:
        values = data.sel(party=party.id).to_numpy()
        if not values.any():
            continue  # it does not stand for this council
        colour = readable(party.colour)
        _fan(axes, days, values, colour, half=False)
        draw_marks(axes, list(filter(of_party(ensemble.scenario, council, party.id), targets)), colour)
        ends.append((float(np.median(values[:, -1])), party.short or party.name, colour))
    axes.set_title(council_name(ensemble, council))
    value_axis(axes, "share", 1.0, percent=True)
    date_axis(axes, days)
    end_labels(axes, days.count + 1, ends)
    return describe(figure, f"Parties in {council_name(ensemble, council)}")


def council_name(ensemble: Ensemble, council: str) -> str:
    """What a council is called."""
    return next((each.name for each in ensemble.scenario.spec.councils if each.id == council), council)


def sitting(ensemble: Ensemble) -> list[str]:
    """Councils (no elections) that sit in half of the draws at some time."""
    kinds = {each.id: each.kind for each in ensemble.scenario.spec.councils}
    seats = np.median(ensemble.dataset["delegates"].sum("party").to_numpy(), axis=0).max(axis=0)
    names = [str(name) for name in ensemble.dataset["council"].to_numpy()]
    return [name for name, most in zip(names, seats, strict=True) if kinds.get(name) == "council" and most > 0][:4]


def _fan(axes: Axes, days: Days, values: NDArray[Any], colour: str, half: bool = True) -> None:
    low, quarter, middle, three, high = np.quantile(values, LEVELS, axis=0)
    axes.fill_between(days.x, low, high, color=colour, alpha=0.18, linewidth=0)
    if half:
        axes.fill_between(days.x, quarter, three, color=colour, alpha=0.3, linewidth=0)
    axes.plot(days.x, middle, color=colour, linewidth=1.2)
