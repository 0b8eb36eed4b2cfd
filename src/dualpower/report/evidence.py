"""The record beside the run: rows as points and intervals, and the line of the run that each is about.

Only rows of quantities that are simulated are drawn. Filled marks were read on a page; hollow marks are from memory or
guessed; a diamond is the article that the scenario starts from. Sources that disagree stay side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dualpower.record.meaning import Meaning, meaning, text
from dualpower.record.measures import MEASURES
from dualpower.record.observation import Observation
from dualpower.record.selection import days_of_moves, select_units
from dualpower.report.style import PAPER, RECORD, exact
from dualpower.report.view import Array, View

UNSURE = ("memory", "guess")
ARTICLE = "seed"


@dataclass(frozen=True)
class Evidence:
    """One row of the record, placed on the axes of a run.

    Attributes
    ----------
    quantity, place, group, source, kind, note : str
        As in the record.
    value, low, high : float
        In the record's own units, NaN where it is silent.
    observation : Observation
        Where its like is found in the run.
    meant : Meaning
        What it is about, in the scenario's own names.
    dodge : float
        Days by which the mark is moved aside so that several sources of one day can be seen.
    """

    quantity: str
    place: str
    group: str
    source: str
    kind: str
    note: str
    value: float
    low: float
    high: float
    observation: Observation
    meant: Meaning
    dodge: float = 0.0

    @property
    def unsure(self) -> bool:
        """Whether nobody has confirmed the number on a page."""
        return self.kind in UNSURE

    @property
    def x(self) -> float:
        """Middle of its days, as a position."""
        return (self.observation.start + self.observation.end - 1) / 2 + self.dodge

    def natural(self, number: float) -> float:
        """A number of the record as the run counts it: persons, or a share of one."""
        share = number / self.observation.scale
        return 1 - share if self.observation.complement else share

    @property
    def y(self) -> float:
        """The value as the run counts it; NaN when the record has bounds only."""
        return self.natural(self.value)

    @property
    def bounds(self) -> tuple[float, float]:
        """Low and high as the run counts them, NaN where missing."""
        ends = self.natural(self.low), self.natural(self.high)
        return (ends[1], ends[0]) if self.observation.complement else ends

    @property
    def top(self) -> float:
        """The largest number it speaks of; 0 if none."""
        return max([v for v in (self.y, *self.bounds) if np.isfinite(v)], default=0.0)

    @property
    def told(self) -> str:
        """Its numbers as the record writes them."""
        return told(self.value, self.low, self.high)


def told(value: float, low: float, high: float) -> str:
    """A value with its bounds in words: "90,000", "75,000 to 128,000", "at least 90,000", "40 (40 to 200)"."""
    if np.isfinite(low) and np.isfinite(high) and low != high:
        span = f"{exact(low)} to {exact(high)}"
        return f"{exact(value)} ({span})" if np.isfinite(value) else span
    if np.isfinite(low) and not np.isfinite(high):
        return f"at least {exact(low)}"
    if np.isfinite(high) and not np.isfinite(low):
        return f"at most {exact(high)}"
    return exact(value if np.isfinite(value) else low)


def evidence(view: View, measures: tuple[str, ...]) -> list[Evidence]:
    """The rows of the record whose quantity is one of these measures, in order of date."""
    found = [_evidence(view, row, each) for row, each in view.surveyed if each.measure in measures]
    found.sort(key=lambda item: (item.observation.start, item.quantity, item.group, item.source, item.told))
    return dodged(found)


def _evidence(view: View, row: Mapping[str, Any], observation: Observation) -> Evidence:
    words: dict[str, Any] = {key: text(row, key) for key in ("quantity", "place", "group", "source", "note")}
    numbers: dict[str, Any] = {key: number_of(row, key) for key in ("value", "low", "high")}
    return Evidence(
        **words, kind=text(row, "source_kind"), **numbers, observation=observation, meant=meaning(view.spec, row)
    )


def number_of(row: Mapping[str, Any], key: str) -> float:
    """A cell as a number, NaN where none stands."""
    value = row.get(key)
    try:
        return float("nan") if value is None or value == "" else float(value)
    except (TypeError, ValueError):
        return float("nan")


def dodged(found: list[Evidence]) -> list[Evidence]:
    """Move marks of one day a little apart."""
    crowd: dict[tuple[int, int], list[int]] = {}
    for i, item in enumerate(found):
        crowd.setdefault((item.observation.start, item.observation.end), []).append(i)
    result = list(found)
    for members in crowd.values():
        step = min(0.14, 0.8 / len(members))
        for rank, i in enumerate(members):
            result[i] = replace(found[i], dodge=(rank - (len(members) - 1) / 2) * step)
    return result


def series(view: View, item: Evidence) -> Array:
    """The daily line of the run that a row is about, shape (date,), in persons or shares of one.

    Of units that move, those are counted that fit on the day.
    """
    one, scenario = item.observation, view.run.scenario
    moves = [view.days.dates.index(day) for day in days_of_moves(scenario) if day in view.days.dates[1:]]
    lines = []
    for first, last in zip([0, *moves], [*moves, view.days.count], strict=True):
        chosen = select_units(scenario, item.meant, one.id, view.days.dates[first]) if len(one.units) else one.units
        span = replace(one, start=first, end=last, units=chosen)
        lines.append(np.asarray(MEASURES[one.measure].function(view.arrays, span), dtype=float))
    values = np.concatenate(lines)
    return 1 - values if one.complement else values


def parties_of(view: View, item: Evidence) -> list[str]:
    """The parties a row is about, by id."""
    names = view.names("party")
    return [names[k] for k in np.flatnonzero(item.observation.parties)]


def draw_evidence(view: View, axes: Axes, item: Evidence, colour: str = RECORD, size: float = 4.0) -> None:
    """Draw one row of the record: a mark at the value, a line from low to high, a tooltip with the source."""
    _draw_range(axes, item, colour, lambda values: ([item.x] * len(values), values))
    if item.observation.end - item.observation.start > 3 and np.isfinite(item.y):
        span = [item.observation.start, item.observation.end - 1]
        axes.plot(span, [item.y, item.y], color=colour, linewidth=0.8, alpha=0.6, zorder=3)
    height, mark = _mark(item)
    day = view.days.both_short(view.days.dates[item.observation.start])
    _draw_mark(axes, item, (item.x, height), mark, colour, size, f"{day}: ")


def draw_across(axes: Axes, item: Evidence, row: float, colour: str = RECORD, size: float = 4.0) -> None:
    """Draw one row of the record as `draw_evidence` does, along an axis of values that lies across."""
    _draw_range(axes, item, colour, lambda values: (values, [row] * len(values)))
    place, mark = _mark(item)
    _draw_mark(axes, item, (place, row), {"^": ">", "v": "<", "_": "|"}.get(mark, mark), colour, size)


def _draw_range(axes: Axes, item: Evidence, colour: str, at: Callable[[list[float]], tuple[list[float], ...]]) -> None:
    """A line from low to high, dotted if from memory or a guess; ``at`` gives the places of values."""
    low, high = item.bounds
    if np.isfinite(low) and np.isfinite(high) and high > low:
        style = (0, (1, 1.2)) if item.unsure else "solid"
        axes.plot(*at([low, high]), color=colour, linewidth=1.1, linestyle=style, alpha=0.75, zorder=3)


def _draw_mark(
    axes: Axes, item: Evidence, place: tuple[float, float], mark: str, colour: str, size: float, when: str = ""
) -> None:
    if not np.isfinite(place).all():
        return
    (dot,) = axes.plot(
        *place,
        mark,
        color=colour,
        markersize=size + (mark in "D^v<>") * -0.2,
        zorder=4,
        markerfacecolor=PAPER if item.unsure else colour,
        markeredgewidth=0.9,
    )
    memory = ", from memory" if item.kind == "memory" else ", a guess" if item.kind == "guess" else ""
    what = f"{item.quantity.replace('_', ' ')}, {item.group}"
    dot.set_gid(f"tip|{when}{item.told}, {what}; {cite(item.source)}{memory}")


def _mark(item: Evidence) -> tuple[float, str]:
    low, high = item.bounds
    if np.isfinite(item.y):
        return item.y, "D" if item.kind == ARTICLE else "o"
    if np.isfinite(low) != np.isfinite(high):
        return (low, "^") if np.isfinite(low) else (high, "v")
    return (low + high) / 2, "_"


ADDRESS = re.compile(r"[\s,;@]*((?:https?|file)://\S*)")


def split_source(source: str) -> tuple[str, str]:
    """The name and the address of a source; where it has no name, the host's. Files of one machine are no address."""
    source = source.removeprefix(f"{ARTICLE}:").strip()  # its kind is said beside it
    found = ADDRESS.search(source)
    if not found:
        return source.strip(), ""
    address = found[1]
    name = f"{source[: found.start()]} {source[found.end() :]}".strip(" ,;@") or address.split("//")[1].split("/")[0]
    return name, "" if address.startswith("file:") else address


def cut(text: str, room: int) -> str:
    """A text short enough for a line, cut at a word."""
    return text if len(text) <= room else text[: room - 1].rsplit(" ", 1)[0] + " …"


def cite(source: str, room: int = 90) -> str:
    """A source without its address, short enough for a line."""
    return cut(split_source(source)[0], room)
