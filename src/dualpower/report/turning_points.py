"""Days worth a picture: changes of regime, what claims are about, the largest mobilisations, other choices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dualpower.report.happenings import happenings
from dualpower.report.view import Array, View

FLOOR = 0.1
"""A mobilisation is large if it has at least this part of the largest."""


@dataclass(frozen=True)
class TurningPoint:
    """A day and, in a few words, why it was chosen."""

    place: int
    reason: str


def peaks(values: Array, most: int, apart: int) -> list[int]:
    """Positions of the largest values that lie ``apart`` days from a larger one already taken, none below the floor."""
    known = np.nan_to_num(values)
    floor = max(FLOOR * float(known.max(initial=0.0)), 1e-9)
    taken: list[int] = []
    for place in np.argsort(-known, kind="stable"):
        if len(taken) == most or known[place] < floor:
            break
        if all(abs(int(place) - other) >= apart for other in taken):
            taken.append(int(place))
    return taken


def turning_points(view: View, most: int = 6, apart: int = 5) -> list[TurningPoint]:
    """At most ``most`` days in order, the weightier first where two lie closer than ``apart`` days."""
    last = view.days.count - 1
    wished = [TurningPoint(band.first, f"{band.name} begins") for band in view.bands[1:]]
    moves = peaks(_movement(view), 3, 21)
    wished += [TurningPoint(place, "largest mobilisation") for place in moves[:1]]
    wished += [TurningPoint(last, "last day")]
    wished += _spread([item for item in _choices(view) if item[2]])
    wished += [TurningPoint(place, "large mobilisation") for place in moves[1:]]
    wished += [TurningPoint(place, name) for place, name, _ in _choices(view)]
    kept: list[TurningPoint] = []
    for point in wished:
        if len(kept) < most and all(abs(point.place - other.place) >= min(apart, max(last, 1)) for other in kept):
            kept.append(point)
    return sorted(kept, key=lambda point: point.place)


def _movement(view: View) -> Array:
    """Strikers and marchers: those who refuse stay out for months and would hide the days of action."""
    total = np.zeros(view.days.count)
    for name in ("strikers", "marchers"):
        values = view.get(name, "date")
        total += 0 if values is None else np.nan_to_num(values)
    return total


def _choices(view: View) -> list[tuple[int, str, bool]]:
    """Choices that were made: position, name, and whether a claim is tested by them."""
    made = [item for item in happenings(view) if item.happened and item.kind == "choice" and item.date]
    placed = [(view.days.position(item.date), item.name, item.tested) for item in made]
    return [(place, name, tested) for place, name, tested in placed if place is not None]


def _spread(choices: list[tuple[int, str, bool]]) -> list[TurningPoint]:
    """The same, so that the first few of them lie all over the year: each as far as possible from those before it."""
    left = [TurningPoint(place, name) for place, name, _ in choices]
    taken: list[TurningPoint] = []
    while left:
        far = max(left, key=lambda one: min((abs(one.place - other.place) for other in taken), default=0))
        left.remove(far)
        taken.append(far)
    return taken
