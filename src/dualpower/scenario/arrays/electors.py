"""Who elects a council, how many sit in it, and who takes part in a contest, by where people are on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dualpower.scenario.schema import Council
from dualpower.scenario.world import Floats

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario

Column = np.ndarray[Any, Any]


def taking_part(places: tuple[str, ...], where: Column) -> Floats:
    """[unit] 1 for units in one of the places, everywhere if none is named. ``where``: the place of every unit."""
    return np.isin(where, places).astype(np.float32) if places else np.ones(len(where), np.float32)


def voters(scenario: Scenario, council: Council, size: Column, where: Column) -> Column:
    """[unit] votes: what the electorate declares of a person times persons, or the seats that a unit fills."""
    if council.electorate or not council.seats:
        weight = _by_role(scenario, council.electorate, 0.0) if council.electorate else 1.0
        return np.asarray(weight * size * taking_part(council.places, where))
    return _filled(scenario, council, size, where)


def seats(scenario: Scenario, council: Council, size: Column, where: Column) -> float:
    """Full number of seats: declared, or one for so many persons and at least so many for each workplace."""
    if council.total_seats is not None:
        return council.total_seats
    return float(_filled(scenario, council, size, where).sum())


def _filled(scenario: Scenario, council: Council, size: Column, where: Column) -> Column:
    """[unit] seats that a unit fills: one for so many persons, at least so many a workplace if anybody is in it."""
    per = _by_role(scenario, council.seats, np.inf)
    workplaces = scenario.units["workplaces"].fillna(1.0).to_numpy(dtype=float)
    least = council.minimum_per_workplace * workplaces * (np.isfinite(per) & (size > 0))
    return np.asarray(np.maximum(size / per, least) * taking_part(council.places, where))


def _by_role(scenario: Scenario, rule: dict[str, float], otherwise: float) -> Column:
    """[unit] what a rule says of a unit's role, else of the role's group."""
    groups = {role.id: role.group for role in scenario.spec.roles}
    return np.array([rule.get(role, rule.get(groups[role], otherwise)) for role in scenario.units["role"]], float)
