"""Loyalty: when soldiers stop obeying.

Soldiers are held by discipline beside civilians. Crowds around the barracks, having been ordered to fire, and
barracks that already refuse work against it: the sanction of a sole master falls as their number grows, so that refusal
spreads in two or three days; where there is no sole master there is no such sanction to fall. A unit that half refuses is of no use to its officers. No regime falls while its force holds.

    level[u]   = -discipline * (1 + reliable[u]) + contact * street near u + ordered * memory of the order
                 + barracks * share refusing * mastery of the incumbent
    loyal[u]   = obeying * (reliable + (1 - reliable) * logistic(cohesion * (obeying - 1/2)))
    ordered'   = ordered / 2 + order to fire

Source: ours; the falling sanction after Granovetter (1978), shooting orders after Barany (2016). Limit: with
contact, orders and barracks 0 soldiers are civilians whom nobody deters, with a level lower by `discipline`, at a pace of their own.
"""

from __future__ import annotations

import jax
from jaxtyping import Array, Float

from dualpower.laws.state import Params


def level(
    p: Params,
    nearby: Float[Array, " unit"],
    ordered: Float[Array, " unit"],
    refusing: Float[Array, ""],
    mastery: Float[Array, ""],
    reliable: Float[Array, " unit"],
) -> Float[Array, " unit"]:
    """What soldiers add to the level of mobilisation (logit). ``nearby``: share in the street around the barracks;
    ``refusing``: share of the garrisons that refuses already. Reliable units are held twice as fast.
    """
    pull = p["contact"] * nearby + p["ordered"] * ordered + p["barracks"] * refusing * mastery
    return pull - p["discipline"] * (1 + reliable)


def loyal(p: Params, obeying: Float[Array, " unit"], reliable: Float[Array, " unit"]) -> Float[Array, " unit"]:
    """Share of a unit that its officers can use against a crowd, 0..1."""
    cohesion = jax.nn.sigmoid(p["cohesion"] * (obeying - 0.5))
    return obeying * (reliable + (1 - reliable) * cohesion)


def memory(
    ordered: Float[Array, " unit"], order: Float[Array, ""], armed: Float[Array, " unit"]
) -> Float[Array, " unit"]:
    """Memory of having been ordered to fire, halved each day (armed units only)."""
    return 0.5 * ordered + order * armed
