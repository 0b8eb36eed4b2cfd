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

from dualpower._cache import quick_to_compile

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
    """Compiled residuals, alone and with their Jacobian."""

    residuals: Callable[[Vector], Vector]
    jacobian: Callable[[Vector], tuple[Vector, NDArray[np.float64]]]


def linearise(function: Callable[[Array], Array]) -> Linearised:
    """Compile residuals and their forward-mode Jacobian."""

    def both(theta: Array) -> tuple[Array, Array]:
        value, pushed = jax.linearize(function, theta)
        return value, jax.vmap(pushed)(jnp.eye(len(theta), dtype=theta.dtype)).T

    # Better optimised, it takes minutes to compile and runs no faster.
    plain, full = (jax.jit(each, compiler_options=quick_to_compile()) for each in (function, both))

    def doubled(result: Any) -> Any:
        return jax.tree.map(lambda x: np.asarray(x, np.float64), result)

    return Linearised(
        lambda theta: doubled(plain(jnp.asarray(theta, jnp.float32))),
        lambda theta: doubled(full(jnp.asarray(theta, jnp.float32))),
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
