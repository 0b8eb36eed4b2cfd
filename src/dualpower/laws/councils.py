"""Councils: delegates, executives, and the votes of citizens.

A council is elected by declared rules. Its founders reflect who was there to found it; delegates are then recalled
at a rate that grows with activity and with their distance from the base, but not when they have just been elected, and executives follow their council with
more lag: a council is the prisoner of its base, late. Citizens' elections remember nothing. People without a camp
who vote have leanings of their own.

    base[n,p]  = sum_u voters[n,u] (a[p,u] + turnout[n] a[none,u] softmax(unaligned)[p]), normalised over the parties that stand
    z'         = z + min(1, ripe * recall * (1 + recall_active * (active + distance))) * (base - z);  founding: z ~ base * founders
    ripe       = 1 - exp(-days the council sits / mandate)
    e'         = e + executive * (z - e)
    resolution = sum_p z[p] * logistic(resolve * (stance[p] - midpoint))

Source: ours; tiers after Galam (1986), J. Math. Psychology 30: p' = 3 p^2 - 2 p^3 for groups of three, threshold 1/2;
groups of four in which a tie keeps the incumbent, p' = p^4 + 4 p^3 (1 - p), threshold (1 + sqrt 13)/6.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import Params


def majority(share: Float[Array, "..."], group: int = 3) -> Float[Array, "..."]:
    """Share of local majorities among groups of 3 or 4 (a tie keeps the incumbent): Galam 1986."""
    if group == 3:
        return 3 * share**2 - 2 * share**3
    return share**4 + 4 * share**3 * (1 - share)


def base(
    p: Params,
    shares: Float[Array, "council camp"],
    turnout: Float[Array, " council"],
    tier: Float[Array, " council"],
    stands: Float[Array, "council party"],
) -> Float[Array, "council party"]:
    """Shares of the parties that stand if delegates were elected today; sums to 1 over parties.

    ``shares`` are the camps of each council's electorate, `none` first.
    """
    leaning = stands * jnp.exp(p["unaligned"])
    leaning = leaning / leaning.sum(1, keepdims=True).clip(1e-9)
    votes = stands * shares[:, 1:] + turnout[:, None] * shares[:, :1] * leaning
    local = votes / votes.sum(1, keepdims=True).clip(1e-9)
    mixed = p["majoritarian"] * tier[:, None]
    tiered = (1 - mixed) * local + mixed * majority(local)
    return tiered / tiered.sum(1, keepdims=True).clip(1e-9)


def delegates(
    p: Params,
    seated: Float[Array, "council party"],
    base: Float[Array, "council party"],
    active: Float[Array, " council"],
    election: Float[Array, " council"],
    founding: Float[Array, " council"],
    sits: Float[Array, " council"],
    age: Float[Array, " council"],
) -> Float[Array, "council party"]:
    """Delegates tomorrow. A council that does not sit has none; one that has just been founded has its founders; one that
    nobody is left to elect keeps those it has.

    ``age``: days for which each has been sitting, under whatever regime.
    """
    favoured = base * jnp.where(founding[:, None] > 0, p["founders"], 1.0)
    founders = favoured / favoured.sum(1, keepdims=True).clip(1e-9)
    new = (seated.sum(1) < 0.5).astype(base.dtype)[:, None]
    distance = 0.5 * jnp.abs(base - seated).sum(1)
    ripe = 1 - jnp.exp(-age / p["mandate"])
    pace = (ripe * p["recall"] * (1 + p["recall_active"] * (active + distance))).clip(0.0, 1.0)
    pace = jnp.where(election > 0, 1.0, pace)[:, None]
    current = new * founders + (1 - new) * seated
    base = jnp.where(base.sum(1, keepdims=True) > 0.5, base, current)
    return sits[:, None] * (current + pace * (base - current))


def executive(
    p: Params, executive: Float[Array, "council party"], delegates: Float[Array, "council party"]
) -> Float[Array, "council party"]:
    """Executives tomorrow: the council's own at its founding, then following with a lag."""
    new = (executive.sum(1, keepdims=True) < 0.5).astype(delegates.dtype)
    sits = delegates.sum(1, keepdims=True)
    return sits * (new * delegates + (1 - new) * (executive + p["executive"].clip(0.0, 1.0) * (delegates - executive)))


def seats(
    p: Params, seats: Float[Array, " council"], full: Float[Array, " council"], sits: Float[Array, " council"]
) -> Float[Array, " council"]:
    """Seats filled by tomorrow (persons): a new council fills in days; one that does not sit has none."""
    return sits * (seats + p["fill"].clip(0.0, 1.0) * (full - seats))


def radical(
    line: Float[Array, "party topic"], about_power: Float[Array, " issue"], opposition: Float[Array, " party"]
) -> Float[Array, "party topic"]:
    """The radical side of each topic: the stance on an issue, opposition to the incumbent on who rules, and to a centre."""
    issues = about_power.shape[0]
    stance = line[:, :issues] * (1 - about_power) + opposition[:, None] * about_power
    return jnp.concatenate([stance, -line[:, issues:]], axis=1)


def resolution(
    p: Params, delegates: Float[Array, "council party"], stance: Float[Array, "party topic"]
) -> Float[Array, "council topic"]:
    """Share of a council that votes for the radical side of a topic, each delegate by his party's line."""
    return delegates @ jax.nn.sigmoid(p["resolve"] * (stance - p["midpoint"]))
