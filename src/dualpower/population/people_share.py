"""How many of whom become persons: one share for everyone, or one for each place."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from dualpower.scenario.faults import Fault, ScenarioError, did_you_mean, one_of, quote

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

Share: TypeAlias = float | Mapping[str, float]
"""Share of people with a record: one number, or one for each place that has any."""


def shares(scenario: Scenario, people: Share) -> NDArray[np.float64]:
    """Share of each unit's people that get a record, array[unit]; 0 leaves the unit to the crowd.

    Parameters
    ----------
    scenario
        Whose units.
    people
        Above 0 to 1: 1 is everyone, 0.1 one in ten. Or shares by place, as in ``{"city": 1, "country": 0.01}``;
        places that are not named stay with the crowd.

    Raises
    ------
    ScenarioError
        If a share is out of bounds, a place is unknown, or nobody is left.
    """
    spot = dict(zip(scenario.districts["district_id"], scenario.districts["place"], strict=True))
    place = [str(spot[district]) for district in scenario.units["district"]]
    given = dict(people) if isinstance(people, Mapping) else dict.fromkeys(place, people)
    for name, share in given.items():
        if name not in place:
            raise ScenarioError([_unknown(name, sorted(set(place)))])
        if not _is_share(share):
            raise ScenarioError([Fault("people", "", quote(share), "a share above 0 and at most 1")])
    if not given:
        raise ScenarioError([Fault("people", "", "no place", "a share, or a place with its share")])
    return np.array([given.get(name, 0.0) for name in place])


def plain(people: Share) -> float | dict[str, float]:
    """The same in plain numbers."""
    if isinstance(people, Mapping):
        return {str(name): float(share) for name, share in people.items()}
    return float(people)


def _is_share(value: Any) -> bool:
    return isinstance(value, Real) and 0 < float(value) <= 1


def _unknown(name: str, places: list[str]) -> Fault:
    expected = one_of(places, "a place of a district with units")
    return Fault("people", "", quote(name), expected, did_you_mean(name, places))
