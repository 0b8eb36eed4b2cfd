"""Who elects a council, how many sit in it, and who takes part in a contest, by where people are on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower.scenario.arrays.units import f32
from dualpower.scenario.schema import Council
from dualpower.scenario.world import Floats

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

Column = np.ndarray[Any, Any]


def taking_part(places: tuple[str, ...], where: Column) -> Floats:
    """[unit] 1 for units in one of the places, everywhere if none is named. ``where``: the place of every unit."""
    return np.isin(where, places).astype(np.float32) if places else np.ones(len(where), np.float32)


def voters(scenario: Scenario, council: Council, where: Column) -> Floats:
    """[unit] weight of a person: what the electorate declares, or one over the persons of a seat."""
    rule = council.electorate or {who: 1000.0 / per for who, per in council.seats.items()}
    weight = _by_role(scenario, rule, 0.0) if rule else 1.0
    return np.asarray(f32(weight) * taking_part(council.places, where))


def seats(scenario: Scenario, council: Council, size: Column, where: Column) -> float:
    """Full number of seats: declared, or one for so many persons and at least so many for each workplace."""
    if council.total_seats is not None:
        return council.total_seats
    per = _by_role(scenario, council.seats, np.inf)
    workplaces = scenario.units["workplaces"].fillna(1.0).to_numpy(dtype=float)
    each = np.maximum(size / per, council.minimum_per_workplace * workplaces * np.isfinite(per))
    return float(each @ taking_part(council.places, where))


def _by_role(scenario: Scenario, rule: dict[str, float], otherwise: float) -> Column:
    """[unit] what a rule says of a unit's role, else of the role's group."""
    groups = {role.id: role.group for role in scenario.spec.roles}
    return np.array([rule.get(role, rule.get(groups[role], otherwise)) for role in scenario.units["role"]], float)
