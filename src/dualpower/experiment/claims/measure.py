"""Numbers taken from years: what an outcome of claims.toml is in the arrays of some draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dualpower.scenario.claims import QUANTITIES, Claims, Measure

if TYPE_CHECKING:
    from dualpower.scenario import Scenario
    from dualpower.scenario.world import Names

Array = NDArray[Any]

VARIABLES = {
    "council": "delegates",
    "support": "camp_share_by_group",
    "members": "members_by_group",
    "event": "",
}
"""Variable of a draw that a quantity is read from, where it has another name; events are read from their days."""

BODIES = ("council", "executive", "resolution")
"""Quantities of a body, which has none on days on which it does not sit."""

_TAKE: dict[str, Callable[[Array], Array]] = {
    "last": lambda days: days[:, -1],
    "mean": lambda days: days.mean(1),
    "max": lambda days: days.max(1),
    "sum": lambda days: days.sum(1),
}


def measures(claims: Claims) -> Iterable[Measure]:
    """Yield everything that is measured anywhere in claims.toml."""
    for claim in claims.claims:
        yield from claim.outcomes
        yield from claim.among
        if claim.parameter is not None:
            yield claim.parameter.lasting


def wanted(claims: Claims) -> tuple[str, ...]:
    """Variables that must be kept of every draw, sorted."""
    heads = {path.split(".")[0] for each in measures(claims) for path in each.of}
    rivals = any(claim.parameter and claim.parameter.centres for claim in claims.claims)
    pull = {"line", "regime"} if rivals else set()
    seats = {"seats"} if heads & {*BODIES} else set()
    return tuple(sorted({VARIABLES.get(head, head) for head in heads} - {""} | pull | seats))


def taken(measure: Measure, arrays: Mapping[str, Array], happened: Array, place: Place) -> Array:
    """A measure of some draws, array[draw]; a yes or no is 1 or 0. NaN where it is a number of a body that does not sit
    on any of the days; its mean and its largest are over those on which it does.

    Parameters
    ----------
    measure
        What is asked.
    arrays
        Variables [draw, date, ...] by name, from the first day on.
    happened
        Day number of every event, -1 if it did not happen, array[draw, event].
    place
        Where names and dates are.
    """
    days = np.arange(place.day(measure.date), place.day(measure.last) + 1)
    daily: Array = np.sum([_daily(path, days, arrays, happened, place) for path in measure.of], axis=0)
    found = _over_days(measure.take, daily)
    return found if measure.at_least is None else (found >= measure.at_least).astype(float)


def _over_days(take: str, daily: Array) -> Array:
    """One number of some days, array[draw], from array[draw, day] in which some may be missing."""
    found, missing = _TAKE[take](daily), np.isnan(daily)
    if take != "last":
        for draw in np.flatnonzero(missing.any(1) & ~missing.all(1)):
            found[draw] = _TAKE[take](daily[draw : draw + 1, ~missing[draw]])[0]
    return found


def _daily(path: str, days: Array, arrays: Mapping[str, Array], happened: Array, place: Place) -> Array:
    """One quantity on some days, array[draw, day]."""
    head, *parts = path.split(".")
    if head == "event":
        when = happened[:, [place.number(0, "event", parts[0])]]
        return np.asarray((when >= 0) & (when <= days), float)
    values = arrays[VARIABLES.get(head, head)][:, days]
    if head == "regime":
        return np.asarray(values == place.number(0, "regime", parts[0]), float)
    for position, name in enumerate(parts):
        values = values[:, :, place.number(position, head, name)]
    if head in BODIES:
        return np.where(arrays["seats"][:, days, place.number(0, head, parts[0])] > 0, values, np.nan)
    return np.asarray(values, float)


class Place:
    """Where names and dates are in the arrays of a scenario's draws.

    Parameters
    ----------
    scenario
        Whose draws they are.
    names
        Labels of its axes.
    groups
        Groups of units, in the order of the arrays.
    """

    def __init__(self, scenario: Scenario, names: Names, groups: tuple[str, ...]) -> None:
        self.scenario = scenario
        along: dict[str, tuple[str, ...]] = {
            "regime": names.regimes, "event": names.events, "council": names.councils, "party": names.parties,
            "topic": names.topics, "centre": names.centres, "issue": names.issues, "group": groups,
        }  # fmt: skip
        self.axes = {head: tuple(along[kind] for kind in kinds) for head, kinds in QUANTITIES.items()}
        self.axes["support"] = (groups, names.camps)  # `none` comes before the parties

    def day(self, date: str) -> int:
        """Number of a day, 0 for the first."""
        return self.scenario.day_index(date)

    def number(self, position: int, head: str, name: str) -> int:
        """Number of a name on an axis of a quantity."""
        return self.axes[head][position].index(name)
