"""The objective: how far a year, with history imposed, is from the record and its parameters from their priors.

Residuals are in standard deviations: one for each fact of the record (made independent by the facts' covariance, then
Huber-softened), one for each free parameter (its distance from the prior's centre), and one for the contests, whose
square is minus twice the log-probability of what happened. Half of the sum of squares is minus the log-posterior, up to
a constant and the softening.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.typing import NDArray

from dualpower.dataset import DIMS
from dualpower.inference.evidence import Evidence
from dualpower.inference.values import NEAREST
from dualpower.laws.diary import Diary
from dualpower.laws.parameters import CHANCE, Parameter
from dualpower.laws.values import addresses, nested
from dualpower.point import parameter_values, prior_centres
from dualpower.population import crowd
from dualpower.record import observe
from dualpower.record.errors import HUBER, softened
from dualpower.scenario.arrays import compile_days, compile_names, compile_world
from dualpower.scenario.world import Days

if TYPE_CHECKING:
    from dualpower.scenario import Scenario


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
        """The inverse of ``value``; of nought, that of a value next to it."""
        if self.stays:
            return 0.0
        if self.row.prior == "lognormal":
            return float(np.log(max(value / self.centre, NEAREST)) / self.row.sd)
        return (value - self.centre) / self.row.sd

    @property
    def stays(self) -> bool:
        """Whether the scenario has declared it to be nought, and its prior, a factor, leaves it there."""
        return self.row.prior == "lognormal" and self.centre == 0

    def step(self, value: float) -> float:
        """What a standard deviation of the prior is worth at a value, in the parameter's own unit."""
        if self.row.prior == "lognormal":
            return self.row.sd * max(value, NEAREST * self.centre)
        return self.row.sd


@dataclass(frozen=True)
class Objective:
    """What a fit minimises.

    Attributes
    ----------
    free : the parameters, in the order of ``theta``
    held : addresses of those that interventions have set: their theta moves nothing, so one compiled program serves
        every choice of them
    evidence : what they are fitted to
    given : the scenario as arrays; handed to compiled functions, where it would else be a constant to fold
    year : from theta[parameter] and ``given`` to what the model says of each fact, array[fact], in the record's units,
        and the log-probability of what happened in contests; differentiable, not compiled
    """

    free: tuple[Free, ...]
    held: frozenset[str]
    evidence: Evidence
    given: Any
    year: Callable[[Array, Any], tuple[Float[Array, " fact"], Float[Array, ""]]]

    def natural(self, theta: Float[Array, " parameter"], given: Any = None) -> Float[Array, " fact"]:
        """What the model says of each fact, in the record's units."""
        return self.year(theta, self.given if given is None else given)[0]

    def residuals(
        self, theta: Float[Array, " parameter"], disturbed: Float[Array, " residual"] | float = 0.0, given: Any = None
    ) -> Float[Array, " residual"]:
        """Residuals[fact + parameter + 1]; ``disturbed`` is added to them before the facts' are softened."""
        seen, logp = self.year(theta, self.given if given is None else given)
        known = self.evidence
        compared = jnp.stack([one.compared(x) for one, x in zip(known.observations, seen, strict=True)])
        facts = jnp.asarray(known.whitener, compared.dtype) @ (compared - jnp.asarray(known.centre, compared.dtype))
        missed = jnp.concatenate([facts, theta, jnp.sqrt(1e-6 - 2 * logp)[None]]) + disturbed
        return jnp.concatenate([softened(missed[: len(facts)], HUBER), missed[len(facts) :]])

    def loss(self, theta: Float[Array, " parameter"]) -> Float[Array, ""]:
        """Half of the sum of squares."""
        return 0.5 * (self.residuals(theta) ** 2).sum()

    def values(self, theta: NDArray[np.floating]) -> dict[str, float]:
        """Fitted parameters by address."""
        return {
            f.address: float(f.value(jnp.asarray(x)))
            for f, x in zip(self.free, theta, strict=True)
            if f.address not in self.held
        }


def free_parameters(scenario: Scenario) -> tuple[Free, ...]:
    """Every parameter with a prior; switches are not fitted, nor is the noise, which history does not show."""
    names = compile_names(scenario)
    middle = prior_centres(scenario, names)
    return tuple(
        Free(address, row, middle[address])
        for address, row in addresses(names.parties, names.issues)
        if row.prior != "switch" and address not in CHANCE
    )


def pinned(scenario: Scenario, address: str) -> bool:
    """Whether an intervention has set a parameter, alone or with its family."""
    targets = (made.target for made in scenario.interventions if made.kind == "set")
    return any(address == target or address.startswith(f"{target}.") for target in targets)


def objective(scenario: Scenario, evidence: Evidence, until: str, *, dtype: Any = jnp.float32) -> Objective:
    """The objective of a fit to evidence up to a day.

    Parameters
    ----------
    scenario : its interventions count; what they `set` stays as it is, whatever theta says
    evidence : from `dualpower.inference.evidence`
    until : last day that is simulated, the last of the evidence or later
    dtype : single precision but where a slope is checked against finite differences
    """
    names = compile_names(scenario)
    world, days = compile_world(scenario, names), compile_days(scenario, names, until, imposed=True)
    start = crowd.init(world, Days(*(column[0] for column in days)))
    free, values = free_parameters(scenario), parameter_values(scenario, names)
    known, number = tuple(values), {one.address: k for k, one in enumerate(free)}
    held = np.array([float(pinned(scenario, one.address)) for one in free])
    given = (world, days, start, np.array([values[name] for name in known]), held)
    given = jax.tree.map(lambda a: _precise(a, dtype), given)

    def parameter(name: str, at: int, theta: Array, fixed: Array, holds: Array) -> Array:
        if name not in number:
            return fixed[at]
        k = number[name]
        return jnp.where(holds[k] > 0, fixed[at], free[k].value(theta[k]))

    def year(theta: Array, given: Any) -> tuple[Array, Array]:
        world, days, start, fixed, holds = given
        at = {name: parameter(name, k, theta, fixed, holds) for k, name in enumerate(known)}
        diary = crowd.year(nested(at, names.parties, names.issues, dtype), world, days, start).diary
        found = {**arrays(diary), "size": world.setting.size[days.epoch]}
        return jnp.stack([observe(found, one) for one in evidence.observations]), diary.contest_logp.sum()

    return Objective(free, frozenset(f.address for f, x in zip(free, held, strict=True) if x), evidence, given, year)


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
