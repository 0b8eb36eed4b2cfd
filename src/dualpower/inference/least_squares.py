"""Levenberg-Marquardt with a forward-mode Jacobian: for fewer than some hundred parameters a Jacobian costs about as
much as one reverse gradient, and the curvature that comes with it is worth many steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array
from numpy.typing import NDArray

Vector = NDArray[np.float64]


class Minimum(NamedTuple):
    """Where a search ended.

    theta : parameters, in standard deviations of their priors
    loss : half of the sum of squared residuals
    steps : how many were tried
    """

    theta: Vector
    loss: float
    steps: int


class Linearised(NamedTuple):
    """Compiled residuals, alone and with their Jacobian; the second argument is added to them (0 for nothing)."""

    residuals: Callable[..., Vector]
    jacobian: Callable[..., tuple[Vector, NDArray[np.float64]]]


def linearise(function: Callable[[Array, Array], Array]) -> Linearised:
    """Compile residuals, a function of parameters and of disturbances, and their forward-mode Jacobian."""

    def both(theta: Array, disturbed: Array) -> tuple[Array, Array]:
        value, pushed = jax.linearize(lambda at: function(at, disturbed), theta)
        return value, jax.vmap(pushed)(jnp.eye(len(theta), dtype=theta.dtype)).T

    plain, full = jax.jit(function), jax.jit(both)

    def doubled(result: Any) -> Any:
        return jax.tree.map(lambda x: np.asarray(x, np.float64), result)

    def single(values: Vector | float) -> Array:
        return jnp.asarray(values, jnp.float32)

    return Linearised(
        lambda theta, disturbed=0.0: doubled(plain(single(theta), single(disturbed))),
        lambda theta, disturbed=0.0: doubled(full(single(theta), single(disturbed))),
    )


def minimise(f: Linearised, start: Vector, *, steps: int = 40, tolerance: float = 1e-3, reach: float = 1.0) -> Minimum:
    """Search from ``start`` until a step gains less than ``tolerance``; no step moves a parameter by over ``reach``."""
    theta, damping, tried = start.copy(), 1.0, 0
    residuals, jacobian = f.jacobian(theta)
    loss = 0.5 * float(residuals @ residuals)
    while tried < steps:
        tried += 1
        normal = jacobian.T @ jacobian
        step = np.linalg.solve(normal + damping * np.eye(len(theta)), -jacobian.T @ residuals)
        trial = theta + np.clip(step, -reach, reach)
        new = f.residuals(trial)
        new_loss = 0.5 * float(new @ new) if np.isfinite(new).all() else np.inf
        if new_loss < loss:
            gain, theta, loss, damping = loss - new_loss, trial, new_loss, max(damping / 4, 1e-3)
            if gain < tolerance:
                break
            residuals, jacobian = f.jacobian(theta)
        else:
            damping *= 4
            if damping > 1e6:
                break
    return Minimum(theta, loss, tried)
