"""Days of the crowd, as many as wanted, by one compiled program.

The same days as `crowd.year`, but the number of days is an argument: a run may end, or be forked, on any day, and
still be the same to the last bit, because no other program has worked on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Int

from dualpower._cache import quick_to_compile
from dualpower._traced import kept
from dualpower.laws.diary import Diary
from dualpower.laws.state import Params, State
from dualpower.population.crowd import TREES, Year, step
from dualpower.scenario.world import Days, World


def live_days(params: dict[str, Params], world: World, days: Days, state: State, count: Int[Array, ""]) -> Year:
    """The first ``count`` of the days given; the diary has a row for each day given, zero from row ``count`` on."""
    year: Year = _program()(params, world, days, state, count)
    return year


@cache
def _program() -> Callable[..., Year]:
    """``_live_days`` compiled: in a run that takes milliseconds, compiling is what takes time."""
    return kept(_live_days, "days of the crowd", quick_to_compile(), TREES)


_day = jax.jit(step, inline=True)  # what is traced to know the shape of a page need not be traced again


def _live_days(params: dict[str, Params], world: World, days: Days, state: State, count: Int[Array, ""]) -> Year:
    world, state = jax.tree.map(jnp.asarray, (world, state))

    def live(number: Array, so_far: tuple[State, Diary]) -> tuple[State, Diary]:
        day = jax.tree.map(lambda rows: lax.dynamic_index_in_dim(rows, number, keepdims=False), days)
        tonight, written = _day(params, world, so_far[0], day)
        return tonight, jax.tree.map(lambda rows, row: rows.at[number].set(row), so_far[1], written)

    first = jax.tree.map(lambda rows: rows[0], days)
    _, page = jax.eval_shape(_day, params, world, state, first)
    empty = jax.tree.map(lambda row: jnp.zeros((len(days.day), *row.shape), row.dtype), page)
    return Year(*lax.fori_loop(0, count, live, (state, empty)))
