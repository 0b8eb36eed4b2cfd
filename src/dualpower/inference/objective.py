"""The objective: how far a year, with history imposed, is from the record and its parameters from their priors.

Residuals are in standard deviations: one for each target (Huber-softened), one for each free parameter (its distance
from the prior's centre), and one for the contests, whose square is minus twice the log-probability of what happened.
Half of the sum of squares is minus the log-posterior, up to a constant and the softening.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import NDArray

from dualpower.dataset import DIMS
from dualpower.laws.diary import Diary
from dualpower.laws.parameters import Parameter
from dualpower.laws.values import addresses, centres, nested
from dualpower.population import crowd
from dualpower.record import Observation, loss_terms, plan
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.world import Days
from dualpower.simulate import declared_centres

if TYPE_CHECKING:
    import pandas as pd

    from dualpower.scenario import Scenario

HUBER = 4.0
"""Standard deviations beyond which a miss counts linearly."""


@dataclass(frozen=True)
class Free:
    """A free parameter: its address, its row in the table, and its prior centre in this scenario."""

    address: str
    row: Parameter
    centre: float

    def value(self, theta: Array) -> Array:
        """The parameter at ``theta`` standard deviations from its centre."""
        if self.row.prior == "lognormal":
            return self.centre * jnp.exp(self.row.sd * theta)
        return self.centre + self.row.sd * theta

    def theta(self, value: float) -> float:
        """The inverse of ``value``."""
        if self.row.prior == "lognormal":
            return float(np.log(value / self.centre) / self.row.sd)
        return (value - self.centre) / self.row.sd


@dataclass(frozen=True)
class Objective:
    """What a fit minimises.

    Attributes
    ----------
    free : the parameters that are fitted, in the order of ``theta``
    observations : what they are fitted to
    residuals : from theta[parameter] to residuals[observation + parameter + 1]; differentiable, not compiled
    """

    free: tuple[Free, ...]
    observations: tuple[Observation, ...]
    residuals: Callable[[Float[Array, " parameter"]], Float[Array, " residual"]]

    def loss(self, theta: Float[Array, " parameter"]) -> Float[Array, ""]:
        """Half of the sum of squares."""
        return 0.5 * (self.residuals(theta) ** 2).sum()

    def values(self, theta: NDArray[np.floating]) -> dict[str, float]:
        """Parameters by address."""
        return {f.address: float(f.value(jnp.asarray(x))) for f, x in zip(self.free, theta, strict=True)}


def free_parameters(scenario: Scenario) -> tuple[Free, ...]:
    """Every parameter with a prior; switches are not fitted, nor is the noise, which history does not show."""
    names = compile_names(scenario)
    middle = centres(names.parties, names.issues, declared_centres(scenario))
    rows = addresses(names.parties, names.issues)
    return tuple(
        Free(address, row, middle[address])
        for address, row in rows
        if row.prior != "switch" and address != "mobilisation.noise"
    )


def objective(
    scenario: Scenario,
    targets: pd.DataFrame,
    until: str,
    extra: pd.DataFrame | None = None,
    *,
    sharpen: float = 1.0,
    dtype: Any = jnp.float32,
) -> Objective:
    """The objective of a fit to ``targets`` (and ``extra`` pseudo-observations) up to ``until``.

    ``sharpen``: 1 for inference; more presses a tuned run into the bands of its targets (see ``sharpened``);
    ``dtype`` is single precision but where a slope is checked against finite differences.
    """
    names = compile_names(scenario)
    world, days = compile_world(scenario, names), compile_days(scenario, names, until, imposed=True)
    start = crowd.init(world, Days(*(column[0] for column in days)))
    world, days, start = (jax.tree.map(lambda a: _precise(a, dtype), tree) for tree in (world, days, start))
    observations = tuple(sharpened(one, sharpen) for one in plan(scenario, targets, scenario.days(until)))
    if extra is not None:
        observations += plan(scenario, extra, scenario.days(until))
    free = free_parameters(scenario)
    fixed = centres(names.parties, names.issues, declared_centres(scenario))
    size = world.setting.size[days.epoch]

    def residuals(theta: Array) -> Array:
        values: dict[str, Any] = {**fixed, **{f.address: f.value(x) for f, x in zip(free, theta, strict=True)}}
        params = nested(values, names.parties, names.issues, dtype)
        diary = crowd.year(params, world, days, start).diary
        misses = loss_terms({**arrays(diary), "size": size}, observations, huber=HUBER)
        unlikely = jnp.sqrt(1e-6 - 2 * diary.contest_logp.sum())
        return jnp.concatenate([misses, theta, unlikely[None]])

    return Objective(free, observations, residuals)


def sharpened(one: Observation, factor: float) -> Observation:
    """An observation with a standard deviation smaller by a factor, or its band's own if that is less still."""
    if factor == 1:
        return one
    width = float(one.compared(one.high)) - float(one.compared(one.low))
    return dataclasses.replace(one, sd=min(one.sd / factor, max(width / 3.29, 0.02)))


def _precise(array: Any, dtype: Any) -> Array:
    """As a JAX array; numbers with a point in the precision asked for."""
    found = jnp.asarray(array)
    return found.astype(dtype) if jnp.issubdtype(found.dtype, jnp.floating) else found


def arrays(diary: Diary) -> dict[str, Array]:
    """The diary under the names and axis orders of the dataset (the unit before camp, party and so on)."""
    named = diary._asdict()
    return {
        name: jnp.swapaxes(values, 1, 2) if DIMS.get(name, ())[:1] == ("unit",) and values.ndim == 3 else values
        for name, values in named.items()
    }
