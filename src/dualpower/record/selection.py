"""Which units a row of the record is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dualpower.record._memo import once_for_each
from dualpower.record.meaning import Meaning
from dualpower.record.observation import ObservationError

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["districts_on", "select_units"]


def select_units(scenario: Scenario, meant: Meaning, name: str, date: str) -> NDArray[np.float32]:
    """Return 1 for each unit that fits all selectors of a row on its date, 0 for the rest, array[unit].

    A selector that is left out narrows nothing. The measure "workplaces" gets the number of workplaces for the 1.

    Raises
    ------
    ObservationError
        If nobody is left; the message names the row and its selectors.
    """
    known = _columns(scenario)
    district = districts_on(scenario, date).to_numpy(dtype=str)
    fits = _among(known.unit, meant.units) & _among(known.role, meant.roles) & _among(known.group, meant.groups)
    fits &= _among(district, meant.districts)
    if meant.places:
        fits &= _among(np.array([known.place_of.get(name, "") for name in district]), meant.places)
    if meant.counts_as_striker:
        fits &= known.striker
    if not fits.any():
        raise ObservationError(f"{name}: no unit fits {_spoken(meant)}")
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


def districts_on(scenario: Scenario, date: str) -> pd.Series:
    """Return the district of each unit on a date, after the moves in changes.csv."""
    district: pd.Series = scenario.units["district"].astype(str).copy()
    changes = scenario.changes
    if changes.empty:
        return district
    moves = changes[(changes["what"] == "district") & (changes["date"].astype(str) <= date)].sort_values("date")
    latest = dict(zip(moves["unit_id"], moves["value"].astype(str), strict=True))
    moved = scenario.units["unit_id"].map(latest)
    now: pd.Series = district.where(moved.isna(), moved)
    return now


def _place_of_district(scenario: Scenario) -> dict[str, str]:
    names, places = (scenario.districts[key].astype(str) for key in ("district_id", "place"))
    return dict(zip(names, places, strict=True))


def _among(names: NDArray[np.str_], wanted: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(names, wanted) if wanted else np.ones(len(names), bool)


def _workplaces(units: pd.DataFrame) -> NDArray[np.float32]:
    if "workplaces" not in units:
        return np.ones(len(units), np.float32)
    return pd.to_numeric(units["workplaces"], errors="coerce").fillna(1.0).to_numpy(np.float32)


def _spoken(meant: Meaning) -> str:
    keys = ("units", "roles", "groups", "districts", "places")
    parts = [f"{key} {', '.join(getattr(meant, key))}" for key in keys if getattr(meant, key)]
    return "; ".join(parts + ["counts_as_striker"] * meant.counts_as_striker) or "(there are no units)"
