"""Councils and elections: who sat where, and what the record says of it."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dualpower.report.evidence import Evidence, draw_across, draw_evidence, evidence, parties_of
from dualpower.report.plots_power import CENTRE_COLOURS, CENTRE_DASHES
from dualpower.report.plots_year import shade
from dualpower.report.style import (
    GRID,
    INK,
    MUTED,
    WIDTH,
    NothingToDraw,
    date_axis,
    describe,
    end_labels,
    fit,
    sheet,
    styled,
    value_axis,
)
from dualpower.report.view import Array, View, look

if TYPE_CHECKING:
    from dualpower.run import Run

SEATS = ("seat_share", "vote_share", "seats")


def council_kind(view: View, council: str) -> str:
    """What the scenario declares a body to be: "council", "congress" or "election"."""
    return str(getattr(view.entry("councils", council), "kind", "council"))


def seated(view: View, name: str, k: int) -> Array:
    """Shares of the parties in a body, shape (date, party); NaN on days on which it does not sit."""
    shares = view.need(name, "date", "council", "party")[:, k]
    return np.asarray(np.where(np.nansum(shares, axis=1, keepdims=True) > 1e-9, shares, np.nan))


def about(view: View, council: str, measures: tuple[str, ...]) -> list[Evidence]:
    """The rows of the record about one body."""
    names = view.names("council")
    found = evidence(view, measures)
    return [item for item in found if item.observation.council >= 0 and names[item.observation.council] == council]


def in_shares(items: list[Evidence]) -> list[Evidence]:
    """Rows that speak of one party's share of seats or votes: not of several together, nor of bare numbers of seats."""
    shares = ("seat_share", "vote_share")
    return [item for item in items if item.observation.measure in shares and item.observation.parties.sum() == 1]


@styled
def councils(run: Run) -> Figure:
    """Draw the parties' shares of the delegates of each council over time, its executive dashed, and the record."""
    view = look(run)
    view.need("delegates", "date", "council", "party")
    rows = [name for name in view.names("council") if council_kind(view, name) == "council"][:3]
    rows = [name for name in rows if np.isfinite(seated(view, "delegates", view.names("council").index(name))).any()]
    if not rows:
        raise NothingToDraw("No council sat in this run.")
    voted = [name for name in rows if about(view, name, ("resolution",))]
    panels = [(name, "seats") for name in rows] + [(name, "votes") for name in voted]
    figure, grid = sheet(1.0 + 1.9 * len(panels), len(panels), right=1.2, top=0.5, hspace=0.26)
    for i, (axes, (name, what)) in enumerate(zip(grid, panels, strict=True)):
        shade(axes, view.bands)
        (_delegates if what == "seats" else _votes)(view, axes, name)
        date_axis(axes, view.days, named=i == len(panels) - 1)
    _legend(figure)
    return describe(figure, _words(view, rows))


def _delegates(view: View, axes: Axes, council: str) -> None:
    k = view.names("council").index(council)
    shares = seated(view, "delegates", k)
    executive = seated(view, "executive", k) if view.get("executive", "date", "council", "party") is not None else None
    axes.set_title(f"{view.title('councils', council)}: share of the seats")
    value_axis(axes, "share", min(1.0, float(np.nanmax(shares)) + 0.12), percent=True)
    labels = []
    for p, party in enumerate(view.names("party")):
        if not np.nan_to_num(shares[:, p]).any():
            continue  # it does not stand for this council
        colour = view.colour("parties", party)
        axes.plot(view.days.x, shares[:, p], color=colour)
        if executive is not None:
            axes.plot(view.days.x, executive[:, p], color=colour, linestyle=(0, (3, 2)), linewidth=1.0)
        labels.append((_final(shares[:, p]), view.brief("parties", party), colour))
    found = in_shares(about(view, council, SEATS))
    if found:
        axes.set_ylim(0, min(1.04, max(axes.get_ylim()[1], max(item.top for item in found) + 0.05)))
    for item in found:
        draw_evidence(view, axes, item, view.colour("parties", parties_of(view, item)[0]), size=5.0)
    end_labels(axes, view.days.count * 1.012, labels)


def _final(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else float("nan")


def _votes(view: View, axes: Axes, council: str) -> None:
    k = view.names("council").index(council)
    sits = np.isfinite(seated(view, "delegates", k)).any(axis=1, keepdims=True)
    values = np.where(sits, view.need("resolution", "date", "council", "topic")[:, k], np.nan)
    found = about(view, council, ("resolution",))
    topics = sorted({item.observation.topic for item in found})
    sides = [_side(view, view.names("topic")[t]) for t in topics]
    told = f"votes {sides[0]}" if len(sides) == 1 else "votes"
    axes.set_title(fit(f"{view.title('councils', council)}: {told}", axes.get_position().width * WIDTH))
    value_axis(axes, "share", 1.0, percent=True)
    labels = []
    for n, (t, side) in enumerate(zip(topics, sides, strict=True)):
        colour = CENTRE_COLOURS[n % 6]
        axes.plot(view.days.x, values[:, t], color=colour, linestyle=CENTRE_DASHES[n % 6])
        if len(sides) > 1:  # the title names a single one
            labels.append((_final(values[:, t]), fill(side, 18), colour))
        for item in (item for item in found if item.observation.topic == t):
            draw_evidence(view, axes, item, colour, size=5.0)
    end_labels(axes, view.days.count * 1.012, labels)


def _side(view: View, topic: str) -> str:
    """What is voted for: the radical side of an issue, or against a centre of power."""
    name = view.topic(topic)
    return f"against {name}" if view.entry("issues", topic) is None else f"on the radical side of {name}"


def _legend(figure: Figure) -> None:
    marks = [
        Line2D([], [], color=MUTED, label="delegates"),
        Line2D([], [], color=MUTED, linestyle=(0, (3, 2)), linewidth=1.0, label="executive"),
        Line2D([], [], color=MUTED, marker="o", linestyle="none", markersize=4, label="record"),
    ]
    figure.legend(handles=marks, loc="upper right", ncols=3, borderaxespad=0.1, handlelength=2.4, columnspacing=1.2)


def _words(view: View, rows: list[str]) -> str:
    told = []
    for name in rows:
        shares = seated(view, "delegates", view.names("council").index(name))
        last = [(_final(shares[:, p]), party) for p, party in enumerate(view.names("party"))]
        most = sorted(last, reverse=True)
        pairs = ", ".join(f"{view.title('parties', p)} {100 * v:.0f} %" for v, p in most if v > 0.005)
        told.append(f"{view.title('councils', name)}, at the end: {pairs}")
    return "Lines of the parties' shares of the delegates over time. " + ". ".join(told) + "."


Ballot = tuple[str, int, int]


def ballots(view: View, most: int = 9) -> list[Ballot]:
    """Elections and congresses with their first and last day: days the record speaks of, else those declared.

    Days are not put together: what was counted on others, of a body that sits or votes again, is another ballot.
    """
    found: list[Ballot] = []
    for name in view.names("council"):
        if council_kind(view, name) == "council":
            continue
        spoken = sorted({_days(item) for item in in_shares(about(view, name, SEATS))})
        found += [(name, first, last) for first, last in spoken] or _declared(view, name)
    return sorted(found, key=lambda ballot: ballot[1])[:most]


def _days(item: Evidence) -> tuple[int, int]:
    return item.observation.start, item.observation.end - 1


def _declared(view: View, council: str) -> list[Ballot]:
    entry = view.entry("councils", council)
    date = getattr(entry, "date", None)
    if not date:
        return []
    span = view.days.span(date, getattr(entry, "date_end", None) or date)
    return [] if span is None else [(council, *span)]


@styled
def elections(run: Run) -> Figure:
    """Draw each election and congress: the parties' shares in the run beside those of the record."""
    view = look(run)
    view.need("delegates", "date", "council", "party")
    held = [ballot for ballot in ballots(view) if np.isfinite(_result(view, ballot)).any()]
    if not held:
        raise NothingToDraw("No election and no congress was held in this run.")
    cols = min(3, len(held))
    rows = -(-len(held) // cols)
    height = 0.24 * len(view.names("party")) + 0.75
    margins = {"left": 1.05, "right": 0.2, "top": 0.5, "bottom": 0.45, "hspace": 0.62, "wspace": 0.2}
    figure, grid = sheet(0.35 + rows * height, rows, cols, **margins)
    for i, axes in enumerate(grid):
        if i < len(held):
            _ballot(view, axes, held[i], named=i % cols == 0)
        else:
            axes.set_axis_off()
    return describe(figure, _ballot_words(view, held))


def _result(view: View, ballot: Ballot) -> Array:
    shares = seated(view, "delegates", view.names("council").index(ballot[0]))[ballot[1] : ballot[2] + 1]
    known = shares[np.isfinite(shares).all(axis=1)]
    return known.mean(axis=0) if len(known) else np.full(shares.shape[1], np.nan)


def _ballot(view: View, axes: Axes, ballot: Ballot, *, named: bool) -> None:
    name, first, last = ballot
    result, parties = _result(view, ballot), view.names("party")
    found = [item for item in in_shares(about(view, name, SEATS)) if _days(item) == (first, last)]
    axes.barh(
        range(len(parties)),
        np.nan_to_num(result),
        height=0.62,
        color=[view.colour("parties", p) for p in parties],
        alpha=0.75,
    )
    for item in sorted(found, key=lambda each: not each.unsure):  # what was read lies on top
        draw_across(axes, item, parties.index(parties_of(view, item)[0]), INK, 4.5)
    day = view.days.both_stretch(view.days.dates[first], view.days.dates[last])
    room = axes.get_position().width * WIDTH
    axes.set_title(f"{fit(view.title('councils', name).split(' (')[0], room, 7.5)}\n{day}", fontsize=7.5)
    axes.set_yticks(range(len(parties)))
    axes.set_yticklabels([view.brief("parties", p) for p in parties] if named else [])
    axes.tick_params(axis="y", labelcolor=INK)
    axes.set_ylim(len(parties) - 0.5, -0.5)
    top = max([float(np.nanmax(result)), *(item.top for item in found)])
    axes.set_xlim(0, min(1.0, 0.1 * np.ceil(top * 10 + 0.5)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.locator_params(axis="x", nbins=4)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(f"share of the {_counted(found)}", labelpad=1)


def _counted(found: list[Evidence]) -> str:
    """What the record's shares are of."""
    measures = {item.observation.measure for item in found}
    if len(measures) != 1:
        return "seats or votes"
    return "votes" if "vote_share" in measures else "seats"


def _ballot_words(view: View, held: list[Ballot]) -> str:
    told = []
    for ballot in held:
        result = np.nan_to_num(_result(view, ballot))
        pairs = ", ".join(
            f"{view.title('parties', view.names('party')[p])} {100 * result[p]:.0f} %" for p in np.argsort(-result)[:4]
        )
        first, last = (view.days.both(view.days.dates[day]) for day in ballot[1:])
        when = f"on {first}" if first == last else f"from {first} to {last}"
        told.append(f"{view.title('councils', ballot[0])} {when}: {pairs}")
    return "Bars of the parties' shares, with the record as dots. " + "; ".join(told) + "."
