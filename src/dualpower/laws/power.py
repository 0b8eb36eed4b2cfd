"""Power: whom people obey when orders conflict.

Each unit divides its obedience among the centres of the day. It is drawn to the centre that others obey (arms, plants,
rail and telegraph weigh by their leverage) and to the one that its own camps back. Above a critical contagion two
masters cannot last; below it they can: the article's central claim is a statement about this one parameter.

    authority[k]  = sum_u weight[u] compliance[k,u] / sum_u weight[u]
    compliance'   = y + pace * (softmax_k(contagion * authority[k] + backing[k,u]) - y)   over the regime's centres
    backing[k,u]  = weight * sum_c a[c,u] line[c,k] + reliable * reliable[u] * (k is the incumbent, and no council)
    lead          = (A_incumbent - A_rival) / (A_incumbent + A_rival)
    dual power    = 1 - |lead|;   mastery' = (mastery + max(lead, 0)) / 2

Source: ours, after Brock & Durlauf (2001). Limit: two centres, no backing, authority = compliance, pace 1:
y' = logistic(a (2 y - 1)); y = 1/2 is stable for a < 2 and unstable for a > 2.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import Params, mix


def authority(compliance: Float[Array, "centre unit"], weight: Float[Array, " unit"]) -> Float[Array, " centre"]:
    """Share of the weighted city that obeys each centre; sums to 1."""
    return compliance @ weight / weight.sum().clip(1e-9)


def relies(
    incumbent: Float[Array, " centre"],
    council_centre: Float[Array, "council centre"],
    election: Float[Array, " council"],
) -> Float[Array, " centre"]:
    """The centre that reliable units are with: the incumbent, unless councils elect it (dumas are no councils)."""
    return incumbent * (1 - ((1 - election) @ council_centre).clip(0.0, 1.0))


def backing(
    p: Params,
    camps: Float[Array, "camp unit"],
    towards: Float[Array, "party centre"],
    reliable: Float[Array, " unit"],
    incumbent: Float[Array, " centre"],
) -> Float[Array, "centre unit"]:
    """Backing of each centre by a unit's camps and, where it is reliable, for whoever is in office (logit).

    ``incumbent``: as ``relies`` gives it, one-hot or all zero.
    """
    own = p["backing"] * mix(towards.T, camps[1:])
    return own + p["reliable"] * incumbent[:, None] * reliable


def compliance(
    p: Params,
    compliance: Float[Array, "centre unit"],
    authority: Float[Array, " centre"],
    backing: Float[Array, "centre unit"],
    centres: Float[Array, " centre"],
    pace: Float[Array, ""],
) -> Float[Array, "centre unit"]:
    """Compliance tomorrow; centres that the regime does not have get none (their share is what is left to move)."""
    drawn = division(centres, p["contagion"] * authority[:, None] + backing)
    return compliance + pace.clip(0.0, 1.0) * (drawn - compliance)


def division(centres: Float[Array, " centre"], utility: Float[Array, "centre unit"]) -> Float[Array, "centre unit"]:
    """How a unit divides itself among the centres that a regime has, by their utilities; none goes to the others."""
    return jnp.asarray(jax.nn.softmax(jnp.where(centres[:, None] > 0, utility, -1e30), axis=0))


def settle(
    compliance: Float[Array, "centre unit"], centres: Float[Array, " centre"], start: Float[Array, "centre unit"]
) -> Float[Array, "centre unit"]:
    """Compliance at a change of regime: what was given to a centre that is gone is divided as ``start``."""
    kept = compliance * centres[:, None]
    return kept + (1 - kept.sum(0)) * start


def lead(authority: Float[Array, " centre"], incumbent: Float[Array, " centre"]) -> Float[Array, ""]:
    """Lead of the incumbent over its strongest rival, -1 to 1."""
    own = authority @ incumbent
    rival = (authority * (1 - incumbent)).max()
    return (own - rival) / (own + rival).clip(1e-6)


def dual_power(lead: Float[Array, ""]) -> Float[Array, ""]:
    """Index of dual power: 0 (one master) to 1 (two equal ones)."""
    return 1 - jnp.abs(lead)


def mastery(mastery: Float[Array, ""], lead: Float[Array, ""]) -> Float[Array, ""]:
    """How far the incumbent is felt to be the only master: 0 where a rival is its equal or more, 1 where there is none;
    a change is half felt on the first day.
    """
    return 0.5 * (mastery + lead.clip(0.0))
