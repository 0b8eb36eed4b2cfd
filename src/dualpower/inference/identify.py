"""What the record can tell and what it cannot: the Fisher information at the mode, beside that of the prior.

In prior standard deviations the prior's information is the identity. An eigenvalue above 1 of the facts' information is
a combination of parameters of which the record says more than the prior; one far below 1 is a combination along which
the posterior is the prior again, and no conclusion should rest on it.

    F = J' J,  J = d residuals of the facts / d theta at the mode;   share told along v = lambda / (1 + lambda)

Source: Fisher information of normal errors; combinations and sloppiness after Gutenkunst and others (2007), PLoS
Comput. Biol. 3. Limit: a fact that a parameter does not move adds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dualpower.inference.posterior import Posterior
from dualpower.inference.problem import made

if TYPE_CHECKING:
    from dualpower.scenario import Scenario

__all__ = ["Direction", "directions", "identifiability", "shares_told"]


class Direction(NamedTuple):
    """A combination of parameters.

    information : of the facts, the prior's being 1
    told : share of the prior's variance along it that the record takes away, in the linear approximation
    parts : its largest components, address to weight (the squares of all sum to 1)
    facts : the facts that say most of it, id to share of its information
    """

    information: float
    told: float
    parts: dict[str, float]
    facts: dict[str, float]


def identifiability(
    scenario: Scenario, posterior: Posterior, *, largest: int = 6
) -> tuple[list[Direction], dict[str, float]]:
    """All combinations, the best told first, with their ``largest`` components and facts; and what is told of each
    parameter, by address.
    """
    here = made(scenario, posterior.until)
    jacobian = here.alone.jacobian(here.theta(posterior.mode))[1][: len(here.facts)]
    told = dict(zip(here.addresses, map(float, shares_told(jacobian)), strict=True))
    return directions(jacobian, here.addresses, here.facts, largest), told


def shares_told(jacobian: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each parameter's prior variance that the facts take away, linearised, array[parameter]."""
    return np.asarray(1 - np.diag(np.linalg.inv(jacobian.T @ jacobian + np.eye(jacobian.shape[1]))))


def directions(
    jacobian: NDArray[np.float64], addresses: tuple[str, ...], facts: tuple[str, ...], largest: int = 6
) -> list[Direction]:
    """Eigenvectors of J'J, the largest eigenvalue first; ``jacobian`` [fact, parameter] in prior deviations."""
    values, vectors = np.linalg.eigh(jacobian.T @ jacobian)
    found = []
    for value, vector in zip(values[::-1].clip(0.0), vectors.T[::-1], strict=True):
        said = (jacobian @ vector) ** 2 / max(value, 1e-12)
        turned = vector * np.sign(vector[np.abs(vector).argmax()])
        found.append(
            Direction(
                float(value),
                float(value / (1 + value)),
                {addresses[k]: float(turned[k]) for k in np.abs(vector).argsort()[::-1][:largest]},
                {facts[k]: float(said[k]) for k in said.argsort()[::-1][:largest]} if value > 1e-9 else {},
            )
        )
    return found
