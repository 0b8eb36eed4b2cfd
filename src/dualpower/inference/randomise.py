"""Randomise, then optimise: draws from a posterior by disturbing what is known and fitting again.

Each draw disturbs every fact and every prior centre by what may be wrong with it, and finds the parameters that then
fit best. For a linear model whose facts are weighed by all that may be wrong with them the draws are exactly the
posterior's; for this one they are close where Laplace's approximation is biased, because each draw follows the curve of
the model to its own optimum. A fit weighs facts by how surely they are told and disturbs them by the accidents of their
day as well: its draws are then those of its own estimate, had those days gone otherwise, whose covariance is known as
the sandwich. Optima lie far from the
mode, at the end of narrow bent valleys; so the disturbance is added in parts, and each draw follows the valley, sixteen
side by side in one compiled call, with a Jacobian that starts as the mode's and is corrected by what the draw sees on
its way. At the end each gets a fresh Jacobian of its own, and a last search; parameters of which the facts say nothing
are put where their optimum is known to be.

    theta_k = argmin |r(theta) + (D e_k, -n_k, 0)|^2,  e_k, n_k ~ N(0, 1)

Source: Bardsley, Solonen, Haario & Laine (2014), SIAM J. Sci. Comput. 36, eq. 2.5, without their correction of weights;
ensemble form as in Oliver, He & Reynolds (1996). The sandwich in place of the posterior, where weights are not the
errors': Müller (2013), Econometrica 81, 1805. Corrections of the Jacobian: Broyden (1965), eq. 4.5. Limit: for
linear residuals and D = 1, mean and covariance of the draws are the posterior's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dualpower.inference.least_squares import Linearised
from dualpower.population import draws as keyed

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Together = Callable[[Matrix, Matrix], Matrix]
"""From theta[draw, parameter] and disturbances[draw, residual] to residuals[draw, residual]."""


class Searches(NamedTuple):
    """Where some searches ended.

    theta : array[draw, parameter]
    loss : array[draw], half of the sum of squares
    steps : rounds that were tried
    """

    theta: Matrix
    loss: Vector
    steps: int


def disturbances(
    seed: int, draws: Sequence[int], facts: Sequence[str], parameters: Sequence[str], disturbing: Matrix | None = None
) -> Matrix:
    """Disturbances for the draws with these numbers, array[draw, fact + parameter + 1]; the contests' is 0.

    Each normal is keyed by its fact or parameter and the number of the draw: more draws, or more facts, change none.
    ``disturbing``, array[fact, fact], makes of the facts' what may be wrong with them (`Evidence.disturbing`); if not
    given, each is disturbed by its own standard deviation.
    """
    facts_part = keyed.normals(seed, "disturbed fact", tuple(facts), np.asarray(draws)).astype(np.float64)
    if disturbing is not None:
        facts_part = facts_part @ disturbing.T
    priors = keyed.normals(seed, "disturbed prior", tuple(parameters), np.asarray(draws))
    return np.concatenate([facts_part, -priors, np.zeros((len(draws), 1))], axis=1).astype(np.float64)


def optimise(
    residuals: Together,
    alone: Linearised,
    mode: Vector,
    jacobian: Matrix,
    disturbed: Matrix,
    *,
    parts: int = 8,
    rounds: int = 4,
    last: int = 15,
) -> Searches:
    """The optimum of each draw.

    Parameters
    ----------
    residuals, alone : of many searches at once, and of one with its Jacobian
    mode, jacobian : where the undisturbed search ended, and array[residual, parameter] there
    disturbed : array[draw, residual]
    parts, rounds : in how many equal parts the disturbance is added, and most steps after each
    last : most steps at the end, from a fresh Jacobian
    """
    theta, taken = np.repeat(mode[None], len(disturbed), axis=0), 0
    slopes = np.repeat(jacobian[None], len(disturbed), axis=0)
    for part in range(1, parts + 1):
        found = search_together(residuals, theta, slopes, part / parts * disturbed, rounds=rounds)
        theta, taken = found.theta, taken + found.steps
    own = [alone.jacobian(place, added)[1] for place, added in zip(theta, disturbed, strict=True)]
    found = search_together(residuals, theta, np.array(own), disturbed, rounds=last)
    return settled(residuals, found._replace(steps=taken + found.steps), jacobian, disturbed)


def settled(
    residuals: Together, found: Searches, jacobian: Matrix, disturbed: Matrix, silent: float = 0.01
) -> Searches:
    """The same, parameters of which the facts say nothing put at their disturbed prior centre, their optimum.

    ``silent``: the most that the facts' Jacobian may say of it, beside the prior's 1. A search that stalls would leave
    such parameters too near to the mode. Undone for a draw whose loss it would raise.
    """
    parameters = jacobian.shape[1]
    facts = len(jacobian) - parameters - 1
    says = (jacobian[:facts] ** 2).sum(0)
    theta = np.where(says < silent, -disturbed[:, facts : facts + parameters], found.theta)
    loss = _loss(residuals(theta, disturbed))
    better = loss <= found.loss
    return found._replace(theta=np.where(better[:, None], theta, found.theta), loss=np.where(better, loss, found.loss))


def search_together(
    residuals: Together,
    start: Matrix,
    slopes: NDArray[np.float64],
    disturbed: Matrix,
    *,
    rounds: int = 25,
    tolerance: float = 0.02,
    reach: float = 1.0,
) -> Searches:
    """Minimise half the sum of squares of many searches side by side, each correcting a Jacobian of its own.

    Parameters
    ----------
    residuals : evaluated for all searches at once
    start : array[draw, parameter]
    slopes : array[draw, residual, parameter], Jacobians near the starts; corrected in place
    disturbed : array[draw, residual], handed on to `residuals`
    rounds : most steps
    tolerance : a search ends when a step that was taken gains less
    reach : no step moves a parameter by more
    """
    theta = start.copy()
    now = residuals(theta, disturbed)
    loss = _loss(now)
    damping, moving, round_ = np.full(len(start), 1e-2), np.ones(len(start), bool), 0
    while moving.any() and round_ < rounds:
        round_ += 1
        step = np.clip(_steps(slopes, now, damping), -reach, reach) * moving[:, None]
        tried = residuals(theta + step, disturbed)
        new = _loss(tried)
        better = new < loss
        _correct(slopes, step, tried - now, np.isfinite(new) & moving)
        gain = np.where(better, loss - new, np.inf)
        theta = np.where(better[:, None], theta + step, theta)
        now, loss = np.where(better[:, None], tried, now), np.where(better, new, loss)
        damping = np.where(better, np.maximum(damping / 3, 1e-3), damping * 5)
        moving &= (gain > tolerance) & (damping < 1e4)
    return Searches(theta, loss, round_)


def _loss(residuals: Matrix) -> Vector:
    total = 0.5 * (residuals**2).sum(1)
    return np.where(np.isfinite(total), total, np.inf)


def _steps(slopes: NDArray[np.float64], now: Matrix, damping: Vector) -> Matrix:
    """Levenberg-Marquardt steps, array[draw, parameter]."""
    normal = slopes.transpose(0, 2, 1) @ slopes + damping[:, None, None] * np.eye(slopes.shape[2])
    down = -np.einsum("krp,kr->kp", slopes, now)
    return np.asarray(np.linalg.solve(normal, down[:, :, None])[:, :, 0])


def _correct(slopes: NDArray[np.float64], step: Matrix, change: Matrix, seen: NDArray[np.bool_]) -> None:
    """Broyden's correction, in place: along the step, the Jacobian now gives the change that was seen."""
    length = (step**2).sum(1)
    use = seen & (length > 1e-12)
    wrong = change[use] - np.einsum("krp,kp->kr", slopes[use], step[use])
    slopes[use] += wrong[:, :, None] * (step[use] / length[use, None])[:, None, :]
