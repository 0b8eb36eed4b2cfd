"""Which units a row of the record is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.record._memo import once_for_each
from dualpower.record.meaning import Meaning
from dualpower.record.observation import ObservationError

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["days_of_moves", "districts_on", "select_units"]


def select_units(scenario: Scenario, meant: Meaning, name: str, date: str) -> NDArray[np.float32]:
    """Return 1 for each unit that fits all selectors of a row on its date, 0 for the rest, array[unit].

    A selector that is left out narrows nothing. The measure "workplaces" gets the number of workplaces for the 1.

    Raises
    ------
    ObservationError
        If nobody is left; the message names the row and its selectors.
    """
    known = _columns(scenario)
    district = districts_on(scenario, date)
    fits = _among(known.unit, meant.units) & _among(known.role, meant.roles) & _among(known.group, meant.groups)
    fits &= _among(district.astype(str), meant.districts)
    if meant.places:
        fits &= _among(np.array([known.place_of.get(name, "") for name in district]), meant.places)
    if meant.counts_as_striker:
        fits &= known.striker
    if not fits.any():
        raise ObservationError(f"{name}: no unit that fits {_spoken(meant)}")
    weights = np.asarray(fits, np.float32)
    return weights * known.workplaces if meant.measure == "workplaces" else weights


class _Columns(NamedTuple):
    """What selectors ask of the units, array[unit]; and the place of each district."""

    unit: NDArray[np.str_]
    role: NDArray[np.str_]
    group: NDArray[np.str_]
    striker: NDArray[np.bool_]
    workplaces: NDArray[np.float32]
    place_of: dict[str, str]


@once_for_each
def _columns(scenario: Scenario) -> _Columns:
    units, roles = scenario.units, {each.id: each for each in scenario.spec.roles}
    role = units["role"].to_numpy(dtype=str)
    each = [roles.get(name) for name in role.tolist()]
    return _Columns(
        units["unit_id"].to_numpy(dtype=str),
        role,
        np.array([one.group if one else "" for one in each], dtype=str),
        np.array([bool(one and one.counts_as_striker) for one in each], dtype=bool),
        _workplaces(units),
        _place_of_district(scenario),
    )


def districts_on(scenario: Scenario, date: str) -> NDArray[Any]:
    """Return the district of each unit on a date, after the moves in changes.csv, array[unit]."""
    start, moves = _districts(scenario)
    district = start.copy()
    for when, unit, where in moves:
        if when <= date:
            district[unit] = where
    return district


def days_of_moves(scenario: Scenario) -> list[str]:
    """Return the days on which units move, in order."""
    return sorted({when for when, _, _ in _districts(scenario)[1]})


@once_for_each
def _districts(scenario: Scenario) -> tuple[NDArray[Any], list[tuple[str, int, str]]]:
    """Where the units are at first, and their moves in order: date, number of the unit, district."""
    start = scenario.units["district"].astype(str).to_numpy(dtype=object)
    changes = scenario.changes
    if changes.empty:
        return start, []
    number = {unit: k for k, unit in enumerate(scenario.units["unit_id"])}
    moves = changes[changes["what"] == "district"].sort_values("date", kind="stable")
    rows = zip(moves["date"].astype(str), moves["unit_id"], moves["value"].astype(str), strict=True)
    return start, [(date, number[unit], where) for date, unit, where in rows if unit in number]


def _place_of_district(scenario: Scenario) -> dict[str, str]:
    names, places = (scenario.districts[key].astype(str) for key in ("district_id", "place"))
    return dict(zip(names, places, strict=True))


def _among(names: NDArray[Any], wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(names, wanted) if wanted else np.ones(len(names), bool)


def _workplaces(units: pd.DataFrame) -> NDArray[np.float32]:
    if "workplaces" not in units:
        return np.ones(len(units), np.float32)
    return pd.to_numeric(units["workplaces"], errors="coerce").fillna(1.0).to_numpy(np.float32)


def _spoken(meant: Meaning) -> str:
    keys = ("units", "roles", "groups", "districts", "places")
    parts = [f"{key} {', '.join(getattr(meant, key))}" for key in keys if getattr(meant, key)]
    return "; ".join(parts + ["counts_as_striker"] * meant.counts_as_striker) or "(there are no units)"
