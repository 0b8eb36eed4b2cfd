"""Organisation: members, agitators, and where they are.

Membership grows towards what support carries, faster in days of action, and less where membership is a crime;
the more support is a matter of course, the fewer supporters join. Agitation hours are scarce: a policy spreads
them over units (where the cells are, evenly, where people already move, or at random), and presence saturates. What is
spread is what the capital and its surroundings have; as much of it per person reaches units elsewhere (speakers and papers
go out from there), on top of it and whatever cells those have: a simplification that hours near the capital do not pay for.

    members'   = members + recruit * legality * (quiet + active) * (density * a / (1 + a/saturation) * joins - members) - arrests
    hours[p,u] = (1 - even - follow - random) members[p,u] + mean[p] (even + follow (active[u] + .001)/mean + random lottery[u]/mean)
                 means over the capital and its surroundings; shares of hours that exceed 1 together are scaled down to it
    presence   = h / (half + h),  h = legality * hours

Source: ours; allocation switch after Bueno de Mesquita (2010), APSR 104 (a vanguard is found where people move
anyway). Limit: with no support membership decays to nothing; presence is 1/2 where hours equal `half`.
"""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import Params


def members(
    p: Params,
    members: Float[Array, "party unit"],
    support: Float[Array, "party unit"],
    active: Float[Array, " unit"],
    joins: Float[Array, " unit"],
    legality: Float[Array, " party"],
    arrest: Float[Array, " party"],
) -> Float[Array, "party unit"]:
    """Members per person tomorrow. ``arrest`` is the share of members lost today."""
    target = p["density"] * support / (1 + support / p["saturation"]) * joins
    rate = (p["recruit"] * legality[:, None] * (p["quiet"] + active)).clip(0.0, 1.0)
    return (members + rate * (target - members) - arrest.clip(0.0, 1.0)[:, None] * members).clip(0.0)


def hours(
    p: Params,
    members: Float[Array, "party unit"],
    active: Float[Array, " unit"],
    lottery: Float[Array, " unit"],
    weight: Float[Array, " unit"],
) -> Float[Array, "party unit"]:
    """Agitation per person. ``weight``: persons of the place as weights that sum to 1 (zero elsewhere); ``lottery``:
    any positive numbers.
    """
    moves = active + 1e-3
    means = jnp.stack([*members, moves, lottery]) @ weight
    crowd, chance = moves / means[-2].clip(1e-9), lottery / means[-1].clip(1e-9)
    whole = (p["even"] + p["follow"] + p["random"]).clip(1.0)
    even, follow, drawn = p["even"] / whole, p["follow"] / whole, p["random"] / whole
    cells = 1 - even - follow - drawn
    return cells * members + means[:-2, None] * (even + follow * crowd + drawn * chance)


def presence(
    p: Params, hours: Float[Array, "party unit"], legality: Float[Array, " party"]
) -> Float[Array, "party unit"]:
    """Share of a unit that a party's agitators reach: 0..1, saturating."""
    reach = legality[:, None] * hours
    return reach / (p["half_presence"] + reach)
