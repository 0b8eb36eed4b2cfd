"""The pull of authority against its critical value, in the city as it is.

In the symmetric limit two masters are unstable above a pull of 2 (laws/power). Where units differ, the map of one day's
authority to the next day's, Y -> sum_u w_u logistic(a (2 Y - 1) + b_u), has the slope 2 a sum_u w_u y_u (1 - y_u); it
exceeds 1, and the middle is unstable, above

    a* = 1 / (2 sum_u w_u y_u (1 - y_u)),

with y_u the compliance of unit u with one of the two, w_u the weight of its authority. Where every y_u is 1/2 it is 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dualpower.experiment.batch import Bench
from dualpower.experiment.claims.live import Lived
from dualpower.scenario.world import AUTHORITY
from dualpower.simulate import STRETCH

Array = NDArray[Any]


def critical_value(compliance: Array, weight: Array) -> Array:
    """The critical pull a*, from compliance [..., 2, unit] with two rivals that share it, and weights [unit]."""
    return np.asarray(1 / (2 * (compliance[..., 0, :] * compliance[..., 1, :]) @ (weight / weight.sum())).clip(1e-9))


def critical(bench: Bench, fact: Lived, centres: tuple[str, str] | None) -> Array:
    """Median critical value of each draw over the eves of stretches on which both rivals could be obeyed; else NaN."""
    if centres is None:
        return np.full(len(fact.happened), np.nan)
    numbers = [bench.names.centres.index(name) for name in centres]
    allowed = bench.world.order.centres[:, numbers].all(1)
    found = []
    for number, state in enumerate(fact.states[1:], 1):
        day = min(number * STRETCH, len(bench.days.day) - 1)
        weight = bench.world.setting.weigh[bench.days.epoch[day], AUTHORITY]
        both = allowed[fact.arrays["regime"][:, number * STRETCH - 1].astype(int)]
        values = critical_value(np.asarray(state.mood.compliance)[:, numbers], weight)
        found.append(np.where(both, values, np.nan))
    return _median(np.array(found)) if found else np.full(len(fact.happened), np.nan)


def _median(values: Array) -> Array:
    """Median over the first axis of what is a number; NaN where nothing is."""
    known = np.isfinite(values).any(0)
    return np.where(known, np.nanmedian(np.where(known, values, 0.0), axis=0), np.nan)
