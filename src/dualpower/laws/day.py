"""A day: the laws in their order. This file alone knows it.

``decide`` turns the state of the units into the two tables; a population lives through them; ``settle`` draws the
consequences. Both are pure; nothing is looked up by name and nothing knows which society this is.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws import (
    allegiance,
    chronicle,
    councils,
    evening,
    government,
    hardship,
    line,
    loyalty,
    mobilisation,
    organisation,
    repression,
)
from dualpower.laws.diary import Diary
from dualpower.laws.evening import Today
from dualpower.laws.levers import levers
from dualpower.laws.state import Params, State, Tables, among
from dualpower.scenario.world import AWAY, CITY, GARRISON, NEAR, TROOPS, WORKERS, Days, Setting, World

ORDER: tuple[tuple[str, str], ...] = (
    ("chronicle", "which events happen today"),
    ("line", "what each party stands for"),
    ("government", "who is in office, and legal"),
    ("hardship", "what presses on each unit"),
    ("organisation", "where agitators are"),
    ("allegiance", "table of camps"),
    ("repression", "orders to fire, deterrence"),
    ("loyalty", "what holds soldiers"),
    ("mobilisation", "table of activities"),
    ("population", "people live through the tables"),
    ("repression", "deaths, fear, outrage"),
    ("militia", "arms in the workplaces"),
    ("councils", "delegates and executives"),
    ("power", "compliance and authority"),
    ("contests", "who wins, which regime follows"),
)
"""The steps of a day, to be printed."""


class Seen(NamedTuple):
    """What is seen of yesterday and felt of the days before. Shares; ``u`` per unit."""

    active: Float[Array, " unit"]
    over: Float[Array, " unit"]  # how far yesterday's action was for that day only
    signs: Float[Array, " unit"]  # active, and a sign for today
    nearby: Float[Array, " unit"]  # signs: half one's districts, half the city (elsewhere: half the capital's news)
    street: Float[Array, " unit"]  # in the street of one's districts
    fear: Float[Array, " unit"]
    outrage: Float[Array, " unit"]
    mood: Float[Array, " unit"]
    city: Float[Array, ""]  # in the street, of the city
    unbidden: Float[Array, ""]  # the same, and a sign for today
    workers: Float[Array, ""]  # active, and a sign for today, of the city's workers
    garrison: Float[Array, ""]  # refusing, of the garrisons
    obeying: Float[Array, ""]  # of the city's troops


def see(p: Params, here: Setting, day: Days, state: State) -> Seen:
    """Means over districts, and of the city and other places."""
    active, street = state.activity[1:].sum(0), state.activity[2:].sum(0)
    over = mobilisation.over(p, state.mood.declared)
    signs = active * (1 - over)
    districts = jnp.stack([here.place @ (here.size * one) for one in (signs, street)]) / here.persons.clip(1.0)
    around = jnp.concatenate([districts, state.mood.fear[None], state.mood.outrage[None], day.mood[None]]) @ here.place
    acts, marches, shows, unbidden = jnp.stack([active, street, signs, street * (1 - over)]) @ here.weigh.T
    wide = here.near * shows[NEAR] + (1 - here.near) * 0.5 * (shows[AWAY] + shows[NEAR])
    return Seen(
        active=active,
        over=over,
        signs=signs,
        nearby=0.5 * around[0] + 0.5 * wide,
        street=around[1],
        fear=around[2],
        outrage=around[3],
        mood=around[4],
        city=marches[CITY],
        unbidden=unbidden[CITY],
        workers=shows[WORKERS],
        garrison=acts[GARRISON],
        obeying=here.weigh[TROOPS].sum() - acts[TROOPS],
    )


def setting(world: World, day: Days) -> Setting:
    """Where and how large units are on a day."""
    return Setting(*(rows[day.epoch] for rows in world.setting))


def decide(params: dict[str, Params], world: World, day: Days, state: State) -> tuple[Tables, Today]:
    """Morning: the two tables of today, and what the evening needs. ``day`` is one row of ``Days``."""
    u, mood = world.units, state.mood
    here = setting(world, day)
    seen = see(params["mobilisation"], here, day, state)
    today = politics(params, world, here, day, state, seen)
    intensity = today.intensity[:, None] + today.levers.intensity
    pressure = hardship.pressure(params["hardship"], u.salience, intensity, seen.outrage)
    hours = organisation.hours(params["organisation"], mood.members, seen.active, u.lottery, here.weigh[NEAR])
    today = today._replace(
        grievance=hardship.grievance(pressure),
        presence=organisation.presence(params["organisation"], hours, today.legality),
    )
    appeal = allegiance.appeal(
        params["allegiance"],
        pressure,
        councils.radical(today.line, world.order.about_power, today.opposition)[:, : pressure.shape[0]],
        today.legality[:, None] * hours,
        state.support,
        mood.trust,
        government.blamed(today.office),
        government.unanswered(pressure, today.levers.answer),
    )
    rate_act, steps = activity(params, world, day, state, seen, today)
    rate_camp = allegiance.rate(params["allegiance"], seen.active)
    choice_camp = allegiance.choice(params["allegiance"], appeal, today.opposition)
    return Tables(rate_camp, choice_camp, rate_act, *steps), today


def politics(params: dict[str, Params], world: World, here: Setting, day: Days, state: State, seen: Seen) -> Today:
    """Events, lines, government: what is decided above the units."""
    c, mood, parties = world.chronicle, state.mood, world.parties
    fate = chronicle.standing(state.fate, day.rules)
    held = chronicle.conditions(c, mood.known) & (day.day > 0)  # on the first morning nothing has been counted yet
    now = chronicle.happening(c, fate, day.day, held, day.chance_event, day.imposed)
    fate = chronicle.record(c, fate, now, day.day, day.eve, day.imposed)
    sizes = chronicle.sizes(params["chronicle"], c.declared, day.told, day.chance_size)
    pulled = levers(world, chronicle.strengths(c, fate.happened, day.day, sizes))
    incumbent = government.in_regime(fate.regime, world.order.incumbent)
    present = (parties.present + pulled.node).clip(0.0, 1.0)
    bodies = line.bodies(params["line"], mood.bodies, parties.stance, parties.listens, parties.stubborn, present)
    views = line.public_line(bodies, parties.voice, present)
    opposition = government.opposition(views, incumbent)
    seated = world.order.commands @ mood.delegates
    restraint = line.restraint(params["line"], pulled.restraint, seated, parties.discipline, mood.trust)
    surprise = mobilisation.surprise(seen.unbidden, mood.expected)
    return Today(
        here=here,
        fate=fate,
        intensity=hardship.drifted(params["hardship"], day.intensity, day.chance_drift),
        levers=pulled,
        bodies=bodies,
        line=views,
        incumbent=incumbent,
        opposition=opposition,
        office=government.office(government.in_regime(fate.regime, parties.office), pulled.office),
        legality=government.legality(government.in_regime(fate.regime, parties.legality), pulled.legality),
        restraint=restraint,
        waiting=line.waiting(params["line"], seated, parties.discipline, mood.trust),
        call=mobilisation.calls(params["mobilisation"], seen.workers, surprise, opposition, restraint),
        grievance=seen.active,  # these two hold a place: decide fills them in, as they follow from what is decided here
        presence=mood.members,
        order=repression.order(params["repression"], seen.city, mood.mastery, pulled.force),
        loyal=loyal_force(params, world, state.activity[0]),
        held=held,
    )


def activity(
    params: dict[str, Params], world: World, day: Days, state: State, seen: Seen, today: Today
) -> tuple[Float[Array, " unit"], tuple[Float[Array, "temper camp unit"], ...]]:
    """Mobilisation and loyalty: who decides today, and how many of them go out, into the street, take up arms."""
    u, mood, p, q = world.units, state.mood, params["mobilisation"], params["loyalty"]
    called = mobilisation.called(today.call, today.levers.call, mood.trust, today.presence)
    against = (today.opposition.clip(0.0)[:, None] * today.presence).sum(0)
    soldiers = loyalty.level(q, seen.street, mood.ordered, seen.garrison, mood.mastery, u.reliable)
    civilians = -repression.deterrence(params["repression"], seen.obeying, mood.mastery, seen.fear, seen.city)
    surprise = mobilisation.surprise(seen.unbidden, mood.expected)
    held = jnp.where(u.armed > 0, soldiers, civilians)
    push = mobilisation.push(
        p, today.levers.occasion, surprise, today.here.near, day.rest, seen.mood, mood.fatigue, held
    )
    hostility = mobilisation.hostility(p, today.opposition * (1 - today.waiting))
    voiced = ((world.order.commands @ world.order.council_centre)[:, None] * mood.compliance).sum(0)
    grievance = today.grievance * mobilisation.unspoken(p, voiced)
    level = mobilisation.level(p, seen.signs, seen.nearby, called, against, push)
    steps = mobilisation.choice(p, level, mobilisation.resentment(p, grievance, hostility), u.ceiling)
    wanted = among(state.camps, steps[0])
    pace = jnp.where(u.armed > 0, q["pace"], p["pace"])
    rate = mobilisation.pace(pace, p["hold"], against, seen.active, wanted)
    return rate + seen.over * (1 - rate), steps


def loyal_force(params: dict[str, Params], world: World, obeying: Float[Array, " unit"]) -> Float[Array, " unit"]:
    """Share of every unit that its officers can use; nobody outside units under arms."""
    return jnp.multiply(loyalty.loyal(params["loyalty"], obeying, world.units.reliable), world.units.armed)


def settle(
    params: dict[str, Params],
    world: World,
    day: Days,
    state: State,
    today: Today,
    camps: Float[Array, "temper camp unit"],
    activity: Float[Array, "activity unit"],
) -> tuple[State, Diary]:
    """Evening: what follows from what people have done. ``camps`` and ``activity`` are the population's new shares."""
    state = State(camps, camps.sum(0), activity, state.mood, today.fate)
    state, shot = evening.aftermath(params, world, today, state)
    today = today._replace(loyal=loyal_force(params, world, activity[0]))  # after what has happened today
    state, votes = evening.deliberate(params, world, day, today, state)
    return evening.decide_power(params, world, day, today, state, shot, votes)
