"""The crowd: expected shares per unit, lived through a day's tables.

Because ``rate_act`` depends on the unit alone, two marginals close exactly: (temper, camp) and (activity). A unit
carries 28 numbers in place of 96, and a year is one XLA scan.

    camps'[t,c,u]  = (1 - rate_camp[u]) camps[t,c,u] + rate_camp[u] * choice_camp[t,c,u] * sum_c camps[t,c,u]
    activity'[a,u] = (1 - rate_act[u]) activity[a,u] + rate_act[u] * sum_tc camps'[t,c,u] choice_act[t,c,a,u]
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dualpower.laws import day as laws
from dualpower.laws.diary import Diary
from dualpower.laws.state import Fate, Mood, Params, State, Tables
from dualpower.scenario.world import Days, World

TEMPERS = 4


class Year(NamedTuple):
    """A stretch of days: the state after it and the diary of each day (``date`` is the first axis)."""

    state: State
    diary: Diary


def init(world: World, params: dict[str, Params], first: Days) -> State:
    """The state on the eve of the first day: declared camps, everyone at work, nobody remembering anything."""
    u, o, c = world.units, world.order, world.chronicle
    units, (districts,) = u.armed.shape[0], first.mood.shape
    councils_, parties_ = o.seats.shape[0], world.parties.voice.shape[0]
    f32 = jnp.float32
    topics, centres_, issues = world.parties.stance.shape[1], o.incumbent.shape[1], o.about_power.shape[0]
    indicators_ = 6 + issues + 4 * parties_ + 2 * councils_ * parties_ + centres_ + parties_ * topics
    regime = jax.nn.one_hot(first.history, o.incumbent.shape[0], dtype=f32)
    centres = regime @ o.centres
    loyal = jnp.where(centres > 0, regime @ o.incumbent * 4.0, -30.0)
    empty = jnp.zeros((councils_, parties_), f32)
    mood = Mood(
        members=jnp.asarray(u.members),
        fatigue=jnp.zeros(units, f32),
        ordered=jnp.zeros(units, f32),
        guards=jnp.zeros(units, f32),
        compliance=jax.nn.softmax(loyal)[:, None] * jnp.ones(units, f32),
        bodies=jnp.asarray(world.parties.stance),
        trust=jnp.zeros(parties_, f32),
        fear=jnp.zeros(districts, f32),
        outrage=jnp.zeros(districts, f32),
        expected=jnp.asarray(0.01, f32),
        delegates=empty,
        executive=empty,
        seats=jnp.zeros(councils_, f32),
        dual_power=jnp.asarray(0.0, f32),
        known=jnp.zeros(indicators_, f32),
    )
    none = jnp.zeros((), jnp.int32)
    events = jnp.full(c.date.shape, -1, jnp.int32)
    fate = Fate(regime, none, none, jnp.asarray(0.0, f32), events, jnp.zeros(c.date.shape, jnp.int32))
    camps = jnp.broadcast_to(jnp.asarray(u.camps) / TEMPERS, (TEMPERS, *u.camps.shape))
    activity = jnp.zeros((4, units), f32).at[0].set(1.0)
    return State(camps, activity, mood, fate)


def live(tables: Tables, camps: Array, activity: Array) -> tuple[Float[Array, "temper camp unit"], Float[Array, "activity unit"]]:
    """One day of the crowd: first camps, then activities. Exact in expectation for people."""
    tempers = camps.sum(1, keepdims=True)
    camps = camps + tables.rate_camp * (tables.choice_camp * tempers - camps)
    chosen = (camps[:, :, None] * tables.choice_act).sum((0, 1))
    return camps, activity + tables.rate_act * (chosen - activity)


def step(params: dict[str, Params], world: World, imposed: Array, state: State, day: Days) -> tuple[State, Diary]:
    """One day: decide, live, settle."""
    tables, today = laws.decide(params, world, day, state, imposed)
    camps, activity = live(tables, state.camps, state.activity)
    return laws.settle(params, world, day, state, today, camps, activity, imposed)


def year(params: dict[str, Params], world: World, days: Days, state: State, imposed: Array) -> Year:
    """Days in sequence, as one scan. ``imposed`` 1 makes regimes and events follow history, as in fitting."""
    world = jax.tree.map(jnp.asarray, world)
    final, diary = jax.lax.scan(lambda s, d: step(params, world, imposed, s, d), state, days)
    return Year(final, diary)


compiled_year = jax.jit(year)
"""``year``, compiled once per shape of scenario."""

compiled_init = jax.jit(init)
"""``init``, compiled: cheaper than forty small steps."""
