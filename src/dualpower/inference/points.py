"""Points of the record on the scale of comparison: what a forecast is scored on, and what a baseline may know.

A point is a target, or a row of the record that can be compared with a run. Points of one *series* are about the same
number at different times: same measure, parties, council, topic, place and group. Points of one *pool* are shares of
the same parties in any body that is elected.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pandas as pd

from dualpower.record import Observation, survey
from dualpower.record.errors import UNSURE
from dualpower.record.meaning import is_whole, last_day, meaning, text
from dualpower.record.sources import as_row

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["Kind", "Point", "known_points", "target_points"]

Kind: TypeAlias = Literal["share", "action", "members", "deaths", "other"]
"""What sort of number it is; points without any earlier value are predicted from all of their kind."""

_KINDS: Mapping[str, Kind] = {
    "deaths": "deaths",
    "casualties": "deaths",
    "members": "members",
    "members_total": "members",
    "seats": "members",
    "size": "members",
}
_BODIES = ("seat_share", "vote_share")


@dataclass(frozen=True)
class Point:
    """A number of the record and when it was.

    Attributes
    ----------
    observation
        The number, as it is taken from a run.
    date
        Last day of its window.
    day
        The same as a number, 0 for the scenario's first day.
    series, pool
        Keys of the points about the same number, and about the same parties' shares; `pool` is None for other numbers.
    kind
        Of number.
    judged
        False for memory and guesses, which are shown and never used to judge.
    split
        Of a target: "calibrate" or "heldout"; "" for a row of the record.
    what
        Quantity and group, in words.
    """

    observation: Observation
    date: str
    day: int
    series: Hashable
    pool: Hashable
    kind: Kind
    judged: bool
    split: str = ""
    what: str = ""

    @property
    def id(self) -> str:
        """Of the target, or the words by which a row is known."""
        return self.observation.id

    @property
    def z(self) -> float:
        """The number: middle of its band on the scale of comparison."""
        return self.observation.centre_z

    @property
    def scale(self) -> str:
        """Name of the scale of comparison."""
        return self.observation.transform


def target_points(scenario: Scenario) -> tuple[Point, ...]:
    """Every target that a run can be compared with, in the scenario's order."""
    return _points(scenario, scenario.targets)


def known_points(scenario: Scenario) -> tuple[Point, ...]:
    """What a baseline may know once it is past: judged targets and rows of the record, in the order of their dates."""
    both = (*target_points(scenario), *_points(scenario, scenario.record))
    return tuple(sorted((one for one in both if one.judged and one.kind != "other"), key=lambda one: one.day))


def _points(scenario: Scenario, rows: pd.DataFrame) -> tuple[Point, ...]:
    if rows.empty:
        return ()
    found = survey(scenario, rows, scenario.days(scenario.spec.calendar.latest))
    chosen = [as_row(row) for row in rows.iloc[list(found.rows)].to_dict("records")]
    return tuple(_point(scenario, row, one) for row, one in zip(chosen, found.observations, strict=True))


def _point(scenario: Scenario, row: Mapping[str, Any], one: Observation) -> Point:
    date = last_day(row)
    series = (one.measure, one.transform, *meaning(scenario.spec, row).about[1:])
    pool = ("share", one.parties.tobytes()) if one.measure in _BODIES else None
    judged = not {text(row, "basis"), text(row, "source_kind")} & UNSURE
    group = text(row, "group")
    what = text(row, "quantity").replace("_", " ") + ("" if is_whole(group) else f": {group}")
    return Point(one, date, one.end - 1, series, pool, kind_of(one), judged, text(row, "split"), what)


def kind_of(one: Observation) -> Kind:
    """What sort of number an observation is."""
    if one.transform == "logit":
        return "share"
    return "other" if one.transform == "identity" else _KINDS.get(one.measure, "action")
