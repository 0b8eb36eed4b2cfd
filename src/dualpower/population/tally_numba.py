"""The evening's count of everyone, compiled by Numba: as shares of units, the way the laws want them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower.population.draws_numba import compiled
from dualpower.population.people_state import ACTIVITIES, MOST_CAMPS, TEMPERS, VALUES

TEMPER, ACTIVITY = ACTIVITIES * MOST_CAMPS, MOST_CAMPS
"""How far apart two tempers, and two activities, lie in a histogram."""


@compiled(nogil=True, cache=True)
def add(histogram: NDArray[np.int64], differences: NDArray[np.int32], pieces: NDArray[np.int64]) -> None:
    """Add what has changed in each piece to its unit's histogram, in place.

    histogram: [unit, 256]; differences: [piece, 256]; pieces: [unit + 1] first piece of each unit.
    """
    for unit in range(len(histogram)):
        row = histogram[unit]
        for piece in range(pieces[unit], pieces[unit + 1]):
            change = differences[piece]
            for value in range(VALUES):  # a number that the compiler knows
                row[value] += change[value]


@compiled(nogil=True, cache=True)
def shares(
    histogram: NDArray[np.int64],
    units: NDArray[np.int64],
    camps: NDArray[np.float32],
    activity: NDArray[np.float32],
    active: NDArray[np.float32],
) -> None:
    """Write the shares of each unit's people into columns of ``camps`` and ``activity``, and into ``active``.

    histogram: [P, 256]; units: [P] their numbers; camps: [temper, camp, unit]; activity: [activity, unit]; active:
    [2, P, camp], of a camp and active, and in the street.
    """
    kinds = camps.shape[1]
    by_camp = np.empty((ACTIVITIES, kinds), np.int64)
    for p in range(len(histogram)):
        row, unit = histogram[p], units[p]
        everyone = row.sum()
        by_camp[:] = 0
        for temper in range(TEMPERS):
            for camp in range(kinds):
                here: Any = 0
                for doing in range(ACTIVITIES):
                    many = row[temper * TEMPER + doing * ACTIVITY + camp]
                    by_camp[doing, camp] += many
                    here += many
                camps[temper, camp, unit] = here / everyone
        for doing in range(ACTIVITIES):
            activity[doing, unit] = by_camp[doing].sum() / everyone
        for camp in range(kinds):
            street = by_camp[2, camp] + by_camp[3, camp]
            active[0, p, camp] = (by_camp[1, camp] + street) / everyone
            active[1, p, camp] = street / everyone
