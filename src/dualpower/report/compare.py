"""The report of a pair: both years side by side, locked to the same dates, and what differs."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from dualpower._amounts import ROUNDING, amount
from dualpower._made import as_options
from dualpower.dataset import ABOUT, is_share
from dualpower.experiment.pair import Pair
from dualpower.experiment.pair_draws import DAILY, YES_OR_NO, met, quantities, values, weighted_quantiles
from dualpower.report.dates import Days
from dualpower.report.html import render, undisturbed
from dualpower.report.style import INK, MODEL, RECORD, date_axis, describe, readable, sheet, styled, value_axis
from dualpower.report.svg import svg

if TYPE_CHECKING:
    from dualpower.experiment import Ensemble

Array = NDArray[Any]
SIDES = ("unchanged", "changed")
LEVELS = (0.05, 0.5, 0.95)
COLUMNS = ("factual", "other", "difference", "low", "high")


def compare_page(both: Pair) -> str:
    """The report as one HTML page that needs nothing but itself."""
    with undisturbed():
        return render("compare.html", contents(both))


def contents(both: Pair) -> dict[str, Any]:
    """Everything that the page shows, by name."""
    names = both.factual.index["names"]["regimes"]
    days = Days(tuple(both.factual.dates), both.factual.scenario.calendar)
    ends = both.outcomes
    asked = [variable for _, variable, _ in quantities(both.factual, both.other)]
    return {
        "title": both.factual.index["scenario"]["title"], "said": both.summary(), "amount": told,
        "parted": days.both(both.first) if both.first else "",
        "usually": days.both(both.usual_first) if both.usual_first not in (None, both.first) else "",
        "fork": days.both(both.fork) if both.fork else "",
        "made": [as_options(each.index["interventions"]) for each in (both.factual, both.other)],
        "ends": [{"name": names.get(key, key), "to": [float(x) for x in row]} for key, row in ends.iterrows()],
        "tos": [names.get(to, to) for to in ends.columns],
        "plates": plates(both), "locked": locked(both), "units": list(map(unit_of, asked)),
        "dates": [days.both(date) for date in days.dates],
    }  # fmt: skip


def locked(both: Pair) -> str:
    """Means of the main quantities on every date, as JSON for the page's slider: name, unchanged, changed, gap and the
    ends of its 90 % interval.
    """
    rows = []
    for name, variable, at in quantities(both.factual, both.other):
        found = both.difference(variable, **at)
        rows.append([name, *([_short(x) if np.isfinite(x) else None for x in found[column]] for column in COLUMNS)])
    return json.dumps(rows).replace("</", "<\\/")


def _short(value: float) -> float:
    """No more figures than are shown."""
    return round(value) if abs(value) >= 100 else float(f"{value:.4g}")


def unit_of(variable: str) -> str:
    """What a quantity is counted in."""
    special = {
        "regime": "share of draws",
        "sits": "share of draws",
        "dual_power": "index, 0 to 1",
        DAILY: "persons, that day",
    }
    if variable in special:
        return special[variable]
    unit = "share" if is_share(variable) else str(ABOUT[variable][0])
    return "" if unit == "1" else unit


def told(value: float, *, percent: bool = False) -> str:
    """A number for reading; a dash where there is none."""
    if not np.isfinite(value):
        return "–"
    return f"{100 * value:.0f} %" if percent else amount(value)


def plates(both: Pair) -> list[tuple[str, str]]:
    """Figures with captions: regimes, then pairs of panels for counts and shares."""
    caption = f"Share of the draws under each regime, day by day.{_lines_told(both)}"
    found = [(svg(regimes(both), "regimes"), caption)]
    known = {name: (variable, at) for name, variable, at in quantities(both.factual, both.other)}
    for number, (name, (variable, at)) in enumerate(known.items()):
        if variable != "regime" and _some(both, variable, at):
            figure = series(both, name, variable, at)
            daily = ", of each day alone" if variable == DAILY else ""
            caption = f"{name[:1].upper()}{name[1:]}: median and 90 % of the draws{daily}, same scale."
            found.append((svg(figure, f"s{number}"), caption))
    return found


def _lines_told(both: Pair) -> str:
    """What the upright lines of the figures are, behind a sentence; "" if there are none."""
    told = ["dashed, the first day on which a pair differs"] * bool(both.first)
    told += ["dotted, the fork, before which the record weighs the draws"] * bool(both.fork)
    return f" Upright lines, here and below: {'; '.join(told)}." if told else ""


def _mark_days(both: Pair, axes: Axes, days: Days) -> None:
    """Upright lines at the first difference and at the fork."""
    for date, style in ((both.first, (0, (4, 2))), (both.fork, (0, (1, 1.5)))):
        if date:
            axes.axvline(days.offset(date), color=INK, linewidth=0.9, linestyle=style, zorder=4)


def _some(both: Pair, variable: str, at: dict[str, str]) -> bool:
    """Whether a quantity is ever more than nought."""
    found = np.array([values(each, variable, at) for each in (both.factual, both.other)])
    return bool(np.max(found, initial=0.0, where=np.isfinite(found)) > ROUNDING)


@styled
def regimes(both: Pair) -> Figure:
    """Draw the share of draws under each regime, both years side by side."""
    figure, axes = sheet(3.1, 1, 2, right=0.2, wspace=0.2, bottom=1.05)
    last = [
        _regimes(both, ensemble, place, side)
        for place, ensemble, side in zip(axes, (both.factual, both.other), SIDES, strict=True)
    ]
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=4, fontsize=7)
    return describe(figure, f"Shares of the draws under each regime in both years, on the last day {'; '.join(last)}.")


def _regimes(both: Pair, ensemble: Ensemble, axes: Axes, side: str) -> str:
    """Draw one of the two years, and say how it ends."""
    days = Days(tuple(ensemble.dates), ensemble.scenario.calendar)
    ids = ensemble.dataset["regime"].to_numpy()
    names = ensemble.dataset["regime"].attrs["flag_meanings"].split()
    ruled = {name for each in (both.factual, both.other) for name in met(each)}
    known = [regime for regime in ensemble.scenario.spec.regimes if regime.id in ruled]
    shares = {regime.id: ((ids == names.index(regime.id)) * both.weights[:, None]).sum(0) for regime in known}
    axes.stackplot(days.x, list(shares.values()), colors=[readable(regime.colour) for regime in known],
                   labels=[regime.name for regime in known], alpha=0.75, linewidth=0)  # fmt: skip
    axes.set_title(side)
    value_axis(axes, "share of draws" if side == SIDES[0] else "", 1.0, percent=True)
    date_axis(axes, days)
    _mark_days(both, axes, days)
    ends = [(float(shares[regime.id][-1]), regime.name) for regime in known]
    return f"{side}: " + ", ".join(f"{name} {100 * share:.0f} %" for share, name in ends if share > ROUNDING)


@styled
def series(both: Pair, name: str, variable: str, at: dict[str, str]) -> Figure:
    """Draw one quantity, both years side by side on one scale, with the first difference and the fork marked."""
    days = Days(tuple(both.factual.dates), both.factual.scenario.calendar)
    figure, axes = sheet(2.1, 1, 2, right=0.2, wspace=0.2)
    fans = [_fan(both, values(each, variable, at), variable) for each in (both.factual, both.other)]
    most = float(np.nanmax([fan[2] for fan in fans], initial=0.0))
    top = 1.05 if variable == "dual_power" else 1.05 * most if most > ROUNDING else 1.0
    percent = variable in YES_OR_NO or (is_share(variable) and variable != "dual_power")
    for place, fan, colour, side in zip(axes, fans, (MODEL, RECORD), SIDES, strict=True):
        place.fill_between(days.x, fan[0], fan[2], color=colour, alpha=0.2, linewidth=0)
        place.plot(days.x, fan[1], color=colour, linewidth=1.2)
        place.set_title(side)
        value_axis(place, unit_of(variable) if place is axes[0] else "", top, percent=percent)
        date_axis(place, days)
        _mark_days(both, place, days)
    tell = partial(_share_told, days) if variable in YES_OR_NO else partial(_fan_told, days, percent)
    told = "; ".join(f"{side}: {tell(fan)}" for fan, side in zip(fans, SIDES, strict=True))
    return describe(figure, f"{name} in both years ({unit_of(variable) or 'number'}), {told}.")


def _fan(both: Pair, draws: Array, variable: str) -> list[Array]:
    """5, 50 and 95 % of the draws; of a regime, which is a yes or no, its share."""
    if variable in YES_OR_NO:
        return [both.weights @ draws] * 3
    here = np.isfinite(draws)
    if here.all():
        return weighted_quantiles(draws, both.weights, LEVELS)
    fan = np.full((len(LEVELS), draws.shape[1]), np.nan)  # a body has no shares while it does not sit
    for day in np.flatnonzero(both.weights @ here > 0):
        some = here[:, day]
        fan[:, day] = weighted_quantiles(draws[some, day], both.weights[some] / both.weights[some].sum(), LEVELS)
    return list(fan)


def _fan_told(days: Days, percent: bool, fan: list[Array]) -> str:
    """The median of the last day with its 90 %, and where the median is highest."""
    if np.isnan(fan[1]).all():
        return "never sits"
    low, middle, high = ([told(x, percent=percent) for x in line.tolist()] for line in fan)
    top = int(np.nanargmax(fan[1]))
    highest = f"highest {middle[top]} on {days.both(days.dates[top])}"
    return f"median {middle[-1]} on the last day ({low[-1]} to {high[-1]} in 90 % of the draws), {highest}"


def _share_told(days: Days, fan: list[Array]) -> str:
    """A share of the draws on the last day, and where it is highest."""
    said, top = [f"{100 * x:.0f} %" for x in fan[1].tolist()], int(np.argmax(fan[1]))
    return f"{said[-1]} on the last day, highest {said[top]} on {days.both(days.dates[top])}"
