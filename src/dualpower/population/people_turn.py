"""The compiled turn of a day of people: the laws of last evening, then those of the morning, for a few years at once.

Handing over to a compiled program takes longer than a day's laws, so there is one call a day, and several years can
share it. They pass one after the other through a loop of the program: to the bit, a year is the same alone and beside
others.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Int

from dualpower._cache import quick_to_repeat
from dualpower._traced import Program, kept, recalled
from dualpower.laws import day as laws
from dualpower.laws.state import Params, State, Tables
from dualpower.population import crowd
from dualpower.population.packing import Form, Packed, blank, form, pack, unpack
from dualpower.scenario.world import Days, World

TOGETHER = 4
"""Years for which a call has places."""


class Expected(NamedTuple):
    """What the crowd would be tonight: [temper, camp, unit] and [activity, unit]."""

    camps: Any
    activity: Any


class Forms(NamedTuple):
    """Forms of the trees of a day, which go from one call to the next as `packing.Packed`; ``days`` is one day."""

    params: Form
    world: Form
    days: Form
    state: Form
    today: Form
    page: Form


class Ground(NamedTuple):
    """What does not change from day to day: forms of all trees, parameters, and the world, which is on the device."""

    forms: Forms
    params: Packed
    world: Packed


class Moment(NamedTuple):
    """Between two days: the state of last night, and what this evening needs to know of the morning."""

    state: Packed
    today: Packed


class Turned(NamedTuple):
    """What a turn gives, a row for each place: the new moment, last night's page, the tables of all units, and what the
    crowd would do by them.
    """

    moment: Moment
    page: Packed
    tables: Tables
    expected: Expected


def ground(params: dict[str, Params], world: World, days: Days, state: State) -> Ground:
    """Parameters and world of a year of people; days and state serve as patterns of their kind."""
    one = jax.tree.map(lambda rows: rows[0], days)
    return Ground(_forms(form(params), form(world), form(one), form(state)), pack(params), jax.device_put(pack(world)))


@cache
def _forms(params: Form, world: Form, days: Form, state: Form) -> Forms:
    given = params, world, days, state
    found: Forms = recalled(lambda: _outlined(*given), f"forms of a day {given}")  # to find them takes most of a second
    return found


def _outlined(params: Form, world: Form, days: Form, state: Form) -> Forms:
    shapes: Any = [jax.tree.unflatten(like.tree, like.leaves) for like in (params, world, days, state)]
    _, today = jax.eval_shape(laws.decide, *shapes)
    _, page = jax.eval_shape(laws.settle, *shapes, today, shapes[3].camps, shapes[3].activity)
    return Forms(params, world, days, state, form(_without_setting(today)), form(page))


def side_by_side(trees: Sequence[Any]) -> Any:
    """Trees of some years as one (NumPy), the year first; what fills the other places is a copy of the first."""
    filled = [*trees, *[trees[0]] * (TOGETHER - len(trees))]
    return jax.tree.map(lambda *leaves: np.stack(leaves), *filled)


def dawn(like: Forms, states: Sequence[State]) -> Moment:
    """The moment before the first morning of some years, whose states are given."""
    return Moment(side_by_side([pack(state) for state in states]), side_by_side([blank(like.today)] * len(states)))


@cache
def program(like: Forms) -> Program:
    """The compiled turn.

    It takes how many places are filled; parameters, a row for each place; the world; days, likewise; the rows of last
    evening (-1 if there was none) and of the morning among them; the moment; what people were that evening. It gives a
    `Turned`.
    """
    return kept(partial(_turn, like), f"turn of the people {like}", quick_to_repeat(), _TREES)


_TREES = Moment, Tables, Expected, Turned


def _turn(
    like: Forms,
    count: Int[Array, ""],
    params: Packed,
    world: Packed,
    days: Packed,
    rows: Int[Array, "2"],
    then: Moment,
    lived: Expected,
) -> Turned:
    here: World = unpack(world, like.world)

    def one(place: Array, so_far: Turned) -> Turned:
        def mine(tree: Any) -> Any:
            return jax.tree.map(lambda years: lax.dynamic_index_in_dim(years, place, keepdims=False), tree)

        eve, day = ({kind: part[place, row] for kind, part in days.items()} for row in rows)
        turned = _day(like, mine(params), here, eve, day, rows[0] >= 0, mine(so_far.moment), mine(lived))
        put = partial(lax.dynamic_update_index_in_dim, index=place, axis=0)
        done: Turned = jax.tree.map(put, so_far, turned)
        return done

    page = {kind: jnp.zeros((TOGETHER, *part.shape), part.dtype) for kind, part in blank(like.page).items()}
    rate, choice = jnp.zeros_like(lived.activity[:, 0]), jnp.zeros_like(lived.camps)
    empty = Turned(then, page, Tables(rate, choice, rate, choice, choice, choice), lived)
    filled: Turned = lax.fori_loop(0, count, one, empty)
    return filled


def _day(
    like: Forms, params: Packed, world: World, eve: Packed, day: Packed, was: Array, then: Moment, lived: Expected
) -> Turned:
    """The turn of one year; ``was``: whether there was an evening, that of the row ``eve``."""
    told: dict[str, Params] = unpack(params, like.params)

    def evening() -> tuple[Packed, Packed]:
        yesterday, state, today = unpack(eve, like.days), unpack(then.state, like.state), unpack(then.today, like.today)
        today = today._replace(here=laws.setting(world, yesterday))
        state, page = laws.settle(told, world, yesterday, state, today, lived.camps, lived.activity)
        return pack(state), pack(page)

    night, page = lax.cond(was, evening, lambda: (then.state, jax.tree.map(jnp.asarray, blank(like.page))))
    state = unpack(night, like.state)
    tables, today = laws.decide(told, world, unpack(day, like.days), state)
    return Turned(
        Moment(night, pack(_without_setting(today))),
        page,
        tables,
        Expected(*crowd.live(tables, state.camps, state.activity)),
    )


def _without_setting(today: Any) -> Any:
    """What the evening needs to know of the morning, but for where units are: they are where they were."""
    return today._replace(here=None)
