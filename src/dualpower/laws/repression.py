"""Repression: the order to fire, its fear today and its outrage tomorrow.

An incumbent orders fire when the street passes what it will bear, but only an undivided state can: where two
centres share authority the order stays in the drawer (the general's guns of April, unused for fear of a rising).
Deterrence needs loyal force, and there is safety in numbers. It goes by the share of the troops that obey and not by
their number: half the garrison, if all of it obeys, deters as much (where there are no troops, nobody is deterred). Who
obeys deters; whom officers can use without breaking their unit shoots. Fear passes in days and leaves outrage behind.

    order     = mastery * logistic((street - threshold) / (threshold / 6)) + event
    deterrence = risk * mastery * obeying * (1 + fear) * exp(-safety * street)
    shot       = lethality/1000 * order * usable * marchers
    fear'      = (1 - decay) fear + weight * shot per 10,000;   outrage' = (1 - decay) outrage + decay * fear

Source: ours, in the form of Lichbach (1987) and Moore (1998): deterrence now, backlash later. Limit: with no
marchers nobody is shot, and fear and outrage go to 0; without mastery no order is given but by an event.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import Params


def order(p: Params, street: Float[Array, ""], mastery: Float[Array, ""], event: Float[Array, ""]) -> Float[Array, ""]:
    """How far troops are ordered to fire today, 0..1; ``street`` is the share of the city seen there yesterday."""
    return (mastery * jax.nn.sigmoid(6 * (street / p["threshold"] - 1)) + event).clip(0.0, 1.0)


def deterrence(
    p: Params,
    obeying: Float[Array, ""],
    mastery: Float[Array, ""],
    fear: Float[Array, " unit"],
    street: Float[Array, ""],
) -> Float[Array, " unit"]:
    """What the state's force takes from the level of mobilisation (logit)."""
    return p["risk"] * mastery * obeying * (1 + fear) * jnp.exp(-p["safety"] * street)


def shot(
    p: Params, order: Float[Array, ""], usable: Float[Array, ""], marchers: Float[Array, " district"]
) -> Float[Array, " district"]:
    """Deaths by district where troops fire on marchers today (persons)."""
    return p["lethality"] / 1000 * order * usable * marchers


def memory(
    p: Params,
    fear: Float[Array, " district"],
    outrage: Float[Array, " district"],
    shot: Float[Array, " district"],
    people: Float[Array, " district"],
) -> tuple[Float[Array, " district"], Float[Array, " district"]]:
    """Fear and outrage tomorrow (1 is grave)."""
    news = p["fear"] * shot / people.clip(1.0) * 1e4
    decay = p["fear_decay"].clip(0.0, 1.0)
    return (1 - decay) * fear + news, (1 - decay) * outrage + decay * fear
