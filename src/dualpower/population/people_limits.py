"""A day's tables as whole numbers, once for every kernel, which therefore agree bit for bit.

A word w is uniform on 0 .. 2**32 - 1, so P(w < limit) = limit / 2**32: a probability is off by at most 2**-32 (also a
rate of one, whose limit is 2**32 - 1). Sums and products are of double precision. Compiled: in NumPy, a day's
limits take longer than a hundred thousand persons.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower.population.people_state import ACTIVITIES, MOST_CAMPS, TEMPERS, Int, Limits, Steps, Tables, Words

_TEMPERS = np.arange(TEMPERS)
_FAULTS = ("must hold finite numbers of at least 0", "must be above 0 for at least one choice of every group")


def limits(tables: Tables | Steps, units: Int | None = None, out: Limits | None = None) -> Limits:
    """The tables as uint32 limits.

    Parameters
    ----------
    tables
        Of a day.
    units
        Numbers of the units that are wanted; all if not given.
    out
        Limits of another day, of as many units, camps and tempers: overwritten.

    Raises
    ------
    ValueError
        If a rate lies outside 0..1, a choice is negative, all choices of a group are zero, there are too many camps, or
        the tables are not of the same units and camps.
    """
    from dualpower.population.limits_numba import summits  # loads a compiler, which who only imports does not need

    rate_camp, rate_act = _rates(tables.rate_camp, "rate_camp"), _rates(tables.rate_act, "rate_act")
    number = np.shape(tables.choice_camp)[1]
    if len(rate_act) != len(rate_camp):
        raise ValueError(f"rate_camp is for {len(rate_camp)} units, rate_act for {len(rate_act)}")
    if number > MOST_CAMPS:
        raise ValueError(f"the people hold at most {MOST_CAMPS} camps, not {number}")
    which = np.arange(len(rate_camp)) if units is None else units
    made = _blank(len(which)) if out is None else out
    cells = (MOST_CAMPS * _TEMPERS[:, None] + np.arange(number)).ravel()
    _fill(rate_camp, tables.choice_camp, which, made.camps, _TEMPERS, "choice_camp")
    by_cell = made.activities.reshape(len(which), -1, ACTIVITIES)
    if hasattr(tables, "choice_act"):
        _fill(rate_act, tables.choice_act, which, by_cell, cells, "choice_act", backwards=True)
    else:
        _climb(rate_act, (tables.out, tables.street, tables.arms), which, by_cell, cells)
    summits(made, number)
    return made


def _blank(units: int) -> Limits:
    """Limits by which nobody does anything; what the camps in use do not fill stays so."""
    one, camps = np.zeros(units, np.uint32), np.full((units, TEMPERS, MOST_CAMPS), 0xFFFFFFFF, np.uint32)
    return Limits(one, camps, one.copy(), np.zeros((units, TEMPERS, MOST_CAMPS, ACTIVITIES), np.uint32), one.copy())


def _rates(rates: Any, name: str) -> NDArray[Any]:
    """Rates, checked."""
    array = np.ascontiguousarray(rates)
    if not (array.min(initial=1) >= 0 and array.max(initial=0) <= 1):
        raise ValueError(f"{name} must lie between 0 and 1 everywhere")
    return array


def _fill(
    rates: NDArray[Any],
    choice: Any,
    units: Int,
    out: Words,
    rows: NDArray[np.int64],
    name: str,
    *,
    backwards: bool = False,
) -> None:
    """Write the limits of some choices [..., choice, unit] into rows of ``out`` [unit, row, choice]."""
    from dualpower.population.limits_numba import accumulate

    table = np.ascontiguousarray(choice)
    groups = table.reshape(-1, *table.shape[-2:])
    if len(groups) != len(rows) or table.shape[-1] != len(rates) or table.shape[-2] > out.shape[-1]:
        raise ValueError(f"{name} has shape {table.shape}, which is not of {len(rates)} units and {len(rows)} groups")
    fault = accumulate(rates, groups, units, out, rows, backwards)
    if fault:
        raise ValueError(f"{name} {_FAULTS[fault - 1]}")


def _climb(rates: NDArray[Any], steps: tuple[Any, Any, Any], units: Int, out: Words, rows: NDArray[np.int64]) -> None:
    """Write the limits of activities into rows of ``out`` [unit, row, activity]; steps: [temper, camp, unit]."""
    from dualpower.population.limits_numba import climb

    first, street, arms = (np.ascontiguousarray(step).reshape(-1, np.shape(step)[-1]) for step in steps)
    for name, step in (("out", first), ("street", street), ("arms", arms)):
        if step.shape != (len(rows), len(rates)):
            wanted = f"{len(rates)} units and {len(rows)} groups"
            raise ValueError(f"{name} has shape {step.shape}, which is not of {wanted}")
    if climb(rates, (first, street, arms), units, out, rows):
        raise ValueError(f"out, street and arms {_FAULTS[0]}")
