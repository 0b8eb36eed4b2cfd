"""Diary: what is written down at the end of a day, and the quantities that conditions can name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dualpower.laws.contests import Sides
from dualpower.laws.state import Params, State
from dualpower.scenario.world import CITY, NEAR, TROOPS, WORKERS, Setting

if TYPE_CHECKING:
    from dualpower.laws.evening import Today


class Diary(NamedTuple):
    """One day of a run; a run stacks them along ``date``. Names are those of ``Run.dataset`` (unit last here)."""

    camp_share: Float[Array, "camp unit"]
    activity_share: Float[Array, "activity unit"]
    members: Float[Array, "party unit"]  # persons
    compliance: Float[Array, "centre unit"]
    grievance: Float[Array, " unit"]
    fatigue: Float[Array, " unit"]
    red_guards: Float[Array, " unit"]  # persons
    loyal: Float[Array, " unit"]  # persons whom the incumbent can use
    fear: Float[Array, " district"]
    outrage: Float[Array, " district"]
    delegates: Float[Array, "council party"]
    executive: Float[Array, "council party"]
    seats: Float[Array, " council"]
    resolution: Float[Array, "council topic"]
    line: Float[Array, "party topic"]
    trust: Float[Array, " party"]
    call: Float[Array, " party"]
    legality: Float[Array, " party"]
    office: Float[Array, " party"]
    restraint: Float[Array, " party"]
    intensity: Float[Array, " issue"]
    authority: Float[Array, " centre"]
    dual_power: Float[Array, ""]
    regime: Int[Array, ""]
    strikers: Float[Array, ""]  # persons
    marchers: Float[Array, ""]  # persons
    soldiers_refusing: Float[Array, ""]  # persons
    refusing_share: Float[Array, ""]
    order_to_fire: Float[Array, ""]
    deaths: Float[Array, ""]  # persons
    casualties: Float[Array, ""]  # killed and wounded
    loyal_force: Float[Array, ""]  # persons
    contest_probability: Float[Array, " contest"]
    contest_attack: Float[Array, " contest"]  # persons
    contest_defence: Float[Array, " contest"]  # persons
    contest_logp: Float[Array, ""]  # log-probability of what history did, where history is imposed


BY_UNIT = Diary._fields.index("fear")
"""How many fields, the first ones, have a number for each unit."""


class Averages(NamedTuple):
    """Means of the day: shares of people, over ``MASKS`` or of the city."""

    active: Float[Array, " mask"]
    street: Float[Array, " mask"]
    arms: Float[Array, " mask"]
    loyal: Float[Array, " mask"]  # whom the incumbent can use
    camps: Float[Array, " party"]  # of the city
    members: Float[Array, " party"]  # of the city, members per person


def averages(here: Setting, state: State, loyal: Float[Array, " unit"]) -> Averages:
    """Means of what units have done and are by tonight."""
    street = state.activity[2:].sum(0)
    city = here.weigh[CITY]
    active, street, arms, fit = jnp.stack([street + state.activity[1], street, state.activity[3], loyal]) @ here.weigh.T
    return Averages(
        active=active,
        street=street,
        arms=arms,
        loyal=fit,
        camps=state.support[1:] @ city,
        members=state.mood.members @ city,
    )


def indicators(
    here: Setting,
    intensity: Float[Array, " issue"],
    means: Averages,
    state: State,
    line: Float[Array, "party topic"],
    office: Float[Array, " party"],
    authority: Float[Array, " centre"],
    dual_power: Float[Array, ""],
) -> Float[Array, " indicator"]:
    """The quantities that conditions can name, in the order of ``scenario.world.indicator_names``."""
    days = state.fate.days_in_regime.astype(jnp.float32)
    single = jnp.stack(
        [means.active[WORKERS], means.street[CITY], means.arms[CITY], means.active[TROOPS], dual_power, days]
    )
    return jnp.concatenate(
        [
            single,
            intensity,
            means.camps,
            state.mood.trust,
            means.members * here.people[CITY],
            office,
            state.mood.delegates.ravel(),
            state.mood.executive.ravel(),
            authority,
            line.ravel(),
        ]
    )


def write(
    p: Params,
    today: Today,
    means: Averages,
    state: State,
    votes: Float[Array, "council topic"],
    strength: Sides,
    chance: Float[Array, " contest"],
    deaths: Float[Array, ""],
    authority: Float[Array, " centre"],
    dual_power: Float[Array, ""],
    logp: Float[Array, ""],
) -> Diary:
    """Write the day down."""
    mood, here, people = state.mood, today.here, today.here.people
    return Diary(
        camp_share=state.support,
        activity_share=state.activity,
        members=mood.members * here.size,
        compliance=mood.compliance,
        grievance=today.grievance,
        fatigue=mood.fatigue,
        red_guards=mood.guards * here.size,
        loyal=today.loyal * here.size,
        fear=mood.fear,
        outrage=mood.outrage,
        delegates=mood.delegates,
        executive=mood.executive,
        seats=mood.seats,
        resolution=votes,
        line=today.line,
        trust=mood.trust,
        call=today.call,
        legality=today.legality,
        office=today.office,
        restraint=today.restraint,
        intensity=today.intensity,
        authority=authority,
        dual_power=dual_power,
        regime=jnp.argmax(state.fate.regime).astype(jnp.int32),
        strikers=means.active[WORKERS] * people[WORKERS],
        marchers=means.street[NEAR] * people[NEAR],
        soldiers_refusing=means.active[TROOPS] * people[TROOPS],
        refusing_share=means.active[TROOPS],
        order_to_fire=today.order,
        deaths=deaths,
        casualties=deaths * (1 + p["wounded"]),
        loyal_force=means.loyal[TROOPS] * people[TROOPS],
        contest_probability=chance,
        contest_attack=strength.attack,
        contest_defence=strength.defence,
        contest_logp=logp,
    )
