"""The crowd: expected shares per unit, lived through a day's tables.

Because ``rate_act`` depends on the unit alone, two marginals close exactly: (temper, camp) and (activity). A unit
carries 28 numbers in place of 96, and a year is one XLA scan.

    camps'[t,c,u]  = (1 - rate_camp[u]) camps[t,c,u] + rate_camp[u] * choice_camp[t,c,u] / 4   (tempers are quarters)
    activity'[a,u] = (1 - rate_act[u]) activity[a,u] + rate_act[u] * sum_tc camps'[t,c,u] choice_act[t,c,a,u]
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from dualpower._cache import quick_to_run_alone
from dualpower.laws import day as laws
from dualpower.laws.diary import BY_UNIT, Diary
from dualpower.laws.state import Fate, Mood, Params, State, Tables, among
from dualpower.scenario.world import Chronicle, Days, Floats, Ints, Order, Parties, Setting, Units, World

TEMPERS = 4


class Year(NamedTuple):
    """A stretch of days: the state after it and the diary of each day (``date`` is the first axis)."""

    state: State
    diary: Diary


def init(world: World, first: Days) -> State:
    """The state on the eve of the first day: declared camps, everyone at work, nobody remembering anything (NumPy)."""
    u, o = world.units, world.order
    parties, units = u.members.shape
    councils, districts = len(o.election), len(first.mood)
    regime: Floats = np.eye(len(o.incumbent), dtype=np.float32)[first.history]
    nothing = zeros(councils, parties)
    mood = Mood(
        members=u.members,
        fatigue=zeros(units),
        declared=zeros(units),
        ordered=zeros(units),
        guards=zeros(units),
        compliance=zeros(len(o.incumbent[0]), units) + loyal_to(regime @ o.incumbent, regime @ o.centres)[:, None],
        bodies=world.parties.stance,
        trust=zeros(parties),
        fear=zeros(districts),
        outrage=zeros(districts),
        expected=single(0.01),
        delegates=nothing,
        executive=nothing,
        seats=zeros(councils),
        sat=zeros(councils),
        mastery=single(1.0),
        known=zeros(indicator_count(world)),
    )
    none: Ints = np.int32(0)
    events: Ints = np.full(len(world.chronicle.date), -1, np.int32)
    fate = Fate(regime, none, none, single(0.0), events, np.zeros_like(events))
    camps: Floats = np.broadcast_to(u.camps / TEMPERS, (TEMPERS, *u.camps.shape)).astype(np.float32)
    activity: Floats = np.eye(4, dtype=np.float32)[:, :1] * np.ones(units, np.float32)
    return State(camps, u.camps, activity, mood, fate)


def single(value: float) -> Floats:
    """A number of single precision."""
    return np.float32(value)


def zeros(*shape: int) -> Floats:
    """Zeros of single precision."""
    return np.zeros(shape, np.float32)


def loyal_to(incumbent: Floats, centres: Floats) -> Floats:
    """Compliance at the start: nearly all with the incumbent, the rest with the other centres of its regime."""
    others = centres * (1 - incumbent)
    shares = incumbent + 0.02 * others
    return np.asarray(shares / shares.sum(), np.float32)


def indicator_count(world: World) -> int:
    """How many quantities conditions can name (see ``scenario.world.indicator_names``)."""
    parties, topics = len(world.parties.voice), int(world.parties.stance.shape[1])
    councils, centres, issues = (
        len(world.order.election),
        int(world.order.incumbent.shape[1]),
        len(world.order.about_power),
    )
    return 6 + issues + 4 * parties + 2 * councils * parties + centres + parties * topics


def live(
    tables: Tables, camps: Array, activity: Array
) -> tuple[Float[Array, "temper camp unit"], Float[Array, "activity unit"]]:
    """One day of the crowd: first camps, then activities. Exact in expectation for people."""
    camps = camps + tables.rate_camp * (tables.choice_camp / TEMPERS - camps)
    out, street, arms = (among(camps, step) for step in (tables.out, tables.street, tables.arms))
    chosen = jnp.stack([1 - out, out - street, street - arms, arms])
    return camps, activity + tables.rate_act * (chosen - activity)


def step(params: dict[str, Params], world: World, state: State, day: Days) -> tuple[State, Diary]:
    """One day: decide, live, settle."""
    tables, today = laws.decide(params, world, day, state)
    camps, activity = live(tables, state.camps, state.activity)
    return laws.settle(params, world, day, state, today, camps, activity)


def year(params: dict[str, Params], world: World, days: Days, state: State) -> Year:
    """Days in sequence, as one scan."""
    world = jax.tree.map(jnp.asarray, world)

    def one(state: State, day: Days) -> tuple[State, Any, Any]:
        state, diary = step(params, world, state, day)
        return state, diary[:BY_UNIT], diary[BY_UNIT:]

    final, by_unit, rest = scan(one, state, days)
    return Year(final, Diary(*by_unit, *rest))


def scan(one: Callable[[State, Days], tuple[State, Any, Any]], state: State, days: Days) -> tuple[State, Any, Any]:
    """`jax.lax.scan` over days: the last state, and two trees of what each day gives, the day first.

    The second is written as one row a day instead of thirty arrays: half of the time to compile, and some to run.
    """
    unpack: list[Callable[[Array], Any]] = []

    def written(state: State, day: Days) -> tuple[State, tuple[Any, Array]]:
        state, apart, small = one(state, day)
        row, back = ravel_pytree(small)
        unpack.append(back)
        return state, (apart, row)

    final, (apart, rows) = jax.lax.scan(written, state, days)
    return final, apart, jax.vmap(unpack[-1])(rows)


TREES: tuple[type, ...] = (
    *(World, Units, Parties, Order, Chronicle, Setting, Days),
    *(State, Mood, Fate),
    *(Year, Diary),
)
"""All named tuples that a year is made of."""


def compiled_year(params: dict[str, Params], world: World, days: Days, state: State) -> Year:
    """``year``, compiled once per shape of scenario."""
    found: Year = _program()(params, world, days, state)
    return found


@cache
def _program() -> Callable[..., Year]:
    return jax.jit(year, compiler_options=quick_to_run_alone())
