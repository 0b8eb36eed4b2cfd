"""Units as arrays: what the roles declare, and who belongs to a party at the start."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from dualpower.scenario.world import Floats, Names, Units

if TYPE_CHECKING:
    from dualpower.scenario.model import Scenario


def f32(values: object) -> Floats:
    """As an array of single precision."""
    return np.asarray(values, dtype=np.float32)


def one_hot(index: int, length: int) -> Floats:
    """A row with a 1 at ``index``; all zero for -1."""
    return f32([position == index for position in range(length)])


def unit_places(scenario: Scenario) -> list[str]:
    """Place (city, suburb, fleet, country) of every unit, by its first district."""
    place = dict(zip(scenario.districts["district_id"], scenario.districts["place"], strict=True))
    return [place[district] for district in scenario.units["district"]]


def units(scenario: Scenario, names: Names) -> Units:
    """Units of a scenario; roles are looked up once for each."""
    roles = {role.id: role for role in scenario.spec.roles}
    each = [roles[role] for role in scenario.units["role"]]
    support = [[role.support.get(party, 0.0) for role in each] for party in names.parties]
    return Units(
        armed=f32([role.armed for role in each]),
        reliable=f32([role.reliable for role in each]),
        worker=f32([role.counts_as_striker for role in each]),
        ceiling=f32([role.ceiling for role in each]),
        joins=f32([role.joins for role in each]),
        lottery=f32([_lot(unit) for unit in scenario.units["unit_id"]]),
        salience=f32([[role.salience.get(issue, 0.0) for role in each] for issue in names.issues]),
        camps=f32([1 - np.sum(support, axis=0), *support]),
        members=_members(scenario, names),
    )


def _lot(unit: str) -> float:
    """A unit's lot, 0.5 to 1.5: by its name, so that neither its row nor other units matter."""
    return 0.5 + int.from_bytes(hashlib.sha256(unit.encode()).digest()[:4], "big") / 2**32


def _members(scenario: Scenario, names: Names) -> Floats:
    sizes = scenario.resolved_units()["size"].to_numpy(dtype=float)
    persons = scenario.resolved_members()[list(names.parties)].to_numpy(dtype=float).T
    return f32(persons / np.maximum(sizes, 1.0))
