"""A day's tables as whole numbers, once for every kernel, which therefore agree bit for bit.

A word w is uniform on 0 .. 2**32 - 1, so P(w < limit) = limit / 2**32: a probability is off by at most 2**-32 (also a
rate of one, whose limit is 2**32 - 1). Sums and products are of double precision. Compiled: in NumPy, a day's
limits take longer than a hundred thousand persons.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower.population.people_state import ACTIVITIES, MOST_CAMPS, TEMPERS, Float, Limits, Tables, Words

_FAULTS = ("must hold finite numbers of at least 0", "must be above 0 for at least one choice of every group")


def limits(tables: Tables) -> Limits:
    """The tables as uint32 limits.

    Raises
    ------
    ValueError
        If a rate lies outside 0..1, a choice is negative, all choices of a group are zero, there are too many camps, or
        the tables are not of the same units and camps.
    """
    rate_camp, rate_act = _rates(tables.rate_camp, "rate_camp"), _rates(tables.rate_act, "rate_act")
    units, number = len(rate_camp), np.shape(tables.choice_camp)[1]
    if len(rate_act) != units:
        raise ValueError(f"rate_camp is for {units} units, rate_act for {len(rate_act)}")
    if number > MOST_CAMPS:
        raise ValueError(f"the people hold at most {MOST_CAMPS} camps, not {number}")
    camps = np.full((units, TEMPERS, MOST_CAMPS), 0xFFFFFFFF, np.uint32)
    activities = np.zeros((units, TEMPERS, MOST_CAMPS, ACTIVITIES), np.uint32)
    rows = np.arange(TEMPERS)
    cells = (MOST_CAMPS * rows[:, None] + np.arange(number)).ravel()
    _fill(rate_camp, tables.choice_camp, camps, rows, "choice_camp")
    _fill(rate_act, tables.choice_act, activities.reshape(units, -1, ACTIVITIES), cells, "choice_act", backwards=True)
    stir = activities[..., 1].max((1, 2))
    return Limits(camps[:, 0, number - 1].copy(), camps, activities[:, 0, 0, 0].copy(), activities, stir)


def _rates(rates: Any, name: str) -> Float:
    """Rates as float64, checked."""
    array = np.ascontiguousarray(rates, dtype=np.float64)
    if not ((array >= 0) & (array <= 1)).all():
        raise ValueError(f"{name} must lie between 0 and 1 everywhere")
    return array


def _fill(
    rates: Float, choice: Any, out: Words, rows: NDArray[np.int64], name: str, *, backwards: bool = False
) -> None:
    """Write the limits of some choices [..., choice, unit] into rows of ``out`` [unit, row, choice]."""
    from dualpower.population.limits_numba import accumulate  # loads a compiler, which who only imports does not need

    table = np.ascontiguousarray(choice, dtype=np.float64)
    groups = table.reshape(-1, *table.shape[-2:])
    if len(groups) != len(rows) or table.shape[-1] != len(rates) or table.shape[-2] > out.shape[-1]:
        raise ValueError(f"{name} has shape {table.shape}, which is not of {len(rates)} units and {len(rows)} groups")
    fault = accumulate(rates, groups, out, rows, backwards)
    if fault:
        raise ValueError(f"{name} {_FAULTS[fault - 1]}")
