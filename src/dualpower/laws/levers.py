"""Levers: what the chronicle's events do today, taken apart for the laws that are pulled."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws.state import Levers
from dualpower.scenario.world import World


def levers(world: World, strength: Float[Array, " effect"]) -> Levers:
    """Sum today's effects by lever, in the order of ``scenario.world.lever_names`` and ``unit_lever_names``."""
    c = world.chronicle
    parties, nodes = world.parties.voice.shape
    issues, contests = world.units.salience.shape[0], world.order.contest_size.shape[0]
    some = c.effect_units.shape[0]
    local = (c.to_unit_lever[:, :some] * strength[:some]) @ c.effect_units
    sizes = [issues, issues, *[parties] * 6, nodes, contests, contests, 1, 1, 1, 1]
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    whole = c.to_lever @ strength
    intensity, answer, call, office, legality, restraint, trust, arrest, node, launch, reinforce, *single = (
        whole[end - size : end] for size, end in zip(sizes, ends, strict=True)
    )
    occasion, front, force, arm = (one[0] for one in single)
    return Levers(
        intensity=intensity[:, None] + local[:issues],
        call=call[:, None] + local[issues : issues + parties],
        occasion=occasion + local[issues + parties],
        answer=answer,
        office=office,
        legality=legality,
        restraint=restraint,
        trust=trust,
        arrest=arrest,
        node=node,
        launch=launch,
        reinforce=reinforce,
        front=jnp.clip(front, 0.0, 1.0),
        force=force,
        arm=arm,
    )
