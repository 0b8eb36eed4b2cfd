"""The pull of authority against its critical value, in the city as it is.

In the symmetric limit two masters are unstable above a pull of 2 (laws/power). Where units differ, and camps back one
of the two more than the other, one day's authority goes to the next day's by

    Y' = Phi(a (2 Y - 1)),   Phi(h) = sum_u w_u logistic(h + d_u),

with a the pull, d_u how much more unit u backs the first of the two, and w_u the weight of its authority. Y = Phi(h) is
a fixed point if a = h / (2 Phi(h) - 1). The side that is backed more always has one. The other has one of its own, and
between the two lies an unstable middle, if the pull is above

    a* = min over h beyond h0 of h / (2 Phi(h) - 1),   Phi(h0) = 1/2,

on the far side of h0 from 0. It is asked of the time when the two first stand side by side: later in a year camps may
all have gone to one of the two, which then needs no pull to be the only order. Below a* there is one order only, with a
middle that lasts if backing is even. Source: ours, after Brock & Durlauf (2001). Limits: without backing a* is 2;
identical units have the cusp of one logistic.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from dualpower.course import STRETCH
from dualpower.experiment.claims.live import Lived, Stage
from dualpower.experiment.table import Table
from dualpower.laws import power
from dualpower.scenario.world import AUTHORITY

Array = NDArray[Any]

BEYOND = np.geomspace(1e-3, 100.0, 400)
"""How far beyond h0 the other order is looked for."""


def critical_value(backing: Array, weight: Array) -> Array:
    """The critical pull a*, array[...].

    Parameters
    ----------
    backing
        How much more every unit backs the first of two rivals, array[..., unit] (logit).
    weight
        Weight of the units, array[unit].
    """
    share = weight / weight.sum()

    def first(field: Array) -> Array:
        """Phi: the authority of the first rival in a field, array[...] for array[...]."""
        return np.asarray(expit(field[..., None] + backing) @ share)

    even = _root(lambda field: first(field) - 0.5, -backing.max(-1), -backing.min(-1))
    least = np.full(np.shape(even), np.inf)
    for step in BEYOND:
        field = even + np.where(even > 0, step, -step)
        ahead = 2 * first(field) - 1
        holds = field * ahead > 0  # else it is even still, but for rounding
        least = np.where(holds, np.minimum(least, field / np.where(holds, ahead, 1.0)), least)
    return least


def _root(rising: Any, low: Array, high: Array) -> Array:
    """Where functions that rise are 0, by halves."""
    for _ in range(50):
        middle = (low + high) / 2
        above = rising(middle) > 0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2)


def critical(stage: Stage, table: Table, fact: Lived, centres: tuple[str, str] | None) -> Array:
    """Critical value of each draw on the first eve of a stretch on which both rivals could be obeyed; else NaN."""
    if centres is None:
        return np.full(len(fact.happened), np.nan)
    bench = stage.bench
    pair = [bench.names.centres.index(name) for name in centres]
    allowed = bench.world.order.centres[:, pair].all(1)
    given = stage.parameters(table)
    own = {name: given[:, bench.addresses.index(f"power.{name}")] for name in ("backing", "reliable")}
    found = np.full(len(fact.happened), np.nan)
    for number, state in enumerate(fact.states[1:], 1):
        day = number * STRETCH - 1
        weight = bench.world.setting.weigh[bench.days.epoch[min(day + 1, len(bench.days.day) - 1)], AUTHORITY]
        regime = fact.arrays["regime"][:, day].astype(int)
        first = np.isnan(found) & allowed[regime]
        if first.any():
            more = _backing(stage, own, np.asarray(state.support), fact.arrays["line"][:, day], regime, pair)
            found[first] = critical_value(more[first], weight)
    return found


def _backing(stage: Stage, own: dict[str, Array], support: Array, line: Array, regime: Array, pair: list[int]) -> Array:
    """How much more units back the first of a pair, by the law of power, array[draw, unit]."""
    order, units = stage.bench.world.order, stage.bench.world.units
    incumbents, centres = jnp.asarray(order.incumbent), order.incumbent.shape[1]

    def backed(own: Any, camps: Any, line: Any, regime: Any) -> Any:
        ruling = power.relies(incumbents[regime], order.council_centre, order.election)
        each = power.backing(own, camps, line[:, -centres:], units.reliable, ruling)
        return each[pair[0]] - each[pair[1]]

    return np.asarray(jax.vmap(backed)(own, support, line, regime))
