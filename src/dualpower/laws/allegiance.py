"""Allegiance: who stands with whom.

A share of people reconsiders each day, more in days of action. Those who do are drawn to parties whose line
answers what presses on them, whose people are present, whom their mates follow and whom they trust, and are
put off by parties that sit in a government which answers nothing. Having no camp is a camp with inertia.

    rate[u]     = pace + pace_active * active[u]
    V[c,u]      = match * sum_j pressure[j,u] stance[c,j] + presence * log(.003 + legality[c] * hours[c,u])
                  + conformity * log(.01 + a[c,u]) + trust[c] - blame * blamed[c] * unanswered[u]
    V[none,u]   = conformity * log(.01 + a[none,u]) + inertia - unmoored * sum_j pressure[j,u] + presence * log(.003)
    choice[t,c,u] = softmax_c(V[c,u] + taste * temper[t] * opposition[c])

Conformity is bent so that its loop gain with presence stays below 1 (for a presence up to two standard deviations
above its prior's centre; beyond, few organisers can make it more): log-odds then drift for months instead of running
away within weeks. Source: ours; conformity after Brock & Durlauf (2001), cells after Mobilia et al. (2007).
Limit (imitation with cells): with match, presence, taste and inertia 0 and choice proportional to k + Z, the
stationary mean share is Z_a / (Z_a + Z_b).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import TEMPER, Params, mix

_SEEN, _HEARD, _MARGIN = 0.01, 0.003, 0.98


def gain(p: Params, margin: float = _MARGIN) -> Float[Array, ""]:
    """Conformity after bending: below ``margin`` minus half of the pull of presence: the loop gain is below 1."""
    most = margin - 0.5 * p["presence"]
    return most - jax.nn.softplus(20 * (most - p["conformity"])) / 20


def rate(p: Params, active: Float[Array, " unit"]) -> Float[Array, " unit"]:
    """Share of people who reconsider their camp today."""
    return (p["pace"] + p["pace_active"] * active).clip(0.0, 0.9)


def appeal(
    p: Params,
    pressure: Float[Array, "issue unit"],
    stance: Float[Array, "party issue"],
    hours: Float[Array, "party unit"],
    camps: Float[Array, "camp unit"],
    trust: Float[Array, " party"],
    blamed: Float[Array, " party"],
    unanswered: Float[Array, " unit"],
    seen: float | Float[Array, "camp 1"] = _SEEN,
    margin: float = _MARGIN,
) -> Float[Array, "camp unit"]:
    """Appeal V of each camp in each unit (logit), `none` first.

    ``stance`` on the power issue is opposition; ``seen`` is what is always seen of a camp (cells, as a share of the
    unit); ``margin`` bounds the loop gain.
    """
    # `none` is a camp like the others: nobody speaks for it, nobody blames it, and whatever presses speaks against it
    stance = jnp.concatenate([jnp.full((1, stance.shape[1]), -p["unmoored"]), p["match"] * stance])
    lasting = jnp.concatenate([p["inertia"][None], trust])
    blame = jnp.concatenate([jnp.zeros(1, blamed.dtype), p["blame"] * blamed])
    hours = jnp.pad(hours, ((1, 0), (0, 0)))
    own = stance @ pressure + lasting[:, None] - blame[:, None] * unanswered
    return gain(p, margin) * jnp.log(seen + camps) + p["presence"] * jnp.log(_HEARD + hours) + own


def choice(
    p: Params, appeal: Float[Array, "camp unit"], opposition: Float[Array, " party"]
) -> Float[Array, "temper camp unit"]:
    """What those who reconsider choose: sums to 1 over camps."""
    lean = jnp.concatenate([jnp.zeros(1, opposition.dtype), opposition])
    taste = jnp.exp(p["taste"] * jnp.asarray(TEMPER, appeal.dtype)[:, None] * lean)
    weight = jnp.exp(appeal - jax.lax.stop_gradient(appeal.max(0)))
    return taste[:, :, None] * weight * (1 / mix(taste, weight))[:, None]
