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
    """Compiled residuals, alone and with their Jacobian; the second argument is added to them (0 for nothing)."""

    residuals: Callable[..., Vector]
    jacobian: Callable[..., tuple[Vector, NDArray[np.float64]]]


def linearise(function: Callable[[Array, Array, Any], Array], given: Any = None) -> Linearised:
    """Compile residuals, a function of parameters, of disturbances and of what is given, and their forward-mode
    Jacobian.
    """

    def both(theta: Array, disturbed: Array, given: Any) -> tuple[Array, Array]:
        value, pushed = jax.linearize(lambda at: function(at, disturbed, given), theta)
        return value, jax.vmap(pushed)(jnp.eye(len(theta), dtype=theta.dtype)).T

    # Better optimised, it takes minutes to compile and runs no faster.
    plain, full = (jax.jit(each, compiler_options=quick_to_compile()) for each in (function, both))

    def doubled(result: Any) -> Any:
        return jax.tree.map(lambda x: np.asarray(x, np.float64), result)

    def single(values: Vector | float) -> Array:
        return jnp.asarray(values, jnp.float32)

    return Linearised(
        lambda theta, disturbed=0.0: doubled(plain(single(theta), single(disturbed), given)),
        lambda theta, disturbed=0.0: doubled(full(single(theta), single(disturbed), given)),
    )


def minimise(
    f: Linearised,
    start: Vector,
    disturbed: Vector | float = 0.0,
    *,
    steps: int = 100,
    tolerance: float = 0.1,
    reach: float = 1.0,
) -> Minimum:
    """Search from ``start``, residuals disturbed, until a step from a fresh Jacobian gains less than ``tolerance``.

    A Jacobian costs as much as a hundred residuals. So it is corrected by what each step shows (Broyden 1965, eq. 4.5),
    and computed afresh only where a step falls short of what it promised. No step moves a parameter by over ``reach``.
    """
    theta, damping, tried, fresh = start.copy(), 1.0, 0, True
    residuals, jacobian = f.jacobian(theta, disturbed)
    loss = _half(residuals)
    while tried < steps:
        tried += 1
        step = np.clip(_step(jacobian, residuals, damping), -reach, reach)
        new = f.residuals(theta + step, disturbed)
        new_loss, promised = _half(new), loss - _half(residuals + jacobian @ step)
        gain = loss - new_loss
        kept = gain > 0.3 * promised > 0
        if np.isfinite(new_loss):
            jacobian = jacobian + np.outer(new - residuals - jacobian @ step, step) / max(float(step @ step), 1e-12)
        if gain > 0:
            theta, residuals, loss, damping = theta + step, new, new_loss, max(damping / 3, 1e-3)
        elif fresh:
            damping *= 5
        small = gain < tolerance
        if (small and fresh and gain > 0) or damping > 1e5:
            break
        if not kept or small:
            if not fresh or gain > 0:
                residuals, jacobian = f.jacobian(theta, disturbed)
            fresh = True
        else:
            fresh = False
    return Minimum(theta, loss, tried)


def _half(residuals: Vector) -> float:
    """Half of the sum of squares; infinite where there are no numbers."""
    total = 0.5 * float(residuals @ residuals)
    return total if np.isfinite(total) else np.inf


def _step(jacobian: NDArray[np.float64], residuals: Vector, damping: float) -> Vector:
    """A Levenberg-Marquardt step."""
    normal = jacobian.T @ jacobian + damping * np.eye(jacobian.shape[1])
    return np.asarray(np.linalg.solve(normal, -jacobian.T @ residuals))
