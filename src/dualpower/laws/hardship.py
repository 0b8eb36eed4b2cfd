"""Hardship: what presses on the people of a unit.

Each issue that a scenario declares (bread, war, land, who rules) presses in proportion to how much it matters in that
walk of life, and harder where people have been shot at. Intensities are dated series that the scenario gives, each with
its source or named as a guess; nothing here looks ahead. Their levels are guesses: up to the last day that the parameters
were fitted to, the weights know better; from then on they drift from what was declared, by chance.

    intensity[j]  = declared[j] * exp(drift * walk[j]) + events,   walk: a sum of standard normals, one a day
    pressure[j,u] = w_j * salience[j,u] * intensity[j,u] * (1 + outrage_weight * outrage[u])
    grievance[u]  = sum_j pressure[j,u]

Source: ours, after relative deprivation (Gurr 1970) without the remembered reference level, which a trial
found to make fits unstable. Limit: with one issue, weight 1 and no outrage, grievance is salience times intensity; n days
after the last that was told, log intensity has a standard deviation of drift * sqrt(n).
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import Params


def drifted(p: Params, declared: Float[Array, " issue"], walk: Float[Array, " issue"]) -> Float[Array, " issue"]:
    """Intensity of each issue today, before events: what was declared, times what chance has made of it."""
    return declared * jnp.exp(p["drift"] * walk)


def pressure(
    p: Params,
    salience: Float[Array, "issue unit"],
    intensity: Float[Array, "issue unit"],
    outrage: Float[Array, " unit"],
) -> Float[Array, "issue unit"]:
    """Pressure of each issue in each unit (no unit; 1 is a grave grievance). Equation above, first line."""
    return p["weight"][:, None] * salience * intensity * (1 + p["outrage"] * outrage)


def grievance(pressure: Float[Array, "issue unit"]) -> Float[Array, " unit"]:
    """Sum of the pressures in a unit, never negative."""
    return pressure.sum(0).clip(0.0)
