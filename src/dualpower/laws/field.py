"""The field of the day's contests: who would stand on which side, from the state of the units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp

from dualpower.laws import contests
from dualpower.laws.state import Params, State, mix
from dualpower.scenario.world import CITY, GARRISON, WIRES, World

BY_CONTEST = ("part", "challenger", "defender", "leader", "organisers", "agitators")

if TYPE_CHECKING:
    from dualpower.laws.evening import Today


def kinds(world: World) -> tuple[slice, slice, slice]:
    """Where crowds, insurrections and marches stand among the contests."""
    crowds, risings = len(world.order.crowds), len(world.order.crowds) + len(world.order.insurrections)
    return slice(0, crowds), slice(crowds, risings), slice(risings, None)


def field(p: Params, world: World, today: Today, state: State) -> contests.Field:
    """What every contest would be fought with; the first axis is the contest where it differs."""
    u, o, here = world.units, world.order, today.here
    centres = o.incumbent.shape[1]
    _, risings, marches = kinds(world)
    against = (-(today.line[:, -centres:] @ o.contest_challenger[marches].T)).clip(0.0, 1.0).T
    alone, front = 0.5 * o.contest_camp, contests.united(p, today.levers.front)
    melting = jnp.concatenate([alone[risings], front * against + (1 - front) * alone[marches]])
    moved = 1 - jnp.exp(-mix(melting, today.presence))
    agitators, organisers = (
        jnp.concatenate([jnp.zeros(len(o.crowds), moved.dtype), moved @ here.weigh[place]])  # no crowd comes from afar
        for place in (GARRISON, WIRES)
    )
    return contests.Field(
        part=here.part,
        everyone=here.size,
        activity=state.activity,
        loyal=today.loyal,
        challenger=mix(o.contest_challenger, state.mood.compliance),
        defender=mix(o.contest_defender, state.mood.compliance),
        leader=mix(o.contest_camp, state.support[1:]),
        guards=state.mood.guards,
        organisers=organisers,
        agitators=agitators,
        armed=u.armed,
        reliable=u.reliable,
        city=here.city,
        near=here.near,
        bases=here.bases,
    )


def only(every: contests.Field, which: slice) -> contests.Field:
    """The field of some contests."""
    differs = {name: getattr(every, name)[which] for name in BY_CONTEST}
    return every._replace(**differs)


def sides(p: Params, world: World, today: Today, state: State) -> contests.Sides:
    """Strengths of both sides of every contest, as if it were fought today."""
    o = world.order
    first, second, third = kinds(world)
    hostile = jax.nn.sigmoid(10 * today.opposition)
    against = state.mood.executive @ hostile
    here, away = contests.command(p, o.commands @ against), contests.command(p, o.commands_away @ against)
    led = o.contest_leader[first]
    is_led = led.sum(1) > 0.5
    intent = jnp.where(is_led, (led @ today.opposition).clip(0.0, 1.0), 1.0)
    intent = intent * (1 - contests.lawful(today.levers.call @ today.here.weigh[CITY], hostile))
    every = field(p, world, today, state)
    size = (o.contest_size + today.levers.reinforce).clip(0.0)
    found = [
        contests.crowd(
            p, only(every, first), state.mood.mastery, here, intent, jnp.where(is_led, here, 1.0), led @ today.restraint
        ),
        contests.insurrection(p, only(every, second), here, away, size[second]),
        contests.march(p, only(every, third), size[third], today.levers.front),
    ]
    return contests.Sides(*(jnp.concatenate(parts) for parts in zip(*found, strict=True)))
