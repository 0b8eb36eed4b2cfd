"""Where people are and how many: one row for each stretch of days between two declared changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower.scenario.arrays.electors import seats, taking_part, voters
from dualpower.scenario.arrays.names import in_kinds
from dualpower.scenario.arrays.units import f32
from dualpower.scenario.resolve import unit_factors
from dualpower.scenario.world import Names, Setting

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

Table = np.ndarray[Any, Any]


def change_days(scenario: Scenario) -> list[int]:
    """Days, counted from the start, on which something declared changes; the first is the start."""
    start = scenario.spec.calendar.start
    found = {max(scenario.calendar.days_between(start, date), 0) for date in scenario.changes["date"]}
    return sorted(found | {0})


@lru_cache(maxsize=4)
def setting(scenario: Scenario, names: Names) -> Setting:
    """Sizes, places and weights of every stretch; kept, because every stretch of a run asks for its sizes."""
    sizes, districts = _histories(scenario, names)
    rows = [_stretch(scenario, names, size, where) for size, where in zip(sizes, districts, strict=True)]
    return Setting(**{name: f32([row[name] for row in rows]) for name in Setting._fields})


def where(scenario: Scenario, names: Names) -> Table:
    """[epoch, unit] index of the district that a unit works in."""
    return _histories(scenario, names)[1]


def _histories(scenario: Scenario, names: Names) -> tuple[Table, Table]:
    """[epoch, unit] persons and index of the district; a scaled unit keeps its factor."""
    start = scenario.resolved_units()["size"].to_numpy(dtype=float)
    factor = unit_factors(scenario)
    index = {unit: i for i, unit in enumerate(names.units)}
    epochs = change_days(scenario)
    size = np.tile(start, (len(epochs), 1))
    where = np.tile([names.districts.index(name) for name in scenario.units["district"]], (len(epochs), 1))
    changes = scenario.changes.sort_values("date", kind="stable")
    for date, name, what, value in changes[["date", "unit_id", "what", "value"]].astype(str).to_numpy():
        day = max(scenario.calendar.days_between(scenario.spec.calendar.start, date), 0)
        unit, later = index[name], slice(epochs.index(day), None)
        if what == "size":
            size[later, unit] = float(value) * factor[unit]
        else:
            where[later, unit] = names.districts.index(value)
    return size, where


def _stretch(scenario: Scenario, names: Names, size: Table, where: Table) -> Mapping[str, Table]:
    kinds = scenario.districts["place"].to_numpy().astype(str)[where]
    roles = {role.id: role for role in scenario.spec.roles}
    each = [roles[role] for role in scenario.units["role"]]
    armed = np.array([role.armed for role in each], float)
    city = (kinds == "city").astype(float)
    near = city + (kinds == "suburb")
    place = _places(scenario, names, where)
    persons = place @ size
    wires, leverage = (np.array([getattr(role, key) for role in each]) for key in ("communications", "leverage"))
    strikes = np.array([role.counts_as_striker for role in each], float)
    masks = (city, near, 1 - near, city * strikes, city * armed, near * armed, near * wires, near * leverage)
    crowd = np.array(masks) * size
    councils, contests = scenario.spec.councils, in_kinds(scenario.spec.contests)
    electors = np.array([voters(scenario, one, size, kinds) for one in councils]).reshape(-1, len(size))
    return {
        "size": size,
        "place": place,
        "persons": persons,
        "weigh": _normalised(crowd),
        "people": crowd.sum(1),
        "voters": _normalised(electors),
        "seats": np.array([seats(scenario, one, size, kinds) for one in councils]),
        "part": np.array([taking_part(one.places, kinds) for one in contests]).reshape(-1, len(size)),
        "city": city,
        "near": near,
        "bases": armed * ((kinds == "suburb") | (kinds == "fleet")),
    }


def _normalised(weights: Table) -> Table:
    """Rows that sum to 1; a row without anybody stays 0."""
    return np.asarray(weights / np.maximum(weights.sum(1, keepdims=True), 1e-9))


def _places(scenario: Scenario, names: Names, where: Table) -> Table:
    """[district, unit] half at work, half at home for those who travel to work; the others live where they are."""
    roles = {role.id: role for role in scenario.spec.roles}
    travels = np.array([roles[role].commutes and not roles[role].armed for role in scenario.units["role"]])
    here = np.eye(len(names.districts))
    return np.asarray(np.where(travels, 0.5 * here[:, where] + 0.5 * _homes(scenario, names)[:, where], here[:, where]))


def _homes(scenario: Scenario, names: Names) -> Table:
    """[home, work] shares; people live where they work unless told otherwise."""
    home = np.eye(len(names.districts))
    index = {district: i for i, district in enumerate(names.districts)}
    for work in scenario.commuting["work"].unique():
        home[:, index[work]] = 0.0
    table = scenario.commuting
    for work, lives, share in zip(table["work"], table["home"], table["share"].astype(float), strict=True):
        home[index[lives], index[work]] = share
    return home
