"""The evening of a day: the consequences of what people have done, in the order in which they follow."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws import (
    councils,
    government,
    line,
    loyalty,
    militia,
    mobilisation,
    organisation,
    power,
    repression,
)
from dualpower.laws.diary import Diary, averages, indicators, write
from dualpower.laws.field import sides
from dualpower.laws.regimes import change, history_logp, next_regime, stakes, survival_logp
from dualpower.laws.state import Fate, Levers, Params, State
from dualpower.scenario.world import AUTHORITY, CITY, TROOPS, Days, Setting, World


class Today(NamedTuple):
    """What the morning's laws hand to the evening's."""

    here: Setting
    fate: Fate
    intensity: Float[Array, " issue"]
    levers: Levers
    bodies: Float[Array, "node topic"]
    line: Float[Array, "party topic"]
    incumbent: Float[Array, " centre"]
    opposition: Float[Array, " party"]
    office: Float[Array, " party"]
    legality: Float[Array, " party"]
    restraint: Float[Array, " party"]
    waiting: Float[Array, " party"]
    call: Float[Array, " party"]
    grievance: Float[Array, " unit"]
    presence: Float[Array, "party unit"]
    order: Float[Array, ""]
    loyal: Float[Array, " unit"]
    held: Float[Array, " condition"]


def aftermath(params: dict[str, Params], world: World, today: Today, state: State) -> tuple[State, Float[Array, ""]]:
    """Shootings, fear, fatigue, membership, arms: the state, and deaths where troops fired (persons)."""
    u, mood, here = world.units, state.mood, today.here
    active, street = state.activity[1:].sum(0), state.activity[2:].sum(0)
    support = state.support
    loyal = (here.weigh @ today.loyal)[TROOPS]  # all means in one product cost less than one by itself
    shot = repression.shot(params["repression"], today.order, loyal, here.place @ (here.size * here.city * street))
    fear, outrage = repression.memory(params["repression"], mood.fear, mood.outrage, shot, here.persons)
    unpoliced = 1 - today.incumbent @ world.order.old
    backing = militia.backing(u.worker, today.opposition, support[1:])
    mood = mood._replace(
        members=organisation.members(
            params["organisation"], mood.members, support[1:], active, u.joins, today.legality, today.levers.arrest
        ),
        fatigue=mobilisation.fatigue(params["mobilisation"], mood.fatigue, active),
        declared=mobilisation.declared(today.levers.occasion, today.levers.call),
        ordered=loyalty.memory(mood.ordered, today.order, u.armed * here.city),
        guards=militia.guards(params["militia"], mood.guards, backing, today.levers.arm, unpoliced),
        bodies=today.bodies,
        trust=line.trust(params["line"], mood.trust, today.levers.trust),
        fear=fear,
        outrage=outrage,
        expected=mobilisation.expected(mood.expected, (here.weigh @ street)[CITY]),
    )
    return state._replace(mood=mood), shot.sum()


def deliberate(
    params: dict[str, Params], world: World, day: Days, today: Today, state: State
) -> tuple[State, Float[Array, "council topic"]]:
    """Councils: delegates, executives, seats, and their votes on every topic."""
    o, mood, p = world.order, state.mood, params["councils"]
    sits = government.in_regime(today.fate.regime, o.exists)
    electors = jnp.concatenate([state.support, state.activity[1:].sum(0)[None]]) @ today.here.voters.T
    base = councils.base(p, electors[:-1].T, day.turnout, o.tier, o.stands)
    delegates = councils.delegates(p, mood.delegates, base, electors[-1], o.election, o.founding, sits, mood.sat)
    mood = mood._replace(
        delegates=delegates,
        executive=councils.executive(p, mood.executive, delegates),
        seats=councils.seats(p, mood.seats, today.here.seats, sits),
        sat=sits * (mood.sat + 1),
    )
    votes = councils.resolution(p, delegates, councils.radical(today.line, o.about_power, today.opposition))
    return state._replace(mood=mood), votes


def decide_power(
    params: dict[str, Params],
    world: World,
    day: Days,
    today: Today,
    state: State,
    shot: Float[Array, ""],
    votes: Float[Array, "council topic"],
) -> tuple[State, Diary]:
    """Compliance, contests, and the regime that follows."""
    p, weight, before = params["power"], today.here.weigh[AUTHORITY], state.mood.compliance
    centres = government.in_regime(today.fate.regime, world.order.centres)
    relies = power.relies(today.incumbent, world.order.council_centre, world.order.election)
    own = power.backing(p, state.support, today.line[:, -len(centres) :], world.units.reliable, relies)
    obeys = power.compliance(p, before, power.authority(before, weight), own, centres, p["pace"])
    lead = power.lead(power.authority(obeys, weight), today.incumbent)
    state = state._replace(mood=state.mood._replace(compliance=obeys, mastery=power.mastery(state.mood.mastery, lead)))
    strength = sides(params["contests"], world, today, state)
    joined, chance, toll = stakes(params["contests"], world, today.fate.regime, today.levers.launch, strength)
    wins = day.chance_contest < chance
    regime = next_regime(world, day, today.fate.regime, today.held, joined, wins)
    logp = history_logp(day, joined, chance)
    logp = day.imposed * (logp + survival_logp(world.chronicle, day, today.fate.regime, state.mood.known))
    state = change(world, state, today.fate.regime, regime, own)
    authority = power.authority(state.mood.compliance, weight)
    dual = power.dual_power(power.lead(authority, government.in_regime(regime, world.order.incumbent)))
    means = averages(today.here, state, today.loyal)
    known = indicators(today.here, today.intensity, means, state, today.line, today.office, authority, dual)
    state = state._replace(mood=state.mood._replace(known=known))
    deaths = shot + toll.sum()
    diary = write(
        params["contests"],
        today,
        means,
        state,
        votes,
        strength,
        chance,
        deaths,
        authority,
        dual,
        logp,
    )
    return state, diary
